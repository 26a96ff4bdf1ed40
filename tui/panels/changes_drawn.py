"""Draws changes as text that reads the same without colour; pure."""

from __future__ import annotations

from bisect import bisect_left
from copy import copy
from functools import lru_cache
from itertools import groupby

from engine.enhance.diff import Change
from engine.enhance.touchups import Piece, tokens
from tui.panels.flow import Mark
from tui.panels.plain import plain

SIGNS = {"removed": "-", "added": "+"}
"""What encloses a marked stretch, by the name of its style."""

ARROW = "→"
"""What joins the old words and the new ones: without it a removal and an addition stand side by side."""

LEFT = "()"
"""What encloses a change that is not taken, its signs included."""

CURSOR = "▸"
"""What stands in the place of the first sign of the current change, so that no word moves for it.

A change that is not taken keeps its bracket and its signs: there it stands in front."""

LINE_BREAK = "¶"
"""What a line break that was added or removed is drawn as, between its signs."""


class Drawing:
    """A text that grows by changes: what is drawn, where its styles lie, and where each change stands.

    Attributes:
        text: What is drawn.
        marks: Its stretches with a style of their own.
        places: For each change that is no "equal" where it begins and ends; empty where nothing of
            it can be seen.
    """

    def __init__(self) -> None:
        self.text = ""
        self.marks: list[Mark] = []
        self.places: list[tuple[int, int]] = []

    def copied(self) -> Drawing:
        """The same drawing, to go on from here twice."""
        other = copy(self)
        other.marks, other.places = self.marks[:], self.places[:]
        return other

    def add(self, change: Change, *, taken: bool = True) -> None:
        """Draw one more change, or a run of equal words; `taken` if it is in the text that stands."""
        shown, breaks, spans = _signed(change, taken)
        if change.kind == "equal":
            self._append(shown + breaks)
            return
        if spans and not taken:
            shown, spans = f"{LEFT[0]}{shown}{LEFT[1]}", (Mark(0, len(shown) + 2, "left"),)
        begin = self._append(shown + breaks)
        self.marks += [Mark(begin + one.begin, begin + one.end, one.name) for one in spans]
        self.places.append((begin, begin + len(shown) if spans else begin))

    def pointed(self, index: int) -> tuple[str, list[Mark]]:
        """Text and marks with the cursor on a change that can be seen; no words differ."""
        begin, end = self.places[index]
        first = bisect_left(self.marks, begin, key=lambda mark: mark.begin)
        behind = bisect_left(self.marks, end, key=lambda mark: mark.begin)
        sign = self.marks[first].begin
        kept = sign + (self.marks[first].name != "left")
        text = f"{self.text[:sign]}{CURSOR}{self.text[kept:]}"
        more = sign + 1 - kept
        moved = [Mark(one.begin + more, one.end + more, one.name) for one in self.marks[behind:]]
        return text, [*self.marks[:first], Mark(begin, end + more, "current"), *moved]

    def write(self, text: str, style: str = "", *, line: bool = False) -> None:
        """Add words that are no change.

        Args:
            text: The words, made safe.
            style: The name of their style; empty for none.
            line: Whether they begin a line.
        """
        if not text:
            return
        if line and self.text:
            self.text = f"{self.text.rstrip()}\n"
        begin = self._append(text)
        if style:
            self.marks.append(Mark(begin, len(self.text), style))

    def _append(self, shown: str) -> int:
        """Put a piece behind what is there, and tell where it begins."""
        if shown and self.text and not self.text.endswith("\n"):
            self.text += " "
        begin = len(self.text)
        self.text += shown
        return begin


@lru_cache(maxsize=4096)
def _signed(change: Change, taken: bool) -> tuple[str, str, tuple[Mark, ...]]:
    """One change with its signs, the line breaks that stand behind it, and where its styles lie.

    A comparison is drawn again with each decision, and of thousands of changes one is another then.
    """
    shown, breaks, spans = "", "", list[Mark]()
    absent = "removed" if taken else "added"
    for at, token in enumerate(tokens(change)):
        shown += ARROW if at else ""
        for name, run in groupby(token, key=_style):
            words, ends = _parted("".join(piece.text for piece in run))
            if name and (words or ends):
                words = f"{SIGNS[name]}{words}{LINE_BREAK * len(ends)}{SIGNS[name]}"
                spans.append(Mark(len(shown), len(shown) + len(words), name))
            shown += words
            breaks += "" if name == absent else ends
    return shown, breaks, tuple(spans)


def _style(piece: Piece) -> str:
    """The name of the style of a piece; empty for what is equal."""
    return {"same": "", "recased": "added"}.get(piece.kind, piece.kind)


def _parted(text: str) -> tuple[str, str]:
    """The words of a run, and the line breaks behind them; other white space there is not drawn."""
    text = plain(text)
    words = text.rstrip()
    return words, "\n" * text[len(words) :].count("\n")
