"""Tells what Whisper heard from what it made up; pure.

Whisper was trained on subtitles, and where there is nothing to hear it writes what subtitles say
there: thanks for watching, the words of its own prompt, or one phrase for ever. Real speech is
never dropped for its words alone: each rule also asks for a sign that nobody spoke. The limits are
those of the model's row in `engine.models.decoding`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from engine.models.decoding import Decoding
from engine.speech.recognizer import Word

FASTEST_WORDS_PER_S = 7.0
"""Nobody speaks faster for long: auctioneers and sports reporters reach about six words a second."""

LONGEST_LOOP = 16
"""Words in the longest phrase that is looked for as a loop."""

_NOT_WORD = re.compile(r"[^\w\s]|_")


def _key(text: str) -> str:
    """Words in lower case without punctuation, single spaces between: for comparing."""
    return " ".join(_NOT_WORD.sub("", text).lower().split())


SUBTITLES = frozenset(
    _key(phrase)
    for phrase in (
        *("You", "So", "Bye", "Bye-bye", "The end", "Thanks", "Music", "Applause", "Silence"),
        *("Thank you", "Thank you very much", "Thank you so much", "Thank you for listening"),
        *("Thanks for watching", "Thank you for watching", "Thank you all for watching"),
        *("Please subscribe", "Please subscribe to my channel", "Like and subscribe"),
        *("See you next time", "See you in the next video", "I'll see you in the next video"),
        *("Subtitles by the Amara.org community", "Transcription by CastingWords"),
        *("Untertitel der Amara.org-Community", "Untertitelung des ZDF, 2020", "Vielen Dank"),
        *("Sous-titres réalisés par la communauté d'Amara.org", "Sous-titrage Société Radio-Canada"),
        *("Subtítulos realizados por la comunidad de Amara.org", "¡Gracias por ver el video!"),
        *("Sottotitoli creati dalla comunità Amara.org", "Legendas pela comunidade Amara.org"),
        *("Ondertitels ingediend door de Amara.org gemeenschap", "Продолжение следует"),
        *("Субтитры сделал DimaTorzok", "Спасибо за просмотр", "ご視聴ありがとうございました"),
    )
)
"""What Whisper writes over silence, as users collected it in the discussions of openai/whisper."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A segment as the model gave it; seconds from the utterance's start.

    Attributes:
        no_speech: Probability, 0 to 1, that its window holds no speech.
        log_probability: Mean natural logarithm of its tokens' probabilities; at most 0.
        compression: Length of its window's text by that of the same text compressed; about 1 for a
            sentence, 3 and more for a loop.
        words: Its words with their times; empty where they were not asked for.
    """

    text: str
    start_s: float
    end_s: float
    no_speech: float
    log_probability: float
    compression: float = 1.0
    words: tuple[Word, ...] = ()


def believed(
    segments: Sequence[Decoded], prompts: Sequence[str], sound_s: float, row: Decoding
) -> list[Decoded]:
    """The segments that somebody spoke, loops cut down to one turn.

    Args:
        segments: What the model gave, in order.
        prompts: Texts that the model was shown: previous words, vocabulary.
        sound_s: Length of the sound, in seconds.
        row: The model's limits; an unguarded one is believed every word.
    """
    if not row.guarded:
        return [segment for segment in segments if segment.text]
    shown = [_key(prompt).split() for prompt in prompts]
    spoken = [segment for segment in segments if not _is_invented(segment, shown, sound_s, row)]
    return [
        _unlooped(segment, row)
        for key, run in groupby(spoken, lambda segment: _key(segment.text))
        for segment in _one_turn(list(run), row)
        if key
    ]


def is_poor(segment: Decoded, row: Decoding) -> bool:
    """Whether a result wants another try at a higher temperature: improbable, or repeating itself.

    The rule of `WhisperModel.generate_with_fallback`: not where the window is silent.
    """
    improbable = row.log_prob_threshold is not None and segment.log_probability < row.log_prob_threshold
    if improbable and row.no_speech_threshold is not None and segment.no_speech > row.no_speech_threshold:
        return False
    return improbable or _repeats(segment, row)


def _repeats(segment: Decoded, row: Decoding) -> bool:
    limit = row.compression_ratio_threshold
    return limit is not None and segment.compression > limit


def _unlooped(segment: Decoded, row: Decoding) -> Decoded:
    """A segment without its loops; its words go with its text."""
    texts = segment.text.split()
    kept = list(_kept(texts, row))
    if len(kept) == len(texts):
        return segment
    # A script without spaces has more words than its text has parts: then no word is known to be in.
    words = segment.words if len(segment.words) == len(texts) else ()
    return replace(
        segment,
        text=" ".join(texts[index] for index in kept),
        words=tuple(words[index] for index in kept) if words else (),
    )


def _is_invented(segment: Decoded, shown: Sequence[list[str]], sound_s: float, row: Decoding) -> bool:
    unsure = segment.log_probability < row.unsure
    key = _key(segment.text)
    if row.judges_silence:
        silent = row.no_speech_threshold is not None and segment.no_speech >= row.no_speech_threshold
        if silent and (unsure or key in SUBTITLES):
            return True
        doubtful = segment.no_speech >= row.doubtful
    else:
        if unsure and key in SUBTITLES:
            return True
        doubtful = unsure
    words = key.split()
    if doubtful and _repeats(segment, row):
        return True
    impossible = len(words) > 1 + FASTEST_WORDS_PER_S * sound_s
    return (doubtful or impossible) and any(_contains(prompt, words) for prompt in shown)


def _contains(prompt: list[str], words: list[str]) -> bool:
    """Whether `words` stand in `prompt` one after another."""
    last = len(prompt) - len(words)
    return any(prompt[start : start + len(words)] == words for start in range(last + 1))


def _one_turn(run: list[Decoded], row: Decoding) -> list[Decoded]:
    return run[:1] if len(run) >= row.phrase_loop else run


def _kept(words: Sequence[str], row: Decoding) -> Iterator[int]:
    """Indices of the words that stay when each loop is cut down to one turn.

    A last turn that was broken off goes with its loop.
    """
    keys = [_key(word) for word in words]
    index = 0
    while index < len(words):
        size, end = _loop_at(keys, index, row)
        yield from range(index, index + size)
        index = end


def _loop_at(keys: list[str], index: int, row: Decoding) -> tuple[int, int]:
    """The loop that begins at a word, as the words of one turn and the index behind the last.

    Where none begins, the word itself and the next index.
    """
    for size in range(1, LONGEST_LOOP + 1):
        turn = keys[index : index + size]
        end = index + size
        while keys[end : end + size] == turn:
            end += size
        if (end - index) // size >= (row.word_loop if size == 1 else row.phrase_loop):
            rest = keys[end:]
            broken_off = len(rest) < size and rest == turn[: len(rest)]
            return size, len(keys) if broken_off else end
    return 1, index + 1
