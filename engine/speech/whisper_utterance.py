"""One utterance for Whisper: keeps the sound, and has it decoded when words are asked for."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

import numpy as np

from engine.audio.format import SAMPLE_RATE, Samples
from engine.errors import RecognitionError
from engine.models.decoding import Decoding
from engine.speech.hallucination import Decoded, believed
from engine.speech.recognizer import Context, Hypothesis, Transcript
from engine.speech.whisper_language import Detected
from engine.speech.whisper_options import WINDOW_S, Pass, Prompt, final_pass, partial_pass
from engine.speech.whisper_transcript import segment_of, transcript_of, within

WINDOW = round(WINDOW_S * SAMPLE_RATE)
"""Samples that Whisper's encoder takes at a time."""

SHORTEST = SAMPLE_RATE // 10
"""Samples under which there is no word to find: the shortest spoken ones last 0.1 s."""

DIGITAL_SILENCE = 1e-4
"""Peak, -80 dBFS, under which nothing was recorded at all, such as a muted microphone."""

PREVIOUS_CHARACTERS = 200
"""Characters of the previous text that the model is shown: enough for names and style, and few
enough that they cannot start a repetition loop."""

log = logging.getLogger(__name__)


class Decode(Protocol):
    """Turns sound into segments."""

    def __call__(
        self, samples: Samples, prompt: Prompt, how: Pass, cancelled: Callable[[], bool]
    ) -> tuple[list[Decoded], Detected | None]:
        """Decode `samples`, at any length.

        Args:
            samples: Mono float32 at 16 kHz, shape [n].
            prompt: What the model is shown.
            how: How thorough to be.
            cancelled: Asked between segments; what is decoded by then is returned.

        Returns:
            The segments; and the language of the first window, where the prompt leaves that open.

        Raises:
            RecognitionError: The model failed.
        """


class WhisperUtterance:
    """Satisfies `engine.speech.recognizer.Utterance`.

    `discard` may also be called from another thread while words are decoded: decoding ends after
    the segment in progress.
    """

    def __init__(self, decode: Decode, context: Context, model: str, row: Decoding) -> None:
        """Begin without sound.

        Args:
            decode: Does the work.
            context: What is known about the utterance.
            model: The model's name, for messages.
            row: The model's limits for what is believed.
        """
        self._decode = decode
        self._model = model
        self._row = row
        self._effort = context.effort
        self._prompt = prompt_of(context)
        self._buffer = np.empty(WINDOW, np.float32)
        self._length = 0
        self._full_windows: list[list[Decoded]] = []
        self._timed = False
        self._answer: tuple[int, Transcript] | None = None
        self._fallback = ""
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
        if timed and not self._timed:
            self._timed = True
            self._full_windows.clear()
        how = partial_pass(self._effort, timed=self._timed)
        while self._length - len(self._full_windows) * WINDOW > WINDOW:
            start = len(self._full_windows) * WINDOW
            self._full_windows.append(self._believed(self._buffer[start : start + WINDOW], how)[0])
        open_window = self._buffer[len(self._full_windows) * WINDOW : self._length]
        windows = [*self._full_windows, self._believed(open_window, how)[0]]
        length_s = self._length / SAMPLE_RATE
        words = tuple(
            within(word, number * WINDOW_S, length_s)
            for number, window in enumerate(windows)
            for segment in window
            for word in segment.words
        )
        text = " ".join(segment.text for window in windows for segment in window)
        return Hypothesis(text, words if timed else (), self._reason(how))

    def finish(self) -> Transcript:
        """Decode everything as well as the settings allow, unless `speculate` just has.

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
        """Decode everything as `finish` does, and go on. Asked again without new sound, it knows.

        Raises:
            RecognitionError: The model failed.
        """
        if self._discarded.is_set():
            return Transcript()
        if self._answer is not None and self._answer[0] == self._length:
            return self._answer[1]
        how = final_pass(self._effort)
        length_s = self._length / SAMPLE_RATE
        segments, detected = self._believed(self._buffer[: self._length], how)
        found = tuple(segment_of(segment, length_s) for segment in segments)
        transcript = transcript_of(found, detected, self._prompt, self._row, self._model)
        transcript = replace(transcript, fallback=self._reason(how))
        if not self._discarded.is_set():
            self._answer = (self._length, transcript)
        return transcript

    def discard(self) -> None:
        """Throw the utterance away; a decoder at work stops after its segment."""
        self._discarded.set()

    def _believed(self, samples: Samples, how: Pass) -> tuple[list[Decoded], Detected | None]:
        if self._discarded.is_set() or not has_sound(samples):
            return [], None
        decoded, detected = self._decoded(samples, how)
        return believed(decoded, self._prompt.shown, len(samples) / SAMPLE_RATE, self._row), detected

    def _decoded(self, samples: Samples, how: Pass) -> tuple[list[Decoded], Detected | None]:
        """Decode, with the full context where the shorter one failed in this utterance."""
        cancelled = self._discarded.is_set
        if how.context == "floor" and not self._fallback:
            try:
                return self._decode(samples, self._prompt, how, cancelled)
            except Exception as error:  # whatever it is, the words come first
                self._fallback = (
                    f"The short encoder context failed, so the full one was taken: {_said(error)}"
                )
                log.warning("%s", self._fallback, exc_info=True)
        return self._decode(samples, self._prompt, replace(how, context="full"), cancelled)

    def _reason(self, how: Pass) -> str:
        """Why an answer took the plain path; nothing where it was to take it anyway."""
        return self._fallback if how.context == "floor" else ""


def prompt_of(context: Context) -> Prompt:
    """What the model is shown of a context."""
    previous, terms = last_words(context.previous_text), tuple(dict.fromkeys(context.vocabulary))
    return Prompt(context.language, previous, terms, context.translate)


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


def _said(error: Exception) -> str:
    """An error as the end of a sentence."""
    said = error.what if isinstance(error, RecognitionError) else f"{type(error).__name__}: {error}."
    return " ".join(said.split())
