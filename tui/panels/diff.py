"""What the enhancer changed: raw against enhanced, word by word."""

from __future__ import annotations

from collections.abc import Iterable

from textual.content import Content

from engine.enhance.diff import Change
from tui.panels.flow import Flow, Mark
from tui.panels.plain import one_line, plain


class Diff(Flow):
    """Removed words between minus signs and struck, added ones between plus signs and bold.

    The signs carry the meaning, so that it reads the same without colour.
    """

    BORDER_TITLE = "enhancement"

    def __init__(self, hint: str) -> None:
        """Make an empty panel that shows `hint` until there is something to compare."""
        super().__init__("diff")
        self._hint = hint
        self.clear()

    def clear(self) -> None:
        """Forget the last comparison."""
        self.border_title = "enhancement"
        self.show(self._hint, [Mark(0, len(self._hint), "hint")], follow=True)

    def grow(self, text: str) -> None:
        """Show the enhanced text so far."""
        written = plain(text)
        self.border_title = "enhancement · writing"
        self.show(written + "…", [Mark(len(written), len(written) + 1, "hint")])

    def compare(self, changes: Iterable[Change], enhancer: str, remark: str) -> None:
        """Show the finished comparison.

        Args:
            changes: All runs of words in order, equal ones included.
            enhancer: Name of the enhancer, for the title.
            remark: Why the text is not what was asked for; empty when it is.
        """
        text, marks, count = "", [], 0
        for change in changes:
            count += change.kind != "equal"
            for piece, name in _pieces(change):
                text += " " if text and not text.endswith("\n") else ""
                if name:
                    marks.append(Mark(len(text), len(text) + len(piece), name))
                text += piece
        if remark:
            text += "\n" if text else ""
            marks.append(Mark(len(text), len(text) + len(plain(remark)), "remark"))
            text += plain(remark)
        changed = f"{count} change{'' if count == 1 else 's'}" if count else "no changes"
        title = " · ".join(["enhancement", one_line(enhancer), changed])
        self.border_title = Content(title)
        self.show(text, marks)


def _pieces(change: Change) -> list[tuple[str, str]]:
    """The runs of a change as they are drawn, each with the name of its style."""
    before, after = plain(change.before).strip(), plain(change.after).strip()
    if change.kind == "equal":
        return [(after, "")] if after else []
    pieces = []
    if before:
        pieces.append((f"-{before}-", "removed"))
    if after:
        pieces.append((f"+{after}+", "added"))
    return pieces
