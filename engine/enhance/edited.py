"""What came of editing one text; pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine.enhance.diff import Change
from engine.enhance.enhancer import Draft, Enhancer
from engine.enhance.writing_mode import WritingMode


@dataclass(frozen=True, slots=True)
class Job:
    """A text to be edited, with who does it.

    Attributes:
        draft: The words as recognised.
        mode: What is to become of them.
        enhancer: Who edits; None where nobody does, and the words are only made readable.
        stand_in: Who steps in where the enhancer fails: one that needs nothing and cannot fail.
        model: The language model that is asked; empty where there is none.
        own: Writes a model's answer in the forms that the user wants.
        remark: Why this is not the enhancer that was set, in one sentence; mostly empty.
    """

    draft: Draft
    mode: WritingMode
    enhancer: Enhancer | None
    stand_in: Enhancer
    model: str = ""
    own: Callable[[str], str] = str
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Edited:
    """An edited text.

    Attributes:
        text: The text.
        plain: The words in readable sentences, unchanged.
        changes: What differs between the words as recognised and the text.
        enhancer: Whose text it is; "off" where nobody edited.
        model: The language model that was asked; empty where there was none.
        mode: Name of the writing mode.
        accepted: Whether the answer was used; False where the guard refused it.
        remark: Why the text is not what was asked for, in one sentence; empty otherwise.
        trouble: What went wrong, in a sentence without its full stop; empty where nothing did.
        stopped: Whether the user stopped it.
        first_ms: Until the first words, in milliseconds; None where there were none to wait for.
        total_ms: Until the last ones.
        server_ms: The part of that which the server says it took; 0 where it says nothing.
    """

    text: str
    plain: str
    changes: tuple[Change, ...]
    enhancer: str
    model: str = ""
    mode: str = ""
    accepted: bool = True
    remark: str = ""
    trouble: str = ""
    stopped: bool = False
    first_ms: float | None = None
    total_ms: float = 0.0
    server_ms: float = 0.0


def in_one_line(text: str) -> str:
    """The text with its lines joined by spaces."""
    return " ".join(line.strip() for line in text.splitlines() if line.strip())
