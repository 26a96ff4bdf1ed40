"""Tells what Whisper heard from what it made up; pure.

Whisper was trained on subtitles, and where there is nothing to hear it writes what subtitles say
there: thanks for watching, the words of its own prompt, or one phrase for ever. Real speech is
never dropped for its words alone: each rule also asks for a sign that nobody spoke.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

SILENT = 0.6
"""Probability of no speech from which a window counts as silent (OpenAI's `no_speech_threshold`)."""

UNSURE = -0.7
"""Average log probability of the tokens under which a silent window's words are made up. OpenAI's
`transcribe` takes -1.0; within dictation, where silence is cut away beforehand, words that are
both "not speech" and this unlikely have never been right."""

DOUBTFUL = 0.3
"""Probability of no speech from which an echo of the prompt is not believed."""

FASTEST_WORDS_PER_S = 7.0
"""Nobody speaks faster for long: auctioneers and sports reporters reach about six words a second."""

WORD_LOOP = 8
"""Times that one word must follow itself to be a loop; people do say "no no no no"."""

PHRASE_LOOP = 4
"""Times that a phrase of several words, or a whole segment, must follow itself to be a loop."""

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
    """

    text: str
    start_s: float
    end_s: float
    no_speech: float
    log_probability: float


def believed(segments: Sequence[Decoded], prompts: Sequence[str], sound_s: float) -> list[Decoded]:
    """The segments that somebody spoke, loops cut down to one turn.

    Args:
        segments: What the model gave, in order.
        prompts: Texts that the model was shown: previous words, vocabulary.
        sound_s: Length of the sound, in seconds.
    """
    shown = [_key(prompt).split() for prompt in prompts]
    spoken = [segment for segment in segments if not _is_invented(segment, shown, sound_s)]
    return [
        replace(segment, text=without_loops(segment.text))
        for key, run in groupby(spoken, lambda segment: _key(segment.text))
        for segment in _one_turn(list(run))
        if key
    ]


def without_loops(text: str) -> str:
    """`text` with each loop cut down to one turn, a last turn that was broken off included."""
    words = text.split()
    keys = [_key(word) for word in words]
    kept: list[str] = []
    index = 0
    while index < len(words):
        size, end = _loop_at(keys, index)
        kept += words[index : index + size]
        index = end
    return " ".join(kept)


def _is_invented(segment: Decoded, shown: Sequence[list[str]], sound_s: float) -> bool:
    if segment.no_speech >= SILENT and segment.log_probability < UNSURE:
        return True
    key = _key(segment.text)
    if segment.no_speech >= SILENT and key in SUBTITLES:
        return True
    words = key.split()
    impossible = len(words) > 1 + FASTEST_WORDS_PER_S * sound_s
    doubted = impossible or segment.no_speech >= DOUBTFUL
    return doubted and any(_contains(prompt, words) for prompt in shown)


def _contains(prompt: list[str], words: list[str]) -> bool:
    """Whether `words` stand in `prompt` one after another."""
    last = len(prompt) - len(words)
    return any(prompt[start : start + len(words)] == words for start in range(last + 1))


def _one_turn(run: list[Decoded]) -> list[Decoded]:
    return run[:1] if len(run) >= PHRASE_LOOP else run


def _loop_at(keys: list[str], index: int) -> tuple[int, int]:
    """The loop that begins at a word, as the words of one turn and the index behind the last.

    Where none begins, the word itself and the next index.
    """
    for size in range(1, LONGEST_LOOP + 1):
        turn = keys[index : index + size]
        end = index + size
        while keys[end : end + size] == turn:
            end += size
        if (end - index) // size >= (WORD_LOOP if size == 1 else PHRASE_LOOP):
            rest = keys[end:]
            broken_off = len(rest) < size and rest == turn[: len(rest)]
            return size, len(keys) if broken_off else end
    return 1, index + 1
