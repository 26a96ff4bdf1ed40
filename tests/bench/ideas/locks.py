"""Lock-free ring and skipped locks: what a lock costs where threads meet in this engine."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from time import perf_counter_ns, sleep
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from engine.audio.format import FRAME
from engine.audio.raw_sink import RawSink
from engine.audio.ring import RingBuffer
from engine.audio.wake import Wake
from engine.speech import wire
from engine.speech.outbox import Outbox
from engine.speech.wire import Frame
from tests.bench.ideas.pairs import Side, compare, paired
from tests.bench.ideas.table import STOP_US, Row, timed_row

CALLS = 300
TIMED, PARTS, BETWEEN_S = 4000, 20, 0.0005
"""Blocks that are timed, the parts of the run that are compared, and the seconds before a block."""

P99_US = 50.0
"""What the callback may take at the 99th percentile, in microseconds."""

PACED, GAP_S = 400, 0.004
"""Frames that are sent one by one, and the seconds before each."""

A_STOP = 2
"""Frames that a stop may have to wait for: the last sound, and the request behind it."""

CAPACITY = 1 << 17

REASONS = (
    "Lock-free ring: kept. What counts is not the mean but that the callback can never wait for a reader "
    "who was put to sleep with the lock in his hand; the price is two counters. Its second line is the "
    "worst case: a reader that copies without pause.",
    "Skipping locks: the callback's wake-up is one plain lock in the place of an Event's two. The outbox "
    "keeps its condition: it joins samples that wait and can drop them, which a queue without one cannot.",
)


class LockedRing(RingBuffer):
    """The same ring with a lock around each side."""

    def __init__(self, *form: Any) -> None:
        super().__init__(*form)
        self._lock = threading.Lock()

    def write(self, block: NDArray[Any]) -> None:
        with self._lock:
            super().write(block)

    def read(self, limit: int | None = None) -> NDArray[Any]:
        with self._lock:
            return super().read(limit)


class EventWake(Wake):
    """The same wake-up with what the library has for it."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def give(self) -> None:
        self._event.set()

    def wait(self) -> None:
        self._event.wait()
        self._event.clear()


class QueueOutbox:
    """An outbox without a lock of its own: frames leave one by one, and none can be taken back."""

    def __init__(self, pipe: BinaryIO) -> None:
        self._pipe = pipe
        self._waiting: SimpleQueue[Frame | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._send_all, daemon=True)
        self._thread.start()

    def put(self, frame: Frame) -> None:
        self._waiting.put(frame)

    def close(self) -> None:
        self._waiting.put(None)
        self._thread.join()

    def _send_all(self) -> None:
        while (frame := self._waiting.get()) is not None:
            wire.write_frame(self._pipe, frame)


def sink_with(ring: RingBuffer, wake: Wake) -> RawSink:
    """A sink over that ring and wake-up."""
    sink = RawSink(wake, CAPACITY)
    sink.rate = 48_000
    sink._ring = ring
    return sink


@contextmanager
def behind(ring: RingBuffer) -> Iterator[None]:
    """A thread that reads the whole ring again and again, as one does that has fallen behind."""
    stopping = threading.Event()

    def catch_up() -> None:
        while not stopping.is_set():
            ring._read = max(0, ring.written - ring.capacity)
            ring.read()

    thread = threading.Thread(target=catch_up)
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join()


def ring_row() -> Row:
    """What a block costs the callback while nobody reads."""
    block = np.ones((1536, 2), np.float32)
    locked, free = (sink_with(ring(CAPACITY, 2, np.float32), Wake()) for ring in (LockedRing, RingBuffer))
    pair = compare(Side(lambda: locked.block(block)), Side(lambda: free.block(block)), 3 * CALLS)
    return timed_row("lock-free ring", "RawSink.block, no reader", pair, "kept")


def contended_row() -> Row:
    """The 99th percentile of a block while the reader catches up.

    One side at a time: the readers of both would leave no core to the callback.
    """
    block = np.ones((1536, 2), np.float32)
    rings = [ring(CAPACITY, 2, np.float32) for ring in (LockedRing, RingBuffer)]
    for ring in rings:
        while ring.written < CAPACITY:
            ring.write(block)
    tails = np.zeros((2, PARTS))
    for part in range(PARTS):
        for index in (0, 1) if part % 2 else (1, 0):
            sink = sink_with(rings[index], Wake())
            times = np.zeros(TIMED // PARTS)
            with behind(rings[index]):
                for at in range(len(times)):
                    sleep(BETWEEN_S)
                    began = perf_counter_ns()
                    sink.block(block)
                    times[at] = (perf_counter_ns() - began) / 1e3
            tails[index, part] = np.percentile(times, 99)
    return timed_row(
        "lock-free ring", "the same, read behind, p99", paired(tails[0], tails[1]), "kept", "50 us", P99_US
    )


def wake_row() -> Row:
    """Giving a wake-up that nobody waits for yet, as to an ingest thread that is busy, and taking it."""
    event, plain = EventWake(), Wake()

    def hand_over(wake: Wake) -> None:
        wake.give()
        wake.wait()

    pair = compare(Side(lambda: hand_over(event)), Side(lambda: hand_over(plain)), 10 * CALLS)
    return timed_row("skipping locks", "Wake, lock not Event", pair, "kept")


@contextmanager
def sending(kind: type[Outbox] | type[QueueOutbox]) -> Iterator[Side]:
    """Frames of sound that go through an outbox and an operating system's pipe to who reads them."""
    reading_end, writing_end = os.pipe()
    samples = np.zeros(FRAME, np.float32)
    with os.fdopen(reading_end, "rb") as reading, os.fdopen(writing_end, "wb") as writing:
        outbox = kind(writing)

        def send() -> None:
            outbox.put(Frame({"do": "feed"}, samples))
            if wire.read_frame(reading) is None:
                raise RuntimeError("the pipe was closed")

        yield Side(send)
        outbox.close()


def outbox_row() -> Row:
    """From handing over a frame until it is read at the other end of the pipe.

    Frames come with time between them, as sound does: both threads are asleep by then. Without it, who of
    them holds the interpreter's lock decides, and figures differ by a factor of four from run to run.
    """
    times = np.zeros((2, PACED))
    with sending(Outbox) as condition, sending(QueueOutbox) as queue:
        sides = (condition, queue)
        for at in range(PACED):
            for index in (0, 1) if at % 2 else (1, 0):
                sleep(GAP_S)
                began = perf_counter_ns()
                sides[index].work()
                times[index, at] = (perf_counter_ns() - began) / 1e3
    middle = np.median(times.reshape(2, PARTS, -1), axis=2)
    pair = paired(middle[0], middle[1])
    return timed_row("skipping locks", "Outbox, SimpleQueue", pair, "not kept", "stop", STOP_US, A_STOP)


def rows() -> list[Row]:
    """All of this group."""
    return [ring_row(), contended_row(), wake_row(), outbox_row()]
