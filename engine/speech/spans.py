"""Packs the speech of a recording into windows for a recogniser that takes many at once; pure.

The silence between phrases is left out, apart from the padding that each phrase brings along, so
that a recogniser which pays for whole windows pays for speech.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Protocol, runtime_checkable

import numpy as np

from engine.audio.format import FRAME, SAMPLE_RATE, Samples
from engine.speech.phrases import Opened, PhraseCutter, Spoken
from engine.speech.recognizer import Context, Recognizer, Segment, Transcript, Word


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of speech: samples from the recording's start, the last one excluded."""

    start: int
    stop: int

    @property
    def length(self) -> int:
        """Its samples."""
        return self.stop - self.start


@dataclass(frozen=True, slots=True)
class Window:
    """Spans that are recognised together, one behind the other without what lay between them."""

    spans: tuple[Span, ...]

    @property
    def length(self) -> int:
        """Samples of all its spans."""
        return sum(span.length for span in self.spans)

    def samples(self, recording: Samples) -> Samples:
        """Its sound, mono float32; a view where there is nothing between its spans."""
        first, last = self.spans[0], self.spans[-1]
        if last.stop - first.start == self.length:
            return recording[first.start : last.stop]
        return np.concatenate([recording[span.start : span.stop] for span in self.spans])

    def placed(self, segment: Segment) -> Segment:
        """A segment with times from the recording's start instead of the window's."""
        words = tuple(Word(word.text, *self._times(word.start_s, word.end_s)) for word in segment.words)
        return Segment(segment.text, *self._times(segment.start_s, segment.end_s), words)

    def _times(self, start_s: float, end_s: float) -> tuple[float, float]:
        start_s = self._start(start_s)
        return start_s, max(start_s, self._end(end_s))

    def _start(self, time_s: float) -> float:
        """Where a beginning lies: at a seam, with the sound behind it."""
        ends = list(accumulate(span.length for span in self.spans))
        return self._time(time_s, bisect_right(ends, round(time_s * SAMPLE_RATE)))

    def _end(self, time_s: float) -> float:
        """Where an end lies: at a seam, with the sound before it."""
        ends = list(accumulate(span.length for span in self.spans))
        return self._time(time_s, bisect_left(ends, round(time_s * SAMPLE_RATE)))

    def _time(self, time_s: float, index: int) -> float:
        index = min(index, len(self.spans) - 1)
        before = sum(span.length for span in self.spans[:index])
        span = self.spans[index]
        at = min(span.start + time_s * SAMPLE_RATE - before, span.stop)
        return at / SAMPLE_RATE


@runtime_checkable
class SpanRecognizer(Recognizer, Protocol):
    """A recogniser that is faster on many windows of sound than on phrase after phrase."""

    @property
    def window_s(self) -> float:
        """The longest window that it takes, in seconds."""

    @property
    def batch(self) -> int:
        """How many windows it decodes at a time."""

    def recognize(
        self, windows: Iterable[Samples], context: Context, cancelled: Callable[[], bool]
    ) -> Iterator[Transcript]:
        """Recognise windows, in order and lazily: as many are taken at a time as pay.

        A language that is left open is found out at the first windows, and holds for all others.

        Args:
            windows: Mono float32 at 16 kHz, each of at most `window_s`.
            context: Language, vocabulary and effort; the text before is not shown.
            cancelled: Asked before each decode; when it is true, nothing more comes.

        Yields:
            The words of each window, with seconds from its start.

        Raises:
            RecognitionError: The model is not loaded, or failed.
        """


def spans(cutter: PhraseCutter, samples: Samples, voice: tuple[float, ...]) -> Iterator[Span]:
    """The phrases of a whole recording, as stretches that follow each other and never overlap.

    Args:
        cutter: Has seen nothing yet.
        samples: Whole frames, shape [n * FRAME].
        voice: Their voice probabilities, n of them.
    """
    start, stop = 0, 0
    for step in (*cutter.push(samples, voice), *cutter.end()):
        if isinstance(step, Opened):
            start = stop = step.start_frame * FRAME
        elif isinstance(step, Spoken):
            stop += len(step.samples)
        elif stop > start:
            yield Span(start, stop)


def pack(found: Iterable[Span], longest: int) -> list[Window]:
    """Put spans into windows in order, as many as fit into each.

    Args:
        found: In order, none longer than `longest`.
        longest: Samples of a window at the most.
    """
    windows: list[list[Span]] = []
    room = 0
    for span in found:
        if span.length > room:
            windows.append([])
            room = longest
        windows[-1].append(span)
        room -= span.length
    return [Window(tuple(window)) for window in windows]
