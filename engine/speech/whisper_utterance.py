"""One utterance for Whisper: keeps the sound, and has it decoded when words are asked for."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Protocol

import numpy as np

from engine.audio.format import SAMPLE_RATE, Samples
from engine.speech.hallucination import Decoded, believed
from engine.speech.recognizer import Context, Hypothesis, Segment, Transcript
from engine.speech.whisper_options import Prompt

WINDOW = 30 * SAMPLE_RATE
"""Samples that Whisper's encoder takes at a time."""

SHORTEST = SAMPLE_RATE // 10
"""Samples under which there is no word to find: the shortest spoken ones last 0.1 s."""

DIGITAL_SILENCE = 1e-4
"""Peak, -80 dBFS, under which nothing was recorded at all, such as a muted microphone."""

PREVIOUS_CHARACTERS = 200
"""Characters of the previous text that the model is shown: enough for names and style, and few
enough that they cannot start a repetition loop."""


class Decode(Protocol):
    """Turns sound into segments."""

    def __call__(
        self, samples: Samples, prompt: Prompt, *, final: bool, cancelled: Callable[[], bool]
    ) -> list[Decoded]:
        """Decode `samples`, at any length.

        Args:
            samples: Mono float32 at 16 kHz, shape [n].
            prompt: What the model is shown.
            final: Whether to take the time for the best text; else quickly, without times.
            cancelled: Asked between segments; what is decoded by then is returned.

        Raises:
            RecognitionError: The model failed.
        """


class WhisperUtterance:
    """Satisfies `engine.speech.recognizer.Utterance`.

    `discard` may also be called from another thread while words are decoded: decoding ends after
    the segment in progress.
    """

    def __init__(self, decode: Decode, context: Context, vocabulary: tuple[str, ...]) -> None:
        """Begin without sound.

        Args:
            decode: Does the work.
            context: What is known about the utterance.
            vocabulary: Terms to expect besides those of the context.
        """
        self._decode = decode
        terms = tuple(dict.fromkeys((*context.vocabulary, *vocabulary)))
        self._prompt = Prompt(context.language, last_words(context.previous_text), terms)
        self._buffer = np.empty(WINDOW, np.float32)
        self._length = 0
        self._full_windows: list[str] = []
        self._discarded = threading.Event()

    def feed(self, samples: Samples) -> None:
        """Add sound: mono float32 at 16 kHz, shape [n]."""
        needed = self._length + len(samples)
        if needed > len(self._buffer):
            grown = np.empty(max(needed, 2 * len(self._buffer)), np.float32)
            grown[: self._length] = self._buffer[: self._length]
            self._buffer = grown
        self._buffer[self._length : needed] = samples
        self._length = needed

    def partial(self, *, timed: bool = False) -> Hypothesis:
        """Decode quickly. A window that is full is decoded once; only the open one anew.

        Raises:
            RecognitionError: The model failed.
        """
        while self._length - len(self._full_windows) * WINDOW > WINDOW:
            start = len(self._full_windows) * WINDOW
            self._full_windows.append(self._quick(self._buffer[start : start + WINDOW]))
        open_window = self._buffer[len(self._full_windows) * WINDOW : self._length]
        texts = [*self._full_windows, self._quick(open_window)]
        return Hypothesis(" ".join(text for text in texts if text))

    def finish(self) -> Transcript:
        """Decode everything as well as the settings allow.

        Raises:
            RecognitionError: The model failed.
        """
        transcript = self.speculate()
        self.discard()
        return transcript

    def accept(self) -> None:
        """End it; nothing is learned from it."""
        self.discard()

    def speculate(self) -> Transcript:
        """Decode everything as `finish` does, and go on.

        Raises:
            RecognitionError: The model failed.
        """
        samples = self._buffer[: self._length]
        length_s = self._length / SAMPLE_RATE
        segments = tuple(
            Segment(segment.text, min(segment.start_s, length_s), min(segment.end_s, length_s))
            for segment in self._segments(samples, final=True)
        )
        return Transcript(segments)

    def discard(self) -> None:
        """Throw the utterance away; a decoder at work stops after its segment."""
        self._discarded.set()

    def _quick(self, samples: Samples) -> str:
        return " ".join(segment.text for segment in self._segments(samples, final=False))

    def _segments(self, samples: Samples, *, final: bool) -> list[Decoded]:
        if self._discarded.is_set() or not has_sound(samples):
            return []
        decoded = self._decode(samples, self._prompt, final=final, cancelled=self._discarded.is_set)
        prompts = (self._prompt.previous, " ".join(self._prompt.terms))
        return believed(decoded, prompts, len(samples) / SAMPLE_RATE)


def has_sound(samples: Samples) -> bool:
    """Whether there is anything to decode: not too short, and not digital silence."""
    return len(samples) >= SHORTEST and float(np.abs(samples).max()) >= DIGITAL_SILENCE


def last_words(text: str) -> str:
    """The end of `text` that is shown to the model, from the beginning of a word."""
    text = text.strip()
    if len(text) <= PREVIOUS_CHARACTERS:
        return text
    tail = text[-PREVIOUS_CHARACTERS:]
    if text[-PREVIOUS_CHARACTERS - 1].isspace():
        return tail.lstrip()
    head, space, rest = tail.partition(" ")
    return rest if space else head
