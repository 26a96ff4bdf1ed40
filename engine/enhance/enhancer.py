"""The seam between the words as spoken and the words as meant.

A new enhancer is one file with a class that satisfies `Enhancer`, and one row in
`engine.registry`.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Protocol

from engine.enhance.writing_mode import WritingMode


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

    def part(self, begin: int, end: int) -> Draft:
        """The words between two offsets in the text, with the pauses between them."""
        within = (
            Pause(pause.offset - begin, pause.seconds) for pause in self.pauses if begin < pause.offset < end
        )
        return Draft(self.text[begin:end], tuple(within), self.language)


@dataclass(frozen=True, slots=True)
class Ending:
    """How an answer ended, as the one who gave it says.

    Attributes:
        model: The language model that gave it; empty where there was none.
        truncated: Whether it stopped at its limit of tokens instead of its end.
        tokens: Tokens of the answer; 0 where it has none.
        generation_ms: Time that these took.
        server_ms: Time that all of it took where it was made, loading and reading included.
    """

    model: str = ""
    truncated: bool = False
    tokens: int = 0
    generation_ms: float = 0.0
    server_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of the enhanced text, to be appended to the pieces before it.

    Attributes:
        text: The piece; may be empty.
        ending: How the answer ended, with its last piece; None before, and where nothing is known.
    """

    text: str
    ending: Ending | None = None


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
