"""A text that is being streamed, compared with the words it is of while it comes; pure."""

from __future__ import annotations

from collections.abc import Sequence

from engine.enhance.diff import Change, joined, word_diff
from tui.panels.changes_drawn import Drawing
from tui.panels.flow import Mark
from tui.panels.plain import plain

END = "▌"
"""What stands where the next words will come."""

AGREED = 6
"""Equal words in a row that settle all changes in front of them."""

OPEN = 3
"""How many of these stay open: what comes next may belong to a change that begins among them."""

WIDEST = 3000
"""Characters without such a run after which the text is no longer compared: it is written anew."""


class Streamed:
    """One growing text. What is settled is drawn once; the rest, about a sentence, with each piece.

    The words behind the last agreement are shown without signs: what they replace is not known yet.
    """

    def __init__(self) -> None:
        self._begin("", "")

    def _begin(self, raw: str, text: str) -> None:
        self._raw, self._text = raw, text
        self._x = self._y = 0
        self._settled = Drawing()
        self._compares = True

    def grow(self, raw: str, text: str, *, compare: bool) -> tuple[str, list[Mark]]:
        """What to show of the text so far.

        Args:
            raw: The words that it is of, as far as they are known.
            text: The text so far.
            compare: Whether to show what changed.

        Returns:
            What is drawn, with the mark of its end, and where its styles lie.
        """
        if not (raw.startswith(self._raw) and text.startswith(self._text)):
            self._begin(raw, text)
        self._raw, self._text = raw, text
        whole = max(text.rfind(" "), text.rfind("\n")) + 1
        if whole < self._y:
            self._begin(raw, text)
        drawing = self._compared(whole) if compare and self._compares else self._written(whole)
        drawing.write(plain(text[whole:]))
        drawn = drawing.text
        return drawn + END, [*drawing.marks, Mark(len(drawn), len(drawn) + 1, "hint")]

    def _written(self, whole: int) -> Drawing:
        """All whole words as they are."""
        fresh = self._text[self._y : whole]
        self._y = whole
        if fresh:
            self._settled.add(Change("equal", fresh, fresh))
        return self._settled.copied()

    def _compared(self, whole: int) -> Drawing:
        """All whole words against those they may be of: half as many again, and some."""
        fresh = self._text[self._y : whole]
        if len(fresh) > WIDEST:
            self._compares = False
            return self._written(whole)
        reach = self._raw.find(" ", self._x + len(fresh) * 3 // 2 + 100)
        old = self._raw[self._x : len(self._raw) if reach < 0 else reach]
        changes = self._settle(word_diff(old, fresh) if fresh else ())
        known = _trusted(changes)
        drawing = self._settled.copied()
        for change in changes[:known]:
            drawing.add(change)
        for change in changes[known:]:
            drawing.add(Change("equal", change.after, change.after))
        return drawing

    def _settle(self, changes: Sequence[Change]) -> Sequence[Change]:
        """Draw for good what will not change any more. Returns the rest."""
        for at in range(len(changes) - 1, -1, -1):
            run = changes[at].after
            words = run.split(" ") if changes[at].kind == "equal" else []
            if len(words) < AGREED:
                continue
            open_words = " ".join(words[-OPEN:])
            head = run[: len(run) - len(open_words)]
            settled = [*changes[:at], Change("equal", head, head)]
            for change in settled:
                self._settled.add(change)
            self._x += len(joined(change.before for change in settled))
            self._y += len(joined(change.after for change in settled))
            return [Change("equal", open_words, open_words), *changes[at + 1 :]]
        return changes


def _trusted(changes: Sequence[Change]) -> int:
    """How many changes can be told before the rest has come: up to the last words in which both agree.

    A word or two that agree behind many that would be gone are chance: those are yet to come.
    """
    for at in range(len(changes), 0, -1):
        last = changes[at - 1]
        skipped = len(changes[at - 2].before.split()) if at > 1 else 0
        if last.kind == "equal" and (skipped <= OPEN or len(last.after.split()) > OPEN):
            return at
    return 0
