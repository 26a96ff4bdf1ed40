"""What the enhancer changed: raw against enhanced, word by word."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
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


@dataclass(frozen=True, slots=True)
class View:
    """What the panel can show of one dictation; under the number -1 before the first."""

    dictation: int
    title: str
    text: str
    marks: list[Mark] = field(default_factory=list)


class Diff(Flow):
    """Removed words between minus signs and struck, added ones between plus signs and bold.

    A word that changed in case or punctuation alone stands there once, with only what changed in
    it marked. The signs carry the meaning, so that it reads the same without colour.

    Shows the newest dictation that has something to show. A text that is being made may come to
    nothing: the last finished comparison is kept behind it, and shown again then.
    """

    BORDER_TITLE = "enhancement"

    def __init__(self, hint: str) -> None:
        """Make an empty panel that shows `hint` until there is something to compare."""
        super().__init__("diff")
        self._finished = View(-1, self.BORDER_TITLE, hint, [Mark(0, len(hint), "hint")])
        self._growing: dict[int, View] = {}
        self._over: set[int] = set()
        self._shown = self._begun = -1
        self._draw()

    def begin(self, dictation: int) -> None:
        """Hear that a dictation begins: what is shown is of an earlier one until there is more."""
        self._begun = dictation
        self._draw()

    def grow(self, dictation: int, text: str) -> None:
        """Show the enhanced text of a dictation so far; after its end that comes too late."""
        if dictation in self._over or dictation <= self._finished.dictation:
            return
        written = plain(text)
        marks = [Mark(len(written), len(written) + 1, "hint")]
        self._growing[dictation] = View(dictation, "enhancement · writing", written + "…", marks)
        self._draw()

    def compare(self, dictation: int, changes: Iterable[Change], enhancer: str, remark: str) -> None:
        """Show the finished comparison; behind a newer text that is being made it waits.

        Args:
            dictation: Number of the dictation.
            changes: All runs of words in order, equal ones included.
            enhancer: Name of the enhancer, for the title.
            remark: Why the text is not what was asked for; empty when it is.
        """
        if dictation < self._finished.dictation:
            return
        changes = tuple(changes)
        text, marks = _drawn(token for change in changes for token in tokens(change))
        if remark:
            text += "\n" if text else ""
            marks.append(Mark(len(text), len(text) + len(plain(remark)), "remark"))
            text += plain(remark)
        title = " · ".join(["enhancement", one_line(enhancer), _counted(tally(changes))])
        self._finished = View(dictation, title, text, marks)
        self._over = {number for number in self._over if number > dictation}
        self.end(dictation)

    def end(self, dictation: int) -> None:
        """Hear that a dictation is over: what was being made of it and is not finished goes."""
        self._over.add(dictation)
        self._growing.pop(dictation, None)
        self._draw()

    def _draw(self) -> None:
        """Show the newest text that is being made, else the finished one; another one from its end."""
        newest = max(self._growing, default=-1)
        view = self._growing[newest] if newest > self._finished.dictation else self._finished
        another, self._shown = view.dictation != self._shown, view.dictation
        previous = -1 < view.dictation < self._begun
        self.set_class(previous, "-previous")
        self.border_title = Content(f"{view.title} · previous dictation" if previous else view.title)
        self.show(view.text, view.marks, follow=another)


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
