"""The one place that turns device sound into frames of 512 samples, mono float32 at 16 kHz."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.audio.format import FRAME, SAMPLE_RATE, AudioFormat, RawBlock, Samples
from engine.audio.mono import MonoMixer
from engine.audio.resample import StreamResampler
from engine.audio.validate import Validator


@dataclass(frozen=True, slots=True)
class Frames:
    """Whole frames, oldest first.

    Attributes:
        samples: Shape [n, 512], float32.
        clipped: Whether the device reached its limit within a frame, shape [n].
    """

    samples: NDArray[np.float32]
    clipped: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.samples)


class Ingest:
    """Converts the blocks of one device, in order: check, mix to mono, resample, cut into frames.

    Attributes:
        validator: The checks, with their counts.
    """

    def __init__(self, audio_format: AudioFormat) -> None:
        """Prepare for sound in `audio_format`. May import PyAV: call it in a thread."""
        self.format = audio_format
        self.validator = Validator()
        self._mixer = MonoMixer(audio_format.rate, audio_format.channels)
        resamples = audio_format.rate != SAMPLE_RATE
        self._resampler = StreamResampler(audio_format.rate) if resamples else None
        self._rest: Samples = np.empty(0, np.float32)
        self._clipped: set[int] = set()
        self._taken = 0
        self._given = 0

    @property
    def frames_given(self) -> int:
        """Frames that were returned so far."""
        return self._given

    def push(self, block: RawBlock) -> Frames:
        """Convert one block, shape [frames, channels]; return the frames that are complete."""
        if not len(block):
            return self._cut(np.empty(0, np.float32))
        checked = self.validator.check(block)
        self._mark_clipped(checked.clipped)
        self._taken += len(block)
        mono = self._mixer.mix(checked.block)
        return self._cut(self._resampler.push(mono) if self._resampler is not None else mono)

    def flush(self) -> Frames:
        """Return what is left, its last frame filled up with silence; the stream may go on."""
        rest = self._resampler.flush() if self._resampler is not None else np.empty(0, np.float32)
        missing = -(len(self._rest) + len(rest)) % FRAME
        frames = self._cut(np.concatenate((rest, np.zeros(missing, np.float32))))
        # The filling shifted the two clocks against each other: count on from here.
        self._taken = self._given * FRAME * self.format.rate // SAMPLE_RATE
        self._clipped.clear()
        return frames

    def _mark_clipped(self, indices: NDArray[np.intp]) -> None:
        """Remember in which frames to come the device reached its limit."""
        if len(indices):
            at_16k = (indices + self._taken) * SAMPLE_RATE // self.format.rate
            self._clipped.update(np.unique(at_16k // FRAME).tolist())

    def _cut(self, samples: Samples) -> Frames:
        stream = np.concatenate((self._rest, samples)) if len(self._rest) else samples
        count = len(stream) // FRAME
        frames = stream[: count * FRAME].reshape(count, FRAME)
        self._rest = stream[count * FRAME :].copy()
        clipped = np.zeros(count, np.bool_)
        for index in sorted(self._clipped):
            if index >= self._given + count:
                break
            clipped[max(index - self._given, 0)] = True
            self._clipped.discard(index)
        self._given += count
        return Frames(frames, clipped)
