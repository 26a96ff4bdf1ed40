"""Which changes of an edit the user takes, and the text that follows from it; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.enhance.diff import Change, joined, word_diff


@dataclass(frozen=True, slots=True)
class Review:
    """The changes of one edit with a decision on each.

    Attributes:
        changes: All pieces of the text in order, equal ones included: from the words as spoken to the
            enhanced text, or from the plain one as long as none is taken. So what they show is what stands.
        plain: The text without any of the changes, in readable sentences.
        taken: For each change that is no "equal", whether it is in the text.
        edit: The changes from the words as spoken.
        by_hand: Which of them the user decided on one by one, by index; `accept` respects that.
    """

    changes: tuple[Change, ...]
    plain: str
    taken: tuple[bool, ...]
    edit: tuple[Change, ...]
    by_hand: frozenset[int] = frozenset()

    @classmethod
    def of(cls, changes: Sequence[Change], plain: str, *, taken: bool) -> Review:
        """Begin with all changes taken, or none.

        Args:
            changes: From the words as spoken to the enhanced text.
            plain: The text without any of them.
            taken: Whether all are in the text.
        """
        edit = tuple(changes)
        shown = edit if taken else _left_out(edit, plain)
        places = sum(change.kind != "equal" for change in shown)
        return cls(shown, plain, (taken,) * places, edit)

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
            return Review.of(self.edit, self.plain, taken=True)
        taken = tuple(was or index not in self.by_hand for index, was in enumerate(self.taken))
        return replace(self, taken=taken)

    def reject(self) -> Review:
        """Take none: back to the words as they were spoken."""
        return Review.of(self.edit, self.plain, taken=False)

    def toggle(self, index: int) -> Review:
        """Take or leave one change, counted among those that are no "equal".

        Raises:
            IndexError: There is no such change.
        """
        if not 0 <= index < len(self.taken):
            raise IndexError(f"there is no change {index}")
        taken = tuple(not was if at == index else was for at, was in enumerate(self.taken))
        if not any(taken):
            return self.reject()
        return replace(self, taken=taken, by_hand=self.by_hand | {index})


def _left_out(edit: tuple[Change, ...], plain: str) -> tuple[Change, ...]:
    """What is left out where no change is taken: not what the plain text has all the same."""
    if plain == joined(change.before for change in edit) or all(change.kind == "equal" for change in edit):
        return edit
    return word_diff(plain, joined(change.after for change in edit))
