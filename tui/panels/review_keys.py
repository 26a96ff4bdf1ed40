"""The keys that decide on a comparison, and what each does to it now; pure."""

from __future__ import annotations

from dataclasses import dataclass

from tui.panels.comparison import View


@dataclass(frozen=True, slots=True)
class ReviewKeys:
    """The keys that are named on the frame, as people write them."""

    accept: str = "a"
    reject: str = "r"
    toggle: str = "x"
    enhance: str = "E"
    step: str = "j"

    def decisions(self, view: View, cursor: int | None, *, steps: bool) -> list[str]:
        """What can be decided now, the most urgent first.

        Args:
            view: The comparison that is drawn.
            cursor: The change that the cursor is on, counted among those that are no "equal".
            steps: Whether there is a change that the cursor can go to.
        """
        asked = [f"{self.accept} accepts", f"{self.reject} raw"] if view.waits else []
        if view.taken and not any(view.taken) and not asked:
            asked.append(f"{self.accept} takes all")
        if view.remark:
            asked.append(f"{self.enhance} asks the model")
        if cursor is not None:
            does = "leaves" if view.taken[cursor] else "takes"
            asked += [f"{self.toggle} {does} it", f"change {cursor + 1} of {len(view.taken)}"]
        elif steps:
            asked.append(f"{self.step} picks a change")
            asked += [f"{self.reject} raw"] if any(view.taken) and not view.waits else []
        return asked
