"""The one place that turns device sound into frames of 512 samples, mono float32 at 16 kHz."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.audio.format import FRAME, SAMPLE_RATE, AudioFormat, RawBlock, Samples
from engine.audio.mono import MonoMixer
from engine.audio.resample import StreamResampler
from engine.audio.validate import FLOAT_LIMIT, Validator


@dataclass(frozen=True, slots=True)
class Frames:
    """Whole frames, oldest first, every sample of them finite.

    Attributes:
        samples: Shape [n, 512], float32. They lie in the ingest's own memory, which the next `push`
            or `flush` uses again: whoever keeps them copies them.
        peaks: Largest magnitude in each frame.
        clipped: Whether the device reached its limit within a frame.
    """

    samples: NDArray[np.float32]
    peaks: list[float]
    clipped: list[bool]

    def __len__(self) -> int:
        return len(self.samples)


class Ingest:
    """Converts the blocks of one device, in order: check, mix to mono, resample, cut into frames.

    The mix is written straight behind the samples that still wait for the rest of their frame, and
    frames are handed out from there: one conversion, no other copy, and no memory is taken once the
    longest block has come. (The resampler has memory of its own.)

    Attributes:
        validator: The checks, with their counts.
    """

    def __init__(self, audio_format: AudioFormat, checked_share: float = 1.0) -> None:
        """Prepare for sound in `audio_format`. May import PyAV: call it in a thread.

        Args:
            audio_format: How the blocks come.
            checked_share: Share of a trusted device's blocks that are fully checked.
        """
        self.format = audio_format
        resamples = audio_format.rate != SAMPLE_RATE
        self._verbatim = audio_format.channels == 1 and not resamples
        self.validator = Validator(checked_share, verbatim=self._verbatim)
        self._mixer = MonoMixer(audio_format.rate, audio_format.channels)
        self._resampler = StreamResampler(audio_format.rate) if resamples else None
        self._mono: Samples = np.empty(0, np.float32)
        self._stream: Samples = np.empty(2 * FRAME, np.float32)
        self._begin = self._end = 0
        self._clipped: set[int] = set()
        self._taken = 0
        self._given = 0

    def push(self, block: RawBlock) -> Frames:
        """Convert one block, shape [frames, channels]; return the frames that are complete."""
        checked = self.validator.check(block)
        self._mark_clipped(checked.clipped)
        self._taken += len(block)
        if self._resampler is None:
            self._mixer.mix(checked.block, self._room(len(block)))
        else:
            if len(self._mono) < len(block):
                self._mono = np.empty(len(block), np.float32)
            mono = self._mono[: len(block)]
            self._mixer.mix(checked.block, mono)
            self._append(self._resampler.push(mono))
        return self._cut()

    def flush(self) -> Frames:
        """Return what is left, its last frame filled up with silence; the stream may go on."""
        if self._resampler is not None:
            self._append(self._resampler.flush())
        self._room(-(self._end - self._begin) % FRAME)[:] = 0
        frames = self._cut()
        # The filling shifted the two clocks against each other: count on from here.
        self._taken = self._given * FRAME * self.format.rate // SAMPLE_RATE
        self._clipped.clear()
        return frames

    def _room(self, count: int) -> Samples:
        """Room for `count` samples behind those that wait for the rest of their frame."""
        rest = self._stream[self._begin : self._end]
        if len(rest) + count > len(self._stream):
            self._stream = np.empty(len(rest) + count, np.float32)
        self._stream[: len(rest)] = rest
        self._begin, self._end = 0, len(rest) + count
        return self._stream[len(rest) : self._end]

    def _append(self, samples: Samples) -> None:
        self._room(len(samples))[:] = samples

    def _mark_clipped(self, indices: NDArray[np.intp]) -> None:
        """Remember in which frames to come the device reached its limit."""
        if len(indices) and not self._verbatim:
            at_16k = (indices + self._taken) * SAMPLE_RATE // self.format.rate
            self._clipped.update(np.unique(at_16k // FRAME).tolist())

    def _cut(self) -> Frames:
        """Hand out the whole frames, once their peaks have been looked at."""
        count = (self._end - self._begin) // FRAME
        begin, self._begin = self._begin, self._begin + count * FRAME
        frames = self._stream[begin : self._begin].reshape(count, FRAME)
        if not count:
            return Frames(frames, [], [])
        peaks = self.validator.look(frames)
        clipped = [peak >= FLOAT_LIMIT for peak in peaks] if self._verbatim else self._take_clipped(count)
        self._given += count
        return Frames(frames, peaks, clipped)

    def _take_clipped(self, count: int) -> list[bool]:
        """Whether the device reached its limit in each of the next `count` frames."""
        clipped = [False] * count
        for index in sorted(self._clipped):
            if index >= self._given + count:
                break
            clipped[max(index - self._given, 0)] = True
            self._clipped.discard(index)
        return clipped
