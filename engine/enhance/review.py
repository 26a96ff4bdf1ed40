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
        taken: For each change that is no "equal", whether it is in the text.
        left_alone: Which of them the user decided on one by one, by index; `accept` respects that.
    """

    changes: tuple[Change, ...]
    taken: tuple[bool, ...]
    left_alone: frozenset[int] = frozenset()

    @classmethod
    def of(cls, changes: Sequence[Change], *, taken: bool) -> Review:
        """Begin with all changes taken, or none."""
        places = sum(change.kind != "equal" for change in changes)
        return cls(tuple(changes), (taken,) * places)

    @property
    def text(self) -> str:
        """The text with the taken changes: the raw one to the letter without any, the enhanced with all."""
        decisions = iter(self.taken)
        return joined(
            change.after if change.kind == "equal" or next(decisions) else change.before
            for change in self.changes
        )

    def accept(self) -> Review:
        """Take all changes but those that were left one by one; where none was taken, really all."""
        kept = self.left_alone if any(self.taken) else frozenset[int]()
        return replace(
            self,
            taken=tuple(index not in kept or taken for index, taken in enumerate(self.taken)),
            left_alone=kept,
        )

    def reject(self) -> Review:
        """Take none: back to the raw text."""
        return Review.of(self.changes, taken=False)

    def toggle(self, index: int) -> Review:
        """Take or leave one change, counted among those that are no "equal".

        Raises:
            IndexError: There is no such change.
        """
        if not 0 <= index < len(self.taken):
            raise IndexError(f"there is no change {index}")
        taken = tuple(not old if at == index else old for at, old in enumerate(self.taken))
        return replace(self, taken=taken, left_alone=self.left_alone | {index})
