"""A text that is being streamed, compared with the words it is of while it comes; pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from engine.enhance.diff import Change, joined, word_diff
from engine.enhance.touchups import tally
from tui.panels.changes_drawn import Drawing
from tui.panels.flow import Mark
from tui.panels.plain import plain

END = "▌"
"""What stands where the next words will come."""

AGREED = 6
"""Words in a row in which both texts agree that settle all changes in front of them."""

OPEN = 3
"""How many of these stay open: what comes next may belong to a change that begins among them."""

_WORD = re.compile(r"\S+")

WIDEST = 1500
"""Characters without such a run after which the text is no longer compared: it is written anew."""

SHARE = 16
"""What is open is compared again once this part of it is new: the more is open, the more that costs."""


class Streamed:
    """One growing text. What is settled is drawn once; the rest, about a sentence, with each piece.

    The words behind the last agreement are shown without signs: what they replace is not known yet.
    """

    def __init__(self) -> None:
        self._begin("", "")

    def _begin(self, raw: str, text: str) -> None:
        self._raw, self._text = raw, text
        self._x = self._y = self._seen = 0
        self._open: Sequence[Change] = ()
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
        self._y, self._open = whole, ()
        if fresh:
            self._settled.add(Change("equal", fresh, fresh))
        return self._settled.copied()

    def _compared(self, whole: int) -> Drawing:
        """All whole words against those they may be of: half as many again, and some."""
        open_now = whole - self._y
        if open_now > WIDEST:
            self._compares = False
            return self._written(whole)
        if whole - self._seen >= open_now // SHARE:
            fresh = self._text[self._y : whole]
            reach = self._raw.find(" ", self._x + len(fresh) * 3 // 2 + 100)
            old = self._raw[self._x : len(self._raw) if reach < 0 else reach]
            self._open = self._settle(word_diff(old, fresh) if fresh else ())
            self._seen = whole
        known = _trusted(self._open)
        drawing = self._settled.copied()
        for change in self._open[:known]:
            drawing.add(change)
        rest = [change.after for change in self._open[known:]]
        for text in (*rest, self._text[self._seen : whole]):
            drawing.add(Change("equal", text, text))
        return drawing

    def _settle(self, changes: Sequence[Change]) -> Sequence[Change]:
        """Draw for good what will not change any more. Returns the rest."""
        settled, rest = _parted(changes)
        for change in settled:
            self._settled.add(change)
        self._x = _behind(self._raw, self._x + len(joined(change.before for change in settled)))
        self._y = _behind(self._text, self._y + len(joined(change.after for change in settled)))
        return rest


def _behind(text: str, end: int) -> int:
    """Where the next word begins behind a change that ends at `end`: the space between belongs to neither."""
    return end + 1 if end and text[end : end + 1] == " " else end


def _parted(changes: Sequence[Change]) -> tuple[Sequence[Change], Sequence[Change]]:
    """Changes that are settled, and those that may still become others.

    What lies before a run of `AGREED` words or more in which both texts agree is settled, and the run
    but for its last words.
    """
    agreed = 0
    for at in range(len(changes) - 1, -1, -1):
        if not _agrees(changes[at]):
            agreed = 0
            continue
        words = _words(changes[at])
        if agreed >= OPEN and agreed + words >= AGREED:
            return changes[: at + 1], changes[at + 1 :]
        if agreed < OPEN and agreed + words >= AGREED and changes[at].kind == "equal":
            kept = OPEN - agreed
            run = changes[at].after
            begin = [word.start() for word in _WORD.finditer(run)][-kept]
            head, tail = Change("equal", run[:begin], run[:begin]), Change("equal", run[begin:], run[begin:])
            return [*changes[:at], head], [tail, *changes[at + 1 :]]
        agreed += words
    return (), changes


def _trusted(changes: Sequence[Change]) -> int:
    """How many changes can be told before the rest has come: up to the last words in which both agree.

    A word or two that agree behind many that would be gone are chance: those are yet to come.
    """
    for at in range(len(changes), 0, -1):
        last = changes[at - 1]
        skipped = len(changes[at - 2].before.split()) if at > 1 else 0
        if _agrees(last) and (skipped <= OPEN or _words(last) > OPEN):
            return at
    return 0


def _agrees(change: Change) -> bool:
    """Whether both texts have the same words there, whatever their case and punctuation."""
    return change.kind == "equal" or bool(tally((change,)).touch_ups)


def _words(change: Change) -> int:
    return len(change.after.split())
