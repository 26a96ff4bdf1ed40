"""The seam between the words as spoken and the words as meant.

A new enhancer is one file with a class that satisfies `Enhancer`, and one row in
`engine.registry`.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class WritingMode(StrEnum):
    """How far the text may depart from what was said."""

    VERBATIM = "verbatim"
    """The words as spoken, in readable sentences. Nothing is removed."""

    CLEAN = "clean"
    """Fillers and stutters removed, numbers written as figures."""


@dataclass(frozen=True, slots=True)
class Pause:
    """A silence between two words.

    Attributes:
        offset: Index in the draft's text of the first character after the pause.
        seconds: How long the silence lasted.
    """

    offset: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Draft:
    """The text as the recogniser gave it, with the pauses that were heard in it.

    Attributes:
        text: Words separated by single spaces, as recognised.
        pauses: In order of `offset`; empty where nothing is known of them (text from a pipe).
        language: ISO 639-1 code of the language of the text; empty while it is not known, and then
            the rules of no language apply.
    """

    text: str
    pauses: tuple[Pause, ...] = ()
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of the enhanced text, to be appended to the pieces before it."""

    text: str


class Enhancer(Protocol):
    """Something that edits a dictated text."""

    @property
    def name(self) -> str:
        """Its name in `engine.registry`, such as "tidy"."""

    @property
    def instant(self) -> bool:
        """Whether it is so quick and cheap that it may edit words before they are final."""

    def enhance(self, draft: Draft, mode: WritingMode) -> AsyncGenerator[Delta, None]:
        """Edit `draft` in the manner of `mode`, piece by piece. Closing the generator cancels.

        Raises:
            EnhancementError: The enhancer failed; whoever asked keeps the raw text.
        """
