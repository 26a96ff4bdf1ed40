"""Buffer pool, thread-local scratch and statistical validation: the way of a block through ingest."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.audio.format import FRAME, AudioFormat, RawBlock, Samples
from engine.audio.ingest import Frames, Ingest
from engine.audio.levels import peaks
from engine.audio.ring import RingBuffer
from tests.bench.ideas.pairs import Side, compare, paired, rounds_of
from tests.bench.ideas.table import Row, timed_row

CALLS = 300

SHARES = (0.02, 0.05, 0.10)
"""Shares of a trusted device's blocks; each divides `CALLS` into whole turns."""

POOLED = 64
"""Blocks in the pool of recorded sound: two seconds, a phrase's half."""

REASONS = (
    "Buffer pool: ingest writes into memory of its own that is used again (no pool with locks and "
    "owners). Recorded sound is copied fresh, since slices of it are kept for as long as a phrase lasts.",
    "Thread-local scratch: every buffer here belongs to an object that one thread owns, which is the same"
    " without the look-up; scratch for what a ring hands out and for peaks would save temporaries only.",
    "Statistical validation: kept (checked_share in each performance mode), and nothing goes unseen: the "
    "blocks between are judged by their extremes. Which share hardly matters: most of the gain is there "
    "at 10 %.",
)


class FreshIngest(Ingest):
    """Takes new memory for every block, everywhere where `Ingest` uses its own again."""

    def push(self, block: RawBlock) -> Frames:
        self._mono = np.empty(0, np.float32)
        self._mixer._floats = np.empty((0, self.format.channels), np.float32)
        return super().push(block)

    def _room(self, count: int) -> Samples:
        rest = self._stream[self._begin : self._end]
        self._stream = np.empty(len(rest) + count, np.float32)
        self._stream[: len(rest)] = rest
        self._begin, self._end = 0, len(rest) + count
        return self._stream[len(rest) : self._end]


class ScratchRing(RingBuffer):
    """Hands out what it copied into memory of the reading thread, valid until the next read."""

    _local = threading.local()

    def _copy(self, start: int, end: int) -> tuple[NDArray[Any], int]:
        at = start % self.capacity
        frames = end - start
        room = self.capacity - at
        scratch: NDArray[Any] | None = getattr(self._local, "scratch", None)
        if scratch is None or len(scratch) < frames:
            scratch = self._local.scratch = np.empty((frames, *self._data.shape[1:]), self.dtype)
        copied = scratch[:frames]
        if frames <= room:
            copied[:] = self._data[at : at + frames]
        else:
            copied[:room] = self._data[at:]
            copied[room:] = self._data[: frames - room]
        intact = max(start, self._claimed - self.capacity)
        return copied[intact - start :], intact


_scratch = threading.local()


def peaks_in_scratch(frames: NDArray[np.float32]) -> NDArray[np.float32]:
    """`engine.audio.levels.peaks` without its temporary."""
    held: NDArray[np.float32] | None = getattr(_scratch, "frames", None)
    if held is None or len(held) < len(frames):
        held = _scratch.frames = np.empty_like(frames)
    largest: NDArray[np.float32] = np.abs(frames, out=held[: len(frames)]).max(axis=1)
    return largest


def sound(frames: int, channels: int) -> NDArray[np.float32]:
    """Noise that neither clips nor is silent."""
    return np.random.default_rng(1).normal(0, 0.1, (frames, channels)).astype(np.float32)


def trusted(ingest: Ingest, block: RawBlock) -> Ingest:
    """An ingest after so many faultless blocks that the device is trusted."""
    while not ingest.validator.trusted:
        ingest.push(block)
    return ingest


def ingest_row(rate: int, channels: int) -> Row:
    """Taking in blocks of 32 ms with memory that is used again, against new memory."""
    block = sound(rate * FRAME // 16_000, channels)
    form = AudioFormat(rate, channels, "float32")
    fresh, own = (trusted(made, block) for made in (FreshIngest(form, 0.05), Ingest(form, 0.05)))
    pair = compare(Side(lambda: fresh.push(block)), Side(lambda: own.push(block)), CALLS)
    return timed_row("buffer pool", f"Ingest, {rate / 1000:g} kHz x {channels}", pair, "kept")


def recorded_row() -> Row:
    """The one copy of recorded sound, into a slot of a pool instead of new memory."""
    frame = sound(1, FRAME)
    pool = np.empty((POOLED, FRAME), np.float32)
    at = 0

    def into_pool() -> None:
        nonlocal at
        at = (at + 1) % POOLED
        pool[at] = frame[0]

    pair = compare(Side(lambda: frame.reshape(-1).copy()), Side(into_pool), 10 * CALLS)
    return timed_row("buffer pool", "Capture, recorded sound", pair, "not kept")


def read_row() -> Row:
    """Writing a block into the raw ring and reading it."""
    block = sound(1536, 2)
    rings = [made(1 << 17, 2, np.float32) for made in (RingBuffer, ScratchRing)]

    def passing(ring: RingBuffer) -> Side:
        def work() -> None:
            ring.write(block)
            ring.read()

        return Side(work)

    pair = compare(passing(rings[0]), passing(rings[1]), 3 * CALLS)
    return timed_row("thread-local scratch", "RingBuffer.read, 1536 x 2", pair, "not kept")


def peaks_row() -> Row:
    """The peak of one frame."""
    frame = sound(1, FRAME)
    if peaks(frame) != peaks_in_scratch(frame):
        raise RuntimeError("the two ways disagree about a peak")
    pair = compare(Side(lambda: peaks(frame)), Side(lambda: peaks_in_scratch(frame)), 10 * CALLS)
    return timed_row("thread-local scratch", "levels.peaks, one frame", pair, "not kept")


def validation_rows(rate: int, channels: int) -> list[Row]:
    """Taking in blocks of one form of sound."""
    block = sound(rate * FRAME // 16_000, channels)
    form = AudioFormat(rate, channels, "float32")
    ingests = [trusted(Ingest(form, share), block) for share in (1.0, *SHARES)]
    sides = [Side(lambda ingest=ingest: ingest.push(block)) for ingest in ingests]
    times = rounds_of(sides, CALLS)
    where = f"Ingest, {rate / 1000:g} kHz x {channels}"
    return [
        timed_row(f"validation at {share:.0%}", where, paired(times[0], taken), "kept")
        for share, taken in zip(SHARES, times[1:], strict=True)
    ]


def rows() -> list[Row]:
    """All of this group."""
    return [
        *(ingest_row(16_000, 1), ingest_row(48_000, 2), recorded_row()),
        *(read_row(), peaks_row()),
        *validation_rows(16_000, 1),
        *validation_rows(48_000, 2),
    ]
