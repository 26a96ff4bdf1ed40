"""In which shape a text is handed over: its line ends, what stands behind it, whether enter follows; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

Newlines: TypeAlias = Literal["join", "keep", "shift-enter"]
"""What becomes of line ends: a space each, kept, or pressed as shift+enter."""

Ending: TypeAlias = Literal["none", "space", "newline"]
"""What stands behind the text."""

_ENDINGS: dict[Ending, str] = {"none": "", "space": " ", "newline": "\n"}
_BREAK = re.compile(r"[ \t]*\n\s*")


@dataclass(frozen=True, slots=True)
class Shape:
    """The shape of texts for one sort of place.

    Attributes:
        newlines: What becomes of line ends.
        ending: What stands behind the text.
        enter: Whether enter is pressed afterwards; only places with keys know that.
    """

    newlines: Newlines = "keep"
    ending: Ending = "none"
    enter: bool = False

    def lines(self, text: str) -> list[str]:
        """Bring a clean text into shape.

        A text that is joined has no tab either: in a shell without bracketed paste that would be a key. No
        newline stands behind it, but a space: where there are keys, it could submit.

        Returns:
            The pieces between which shift+enter is pressed: one, where that is not wanted.
        """
        if self.newlines == "join":
            return [_joined(text) + (" " if self.ending == "newline" else _ENDINGS[self.ending])]
        if self.newlines == "shift-enter":
            first, *rest = (text + _ENDINGS[self.ending]).split("\n")
            return [first, *rest]
        return [text + _ENDINGS[self.ending]]

    def text(self, text: str) -> str:
        """The same in one piece, for places without keys: a newline behind the text submits nothing there."""
        if self.newlines == "join":
            return _joined(text) + _ENDINGS[self.ending]
        return "\n".join(self.lines(text))


def _joined(text: str) -> str:
    return _BREAK.sub(" ", text.strip("\n")).replace("\t", " ")


@dataclass(frozen=True, slots=True)
class Shapes:
    """The shapes of texts for all sorts of places.

    Attributes:
        terminal: For panes, and for windows that are terminals or may be.
        window: For other windows.
        clipboard: For the clipboard.
        file: For files.
        command: For the standard input of commands.
        stdout: For our own standard output.
    """

    terminal: Shape = Shape("join")
    window: Shape = Shape()
    clipboard: Shape = Shape()
    file: Shape = Shape(ending="newline")
    command: Shape = Shape(ending="newline")
    stdout: Shape = Shape(ending="newline")
