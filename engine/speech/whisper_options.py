"""How a Whisper decode is set up for dictation; pure.

Some of faster-whisper's defaults are for subtitles of films and are changed here: the language is
given, for detection costs a decode; no window is shown the words of the one before, which is how
repetition loops feed themselves; two temperatures instead of six; no filter for voice, since only
phrases with voice reach a recogniser.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypedDict

TEMPERATURES = (0.0, 0.4)
"""Final text is decoded again, with sampling, only where the first result is improbable or repeats
itself; more attempts cost seconds and seldom help."""

PROMPT_TOKENS = 96
"""Tokens each for previous words and for vocabulary. A window has 448 for prompt and text together,
and faster-whisper's own limits, 223 for either, can exceed them."""

WINDOW_TOKENS = 448
"""Tokens that Whisper's decoder takes in a window, the prompt included."""

TOKENS_PER_S = 25
"""Tokens that a second of speech can need; English has about 5, scripts spelt in bytes 20."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the model is shown before it decodes.

    Attributes:
        language: ISO 639-1 code.
        previous: The end of the words before this utterance; may be empty.
        terms: Names and terms to expect, the most important first.
    """

    language: str
    previous: str = ""
    terms: tuple[str, ...] = ()


class Encoding(Protocol):
    """What a tokenizer returns."""

    @property
    def ids(self) -> list[int]:
        """The tokens."""


class Tokenizer(Protocol):
    """The part of `tokenizers.Tokenizer` that is used here."""

    def encode(self, sequence: str, *, add_special_tokens: bool) -> Encoding:
        """Cut a text into tokens."""


class DecodeOptions(TypedDict):
    """Keyword arguments of `faster_whisper.WhisperModel.transcribe`."""

    language: str
    beam_size: int
    best_of: int
    temperature: tuple[float, ...]
    without_timestamps: bool
    condition_on_previous_text: bool
    initial_prompt: list[int] | None
    hotwords: str | None
    max_new_tokens: int | None


def decode_options(
    prompt: Prompt, sound_s: float, tokenizer: Tokenizer, *, final: bool, beam_size: int
) -> DecodeOptions:
    """The options for one decode.

    Args:
        prompt: What the model is shown.
        sound_s: Length of the sound, in seconds.
        tokenizer: The model's own.
        final: Whether to decode with times, and again where the result is poor.
        beam_size: Hypotheses to follow.
    """

    def tokens(text: str) -> list[int]:
        return tokenizer.encode(" " + text, add_special_tokens=False).ids

    return DecodeOptions(
        language=prompt.language,
        beam_size=beam_size,
        best_of=beam_size,
        temperature=TEMPERATURES if final else TEMPERATURES[:1],
        without_timestamps=not final,
        condition_on_previous_text=False,
        initial_prompt=tokens(prompt.previous)[-PROMPT_TOKENS:] if prompt.previous else None,
        hotwords=fitting_terms(prompt.terms, tokens) or None,
        max_new_tokens=most_tokens(sound_s),
    )


def most_tokens(sound_s: float) -> int | None:
    """Limit of new tokens for faster-whisper, so that a loop over a short sound ends soon.

    Twice what the sound can need, since CTranslate2 gives half of the window to the text; None,
    which stands for the model's own limit, where there would be no room for a full prompt.
    """
    limit = 2 * (24 + round(TOKENS_PER_S * sound_s))
    special = 8
    return limit if limit + 2 * PROMPT_TOKENS + special <= WINDOW_TOKENS else None


def fitting_terms(terms: tuple[str, ...], tokens: Callable[[str], list[int]]) -> str:
    """As many of the terms, from the first, as fit into `PROMPT_TOKENS`, comma separated."""
    text = ""
    for term in terms:
        longer = f"{text}, {term}" if text else term
        if len(tokens(longer)) > PROMPT_TOKENS:
            break
        text = longer
    return text
