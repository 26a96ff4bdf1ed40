"""The ring buffer against a plain list, and with a real producer thread."""

from __future__ import annotations

import threading
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.audio.raw_sink import RawSink
from engine.audio.ring import RingBuffer
from engine.audio.wake import Wake

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.integers(0, 40)),
        st.tuples(st.just("read"), st.one_of(st.none(), st.integers(0, 40))),
        st.tuples(st.just("latest"), st.integers(0, 40)),
    ),
    max_size=40,
)


@given(capacity=st.integers(1, 17), channels=st.one_of(st.none(), st.integers(1, 3)), steps=STEPS)
def test_agrees_with_a_list(capacity: int, channels: int | None, steps: list[tuple[str, int | None]]) -> None:
    ring = RingBuffer(capacity, channels, np.int32)
    written: list[int] = []
    taken = lost = 0
    for step, amount in steps:
        oldest = max(len(written) - capacity, 0)
        if step == "write":
            new = list(range(len(written), len(written) + (amount or 0)))
            block = np.array(new, np.int32)
            ring.write(block if channels is None else np.repeat(block[:, None], channels, axis=1))
            written += new
            continue
        if step == "latest":
            got = ring.latest(amount or 0)
            expected = written[max(len(written) - (amount or 0), oldest) :] if amount else []
        else:
            got = ring.read(amount)
            start = max(taken, oldest)
            end = len(written) if amount is None else max(min(len(written), taken + amount), start)
            expected = written[start:end]
            lost += start - taken
            taken = end
        assert (got if channels is None else got[:, 0]).tolist() == expected
        assert got.shape[1:] == (() if channels is None else (channels,))
        assert ring.lost_frames == lost
        assert ring.written == len(written)
        assert ring.taken == taken


def test_reads_are_copies() -> None:
    ring = RingBuffer(4)
    ring.write(np.ones(4, np.float32))
    read = ring.latest(4)
    ring.write(np.zeros(4, np.float32))
    assert read.all()


@pytest.mark.parametrize("block", [1, 512, 4096, 20_000])
@pytest.mark.parametrize("dtype", ["int16", "float32"])
def test_a_callback_takes_no_memory(block: int, dtype: str) -> None:
    """Not for a moment either: what is allocated while a block is taken is a few objects, no samples."""
    sink = RawSink(Wake(), capacity=10_000)
    sink.rate = 16000
    samples = np.ones((block, 2), dtype)
    ring = RingBuffer(10_000, 2, dtype)
    sink.block(samples)
    tracemalloc.start()
    try:
        for take in (sink.block, ring.write):
            take(samples)
            before, _ = tracemalloc.get_traced_memory()
            tracemalloc.reset_peak()
            for _ in range(1000):
                take(samples)
            after, most = tracemalloc.get_traced_memory()
            assert after - before < 256
            assert most - before < 1024
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(("capacity", "channels"), [(0, None), (4, 0)])
def test_a_ring_of_nothing_is_refused(capacity: int, channels: int | None) -> None:
    with pytest.raises(ValueError, match="cannot hold"):
        RingBuffer(capacity, channels)


@pytest.mark.parametrize("capacity", [64, 1000, 100_000])
def test_a_writing_thread_never_tears_a_frame(capacity: int) -> None:
    """Every frame holds its position in both channels; the reader checks all that it gets."""
    total, block = 200_000, 37
    ring = RingBuffer(capacity, 2, np.int64)
    wake = Wake()

    def write() -> None:
        for at in range(0, total, block):
            positions = np.arange(at, min(at + block, total))
            ring.write(np.stack((positions, positions), axis=1))
            wake.give()

    writer = threading.Thread(target=write)
    writer.start()
    position = 0
    while position < total:
        wake.wait()
        frames = ring.read()
        position = ring.taken
        if len(frames):
            expected = np.arange(position - len(frames), position)
            np.testing.assert_array_equal(frames[:, 0], expected)
            np.testing.assert_array_equal(frames[:, 1], expected)
    writer.join()
    assert ring.written == total


def test_wakes_are_merged_and_never_lost() -> None:
    wake = Wake()
    wake.give()
    wake.give()
    wake.wait()
    woken = threading.Event()

    def wait() -> None:
        wake.wait()
        woken.set()

    waiter = threading.Thread(target=wait)
    waiter.start()
    assert not woken.is_set()
    wake.give()
    waiter.join(10)
    assert woken.is_set()


def test_the_sink_keeps_blocks_that_come_before_the_format_is_known() -> None:
    sink = RawSink(Wake(), capacity=100)
    assert sink.read().shape == (0, 1)
    sink.block(np.full((10, 2), 7, np.int16))
    sink.rate = 16000
    sink.block(np.full((5, 2), 8, np.int16))
    assert sink.written == 15
    assert sink.read(12).shape == (12, 2)
    assert sink.read()[:, 0].tolist() == [8, 8, 8]
    assert sink.lost_why == ""


def test_the_sink_refuses_a_change_of_form_without_raising() -> None:
    sink = RawSink(Wake(), capacity=100)
    sink.block(np.zeros((10, 2), np.int16))
    sink.block(np.zeros((10, 1), np.int16))
    assert "changed" in sink.lost_why
    assert len(sink.read()) == 10


def test_the_sink_counts_what_it_could_not_keep() -> None:
    sink = RawSink(Wake(), capacity=100)
    sink.block(np.zeros((80, 1), np.float32))
    sink.block(np.zeros((80, 1), np.float32))
    assert len(sink.read()) == 100
    assert sink.lost_frames == 60
