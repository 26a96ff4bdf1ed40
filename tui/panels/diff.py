"""What the enhancer changed: raw against enhanced, word by word."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from textual.content import Content

from engine.enhance.diff import Change
from engine.enhance.touchups import Piece, Tally, Token, tally, tokens
from tui.panels.flow import Flow, Mark
from tui.panels.plain import one_line, plain

SIGNS = {"removed": "-", "added": "+"}
"""What encloses a marked stretch, by the name of its style."""

LINE_BREAK = "¶"
"""What a line break that was added or removed is drawn as, between its signs."""


class Diff(Flow):
    """Removed words between minus signs and struck, added ones between plus signs and bold.

    A word that changed in case or punctuation alone stands there once, with only what changed in
    it marked. The signs carry the meaning, so that it reads the same without colour.

    Shows the newest dictation that has something to compare: what comes late for an older one is
    not shown any more.
    """

    BORDER_TITLE = "enhancement"

    def __init__(self, hint: str) -> None:
        """Make an empty panel that shows `hint` until there is something to compare."""
        super().__init__("diff")
        self._dictation = -1
        self.show(hint, [Mark(0, len(hint), "hint")])

    def grow(self, dictation: int, text: str) -> None:
        """Show the enhanced text of a dictation so far."""
        if dictation < self._dictation:
            return
        written = plain(text)
        self.border_title = "enhancement · writing"
        self._draw(dictation, written + "…", [Mark(len(written), len(written) + 1, "hint")])

    def compare(self, dictation: int, changes: Iterable[Change], enhancer: str, remark: str) -> None:
        """Show the finished comparison.

        Args:
            dictation: Number of the dictation.
            changes: All runs of words in order, equal ones included.
            enhancer: Name of the enhancer, for the title.
            remark: Why the text is not what was asked for; empty when it is.
        """
        if dictation < self._dictation:
            return
        changes = tuple(changes)
        text, marks = _drawn(token for change in changes for token in tokens(change))
        if remark:
            text += "\n" if text else ""
            marks.append(Mark(len(text), len(text) + len(plain(remark)), "remark"))
            text += plain(remark)
        title = " · ".join(["enhancement", one_line(enhancer), _counted(tally(changes))])
        self.border_title = Content(title)
        self._draw(dictation, text, marks)

    def _draw(self, dictation: int, text: str, marks: list[Mark]) -> None:
        """Show what belongs to a dictation; that of another one is followed to its end."""
        another, self._dictation = dictation != self._dictation, dictation
        self.show(text, marks, follow=another)


def _counted(found: Tally) -> str:
    """What differs, in words: "2 changes · 1 touch-up"."""
    named = ((found.changes, "change"), (found.touch_ups, "touch-up"))
    counted = [f"{number} {name}{'' if number == 1 else 's'}" for number, name in named if number]
    return " · ".join(counted) or "no changes"


def _drawn(shown: Iterable[Token]) -> tuple[str, list[Mark]]:
    """The text of the panel, with signs around what changed, and where its styles lie."""
    text, marks = "", list[Mark]()
    for token in shown:
        text += " " if text and not text.endswith("\n") else ""
        for name, run in groupby(token, key=_style):
            words, breaks = _parted("".join(piece.text for piece in run))
            if name and (words or breaks):
                words = f"{SIGNS[name]}{words}{LINE_BREAK * len(breaks)}{SIGNS[name]}"
                marks.append(Mark(len(text), len(text) + len(words), name))
            text += words + ("" if name == "removed" else breaks)
    return text.rstrip(), marks


def _style(piece: Piece) -> str:
    """The name of the style of a piece; empty for what is equal."""
    return {"same": "", "recased": "added"}.get(piece.kind, piece.kind)


def _parted(text: str) -> tuple[str, str]:
    """The words of a run, and the line breaks behind them; other white space there is not drawn."""
    text = plain(text)
    words = text.rstrip()
    return words, "\n" * text[len(words) :].count("\n")
