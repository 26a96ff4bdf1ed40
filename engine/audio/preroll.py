"""The last moments of sound before a recording, with their voice; pure numpy."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.audio.format import FRAME
from engine.audio.ring import RingBuffer


class Preroll:
    """Keeps the newest frames that belong to no recording. Used by one thread."""

    def __init__(self, frames: int) -> None:
        """Keep up to `frames` frames of 512 samples; 0 keeps none."""
        self._limit = frames
        self._samples = RingBuffer(max(frames, 1), FRAME, np.float32)
        self._voice = RingBuffer(max(frames, 1), None, np.float64)
        self._from = 0

    def keep(self, frames: NDArray[np.float32], voice: Sequence[float]) -> None:
        """Add frames, shape [n, 512], with their probabilities of speech; the oldest give way."""
        self._samples.write(frames)
        self._voice.write(np.asarray(voice, np.float64))

    def empty(self) -> tuple[NDArray[np.float32], tuple[float, ...]]:
        """Hand out what is kept, shape [n, 512], and begin anew.

        What was handed out once is never handed out again: a recording that follows another at
        once must not repeat its last words.
        """
        count = min(self._samples.written - self._from, self._limit)
        self._from = self._samples.written
        return self._samples.latest(count), tuple(self._voice.latest(count).tolist())
