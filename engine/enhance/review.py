"""Which changes of an edit the user takes, and the text that follows from it; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.enhance.diff import Change, joined


@dataclass(frozen=True, slots=True)
class Review:
    """The changes of one edit with a decision on each.

    Attributes:
        changes: All pieces of the text in order, equal ones included.
        plain: The text without any of the changes, in readable sentences.
        taken: For each change that is no "equal", whether it is in the text.
        by_hand: Which of them the user decided on one by one, by index; `accept` respects that.
    """

    changes: tuple[Change, ...]
    plain: str
    taken: tuple[bool, ...]
    by_hand: frozenset[int] = frozenset()

    @classmethod
    def of(cls, changes: Sequence[Change], plain: str, *, taken: bool) -> Review:
        """Begin with all changes taken, or none."""
        places = sum(change.kind != "equal" for change in changes)
        return cls(tuple(changes), plain, (taken,) * places)

    @property
    def text(self) -> str:
        """The text that stands: the enhanced one to the letter with all changes, the plain one with none."""
        if self.taken and not any(self.taken):
            return self.plain
        decisions = iter(self.taken)
        return joined(
            change.after if change.kind == "equal" or next(decisions) else change.before
            for change in self.changes
        )

    def accept(self) -> Review:
        """Take all changes but those that were left one by one; where none was taken, really all."""
        if not any(self.taken):
            return Review.of(self.changes, self.plain, taken=True)
        taken = tuple(was or index not in self.by_hand for index, was in enumerate(self.taken))
        return replace(self, taken=taken)

    def reject(self) -> Review:
        """Take none: back to the words as they were spoken."""
        return Review.of(self.changes, self.plain, taken=False)

    def toggle(self, index: int) -> Review:
        """Take or leave one change, counted among those that are no "equal".

        Raises:
            IndexError: There is no such change.
        """
        if not 0 <= index < len(self.taken):
            raise IndexError(f"there is no change {index}")
        taken = tuple(not was if at == index else was for at, was in enumerate(self.taken))
        return replace(self, taken=taken, by_hand=self.by_hand | {index})
