"""How a Whisper decode is set up for dictation; pure.

Some of faster-whisper's defaults are for subtitles of films and are changed here: no window is
shown the words of the one before, which is how repetition loops feed themselves; no filter for
voice, since only phrases with voice reach a recogniser. What depends on the model comes from its
row in `engine.models.decoding`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, Protocol, TypedDict

from engine.models.decoding import Decoding
from engine.models.languages import AUTO, ENGLISH
from engine.speech.effort import Effort, EncoderContext

VOCABULARY_TOKENS = 96
"""Tokens for the vocabulary. A window has 448 for prompt and text together, and faster-whisper's
own limit, 223, can exceed them along with the words before."""

WINDOW_TOKENS = 448
"""Tokens that Whisper's decoder takes in a window, the prompt included."""

WINDOW_S = 30.0
"""Seconds that Whisper's encoder takes at a time."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the model is shown before it decodes.

    Attributes:
        language: ISO 639-1 code, or "auto".
        previous: The end of the words before this utterance; may be empty.
        terms: Names and terms to expect, the most important first.
        translate: Whether English is wanted, whatever is spoken.
    """

    language: str
    previous: str = ""
    terms: tuple[str, ...] = ()
    translate: bool = False

    @property
    def shown(self) -> tuple[str, str]:
        """The texts in it, which may come back as an echo."""
        return self.previous, " ".join(self.terms)


@dataclass(frozen=True, slots=True)
class Pass:
    """How thoroughly one decode is done.

    Attributes:
        beam_size: Hypotheses to follow; 0 takes what suits the model.
        temperatures: Tried in order, each one only where the result before was poor.
        context: What the encoder is given.
        segments: Whether the text is cut into segments with times; else a window is one segment.
        words: Whether each word has its times.
    """

    beam_size: int
    temperatures: tuple[float, ...]
    context: EncoderContext
    segments: bool
    words: bool = False

    def hotter(self) -> Pass | None:
        """The same without the first temperature; None where there is no other."""
        return replace(self, temperatures=self.temperatures[1:]) if self.temperatures[1:] else None


def final_pass(effort: Effort) -> Pass:
    """For final text."""
    return Pass(effort.beam_size, effort.temperatures, effort.encoder_context, segments=True)


def partial_pass(effort: Effort, *, timed: bool) -> Pass:
    """For text that is shown for a moment, with the times of its words or without."""
    return Pass(1, (0.0,), effort.partial_context, segments=False, words=timed)


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

    language: str | None
    task: Literal["transcribe", "translate"]
    beam_size: int
    best_of: int
    temperature: tuple[float, ...]
    no_speech_threshold: float | None
    log_prob_threshold: float | None
    compression_ratio_threshold: float | None
    without_timestamps: bool
    word_timestamps: bool
    condition_on_previous_text: bool
    initial_prompt: list[int] | None
    hotwords: str | None
    max_new_tokens: int | None


def decode_options(
    prompt: Prompt, sound_s: float, tokenizer: Tokenizer, how: Pass, row: Decoding
) -> DecodeOptions:
    """The options for one decode.

    Args:
        prompt: What the model is shown.
        sound_s: Length of the sound, in seconds.
        tokenizer: The model's own.
        how: How thorough to be.
        row: The model's parameters.
    """

    def tokens(text: str) -> list[int]:
        return tokenizer.encode(" " + text, add_special_tokens=False).ids

    shown = prompt.previous if row.previous_tokens else ""
    previous = tokens(shown)[-row.previous_tokens :] if shown else []
    terms = fitting_terms(prompt.terms, tokens)
    beam_size = how.beam_size or row.beam_size
    taken = prompt_length(len(previous), len(tokens(terms)) if terms else 0, row, how)
    language = row.language(prompt.language)
    return DecodeOptions(
        language=None if language == AUTO else language,
        task="translate" if translates(prompt, row) else "transcribe",
        beam_size=beam_size,
        best_of=beam_size,
        temperature=how.temperatures,
        no_speech_threshold=row.no_speech_threshold,
        log_prob_threshold=row.log_prob_threshold,
        compression_ratio_threshold=row.compression_ratio_threshold,
        without_timestamps=not how.segments,
        word_timestamps=how.words,
        condition_on_previous_text=False,
        initial_prompt=previous or None,
        hotwords=terms or None,
        max_new_tokens=token_limit(row.most_tokens(min(sound_s, WINDOW_S)), taken),
    )


def translates(prompt: Prompt, row: Decoding) -> bool:
    """Whether the model is asked for English: where it can do that, and English is not what is spoken."""
    return prompt.translate and row.translates and prompt.language != ENGLISH


def prompt_length(previous: int, terms: int, row: Decoding, how: Pass) -> int:
    """Tokens before the text, as `WhisperModel.get_prompt` puts them.

    Args:
        previous: Tokens of the words before.
        terms: Tokens of the vocabulary.
        row: An English model has no tokens for language and task.
        how: Without segments there is one token more, that for no time stamps.
    """
    start = 1 if row.english_only else 3
    return bool(previous or terms) + previous + terms + start + (not how.segments)


def token_limit(wanted: int, prompt: int) -> int | None:
    """`max_new_tokens` for faster-whisper, so that a window holds `wanted` new tokens at the most.

    faster-whisper adds the prompt to it, and of the sum `s` CTranslate2 allows for the text the
    lesser of s / 2 and s - prompt + 1 (`WhisperReplica::generate` in CTranslate2's whisper.cc: the
    last token of the prompt is the first that is decoded).

    Args:
        wanted: New tokens.
        prompt: Tokens before the text.

    Returns:
        The value; None, the model's own limit, where there is no room for that many.
    """
    limit = max(2 * wanted - prompt, wanted - 1)
    return limit if limit + prompt <= WINDOW_TOKENS else None


def fitting_terms(terms: tuple[str, ...], tokens: Callable[[str], list[int]]) -> str:
    """As many of the terms, from the first, as fit into `VOCABULARY_TOKENS`, comma separated."""
    text = ""
    for term in terms:
        longer = f"{text}, {term}" if text else term
        if len(tokens(longer)) > VOCABULARY_TOKENS:
            break
        text = longer
    return text
