"""What an audio callback talks to: copies a block into a ring, wakes a thread, and nothing else.

Everything that can be told from here is a counter or a flag that another thread reads later; the
callback itself never blocks, logs, converts or allocates once the first block has come.
"""

from __future__ import annotations

from collections import deque
from time import perf_counter

import numpy as np

from engine.audio.format import AudioFormat, RawBlock
from engine.audio.ring import RingBuffer
from engine.audio.wake import Wake

CAPACITY = 1 << 19
"""Frames of device sound that wait for conversion at most: 11 s at 48 kHz, 2.7 s at 192 kHz. A
conversion normally follows within milliseconds; this is for a machine that stalls or swaps."""

SILENT_S = 1.0
"""Seconds without a block after which a source that is needed is given up. Some systems keep a stream
"active" whose callback has stopped; blocks normally come 10 to 100 times a second."""

FIRST_BLOCK_S = 5.0
"""The same before a source's first block: a Bluetooth headset takes seconds to change its profile."""


class RawSink:
    """The `AudioSink` of one open source.

    The ring is made by the first block, from its shape and type: a source may deliver before its
    `open` has returned, and what was said in that moment belongs to the pre-roll.

    Attributes:
        wake: Given whenever there is something to look at.
        overflows: Times the device said that it dropped sound.
        has_ended: Whether the source has delivered its last real sample.
        lost_why: Why the source broke; empty while it works.
        rate: Frames a second, as soon as the source has told it; 0 before. Lateness needs it.
        late_s: Longest delay of a block, in seconds, beyond the sound that came before it.
    """

    def __init__(self, wake: Wake, capacity: int = CAPACITY) -> None:
        """Make a sink that wakes through `wake` and buffers `capacity` device frames."""
        self.wake = wake
        self.overflows = 0
        self.has_ended = False
        self.lost_why = ""
        self.late_s = 0.0
        self.rate = 0
        self._capacity = capacity
        self._ring: RingBuffer | None = None
        self._last_at = perf_counter()
        self._due_s = 0.0
        self._gaps: deque[tuple[int, float]] = deque()

    def block(self, samples: RawBlock) -> None:
        """Copy one block, shape [frames, channels], and wake the reader."""
        now = perf_counter()
        ring = self._ring
        if ring is None:
            ring = self._ring = RingBuffer(self._capacity, samples.shape[1], samples.dtype)
        if samples.shape[1] != ring.channels or samples.dtype != ring.dtype:
            self.lost("The form of the sound changed while it was open.")
            return
        ring.write(samples)
        if self.rate:
            late = now - self._last_at - self._due_s
            if self._due_s and late > self.late_s:
                self.late_s = late
            self._due_s = len(samples) / self.rate
        self._last_at = now
        self.wake.give()

    def overflow(self) -> None:
        """Count one report of the device that it dropped sound."""
        self.overflows += 1

    def missed(self, seconds: float) -> None:
        """Hear how much sound is missing before the next block."""
        self._gaps.append((self.written, seconds))

    def ended(self) -> None:
        """Hear that the source has delivered its last real sample."""
        self.has_ended = True
        self.wake.give()

    def lost(self, why: str) -> None:
        """Hear that the source broke; the first reason is kept."""
        if not self.lost_why:
            self.lost_why = why or "The source of sound broke."
        self.wake.give()

    def form_differs(self, audio_format: AudioFormat) -> bool:
        """Whether the blocks that came have another form than the source said."""
        ring = self._ring
        return ring is not None and (
            ring.channels != audio_format.channels or ring.dtype != np.dtype(audio_format.dtype)
        )

    @property
    def has_begun(self) -> bool:
        """Whether any block has come."""
        return self._ring is not None

    def allow_pause(self) -> None:
        """Leave the gap before the next block out of `late_s`: the source was waiting on purpose."""
        self._due_s = 0.0

    @property
    def silent_for_s(self) -> float:
        """Seconds since the last block came, or since the sink was made."""
        return perf_counter() - self._last_at

    @property
    def lost_frames(self) -> int:
        """Device frames that were overwritten before they were read."""
        return self._ring.lost_frames if self._ring is not None else 0

    @property
    def written(self) -> int:
        """Frames that have come so far. From any thread."""
        return self._ring.written if self._ring is not None else 0

    def take_gaps(self) -> list[tuple[int, float]]:
        """Where sound is missing in what was read, since this was last asked: before which frame, how long.

        Lengths are in seconds. From the reading thread alone.
        """
        gaps = []
        while self._gaps and self._ring is not None and self._gaps[0][0] < self._ring.taken:
            gaps.append(self._gaps.popleft())
        return gaps

    def read(self, until: int | None = None) -> RawBlock:
        """Take what is unread, shape [frames, channels]. From the reading thread alone.

        Args:
            until: Count of frames, as `written` told it, at which to stop; None takes all.
        """
        ring = self._ring
        if ring is None:
            return np.empty((0, 1), np.float32)
        return ring.read(None if until is None else until - ring.taken)
