"""A pre-allocated ring buffer between one thread that writes and one that reads; pure numpy.

Positions are counted in frames since the ring was made and never wrap, so "how much is unread" and
"how much was lost" are plain subtractions. The writer announces what it is about to overwrite
(`_claimed`) before it copies and publishes it (`_written`) afterwards; the reader copies first and
then discards what the writer may have touched meanwhile. That is a sequence lock: neither side
ever waits for the other, and no torn frame is ever returned.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray


class RingBuffer:
    """The newest `capacity` frames of a stream.

    Attributes:
        capacity: Frames that it holds.
        channels: Samples a frame, or None where a frame is a single sample.
        dtype: Type of the samples.
        lost_frames: Frames that were overwritten before they were read. Written by the reader.
    """

    def __init__(self, capacity: int, channels: int | None = None, dtype: DTypeLike = np.float32) -> None:
        """Allocate the ring; it never grows.

        Args:
            capacity: Frames to hold, at least 1.
            channels: Samples a frame; None for frames that are single samples (shape [n]).
            dtype: Type of the samples.

        Raises:
            ValueError: `capacity` or `channels` is below 1.
        """
        if capacity < 1 or (channels is not None and channels < 1):
            raise ValueError(f"a ring of {capacity} frames of {channels} channels cannot hold anything")
        self.capacity = capacity
        self.channels = channels
        self.dtype = np.dtype(dtype)
        self.lost_frames = 0
        shape = (capacity,) if channels is None else (capacity, channels)
        self._data: NDArray[Any] = np.zeros(shape, self.dtype)
        self._claimed = 0
        self._written = 0
        self._read = 0

    @property
    def written(self) -> int:
        """Frames written since the ring was made, overwritten ones included."""
        return self._written

    @property
    def taken(self) -> int:
        """Frames that were read or lost since the ring was made."""
        return self._read

    def write(self, block: NDArray[Any]) -> None:
        """Append frames, overwriting the oldest. From the writing thread alone; never blocks.

        Copies straight into the ring, in one piece or two; of a block longer than the ring only
        the newest frames are copied, and all are counted.

        Args:
            block: Shape [n] or [n, channels], any n, of the ring's dtype.
        """
        frames = len(block)
        capacity = self.capacity
        after = self._written + frames
        self._claimed = after
        if frames > capacity:
            block = block[frames - capacity :]
            frames = capacity
        start = (after - frames) % capacity
        room = capacity - start
        if frames <= room:
            self._data[start : start + frames] = block
        else:
            self._data[start:] = block[:room]
            self._data[: frames - room] = block[room:]
        self._written = after

    def read(self, limit: int | None = None) -> NDArray[Any]:
        """Take the oldest unread frames. From the reading thread alone; never blocks.

        Args:
            limit: Frames to move on by at most, lost ones included; None takes all.

        Returns:
            A copy, shape [n] or [n, channels]; empty when everything was read. Frames that were
            overwritten first are skipped and counted in `lost_frames`.
        """
        end = self._written
        start = max(self._read, end - self.capacity)
        if limit is not None:
            end = max(min(end, self._read + limit), start)
        frames, safe_start = self._copy(start, end)
        self.lost_frames += safe_start - self._read
        self._read = max(end, safe_start)
        return frames

    def latest(self, frames: int) -> NDArray[Any]:
        """Copy the newest frames, read or not, without reading them.

        Args:
            frames: How many; fewer are returned where fewer were written or fit.
        """
        end = self._written
        copied, _ = self._copy(max(end - max(frames, 0), end - self.capacity, 0), end)
        return copied

    def _copy(self, start: int, end: int) -> tuple[NDArray[Any], int]:
        """Copy frames `start` to `end`; also return the first position that is intact."""
        at = start % self.capacity
        frames = end - start
        room = self.capacity - at
        if frames <= room:
            copied = self._data[at : at + frames].copy()
        else:
            copied = np.concatenate((self._data[at:], self._data[: frames - room]))
        intact = max(start, self._claimed - self.capacity)
        return copied[intact - start :], intact
