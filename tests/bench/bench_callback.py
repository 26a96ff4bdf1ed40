"""What an audio callback costs: `RawSink.block` against a bare copy into an array, in one run.

    python -m tests.bench callback

Blocks are timed one by one, the two ways in turn, so that both meet the same machine. A reading
thread drains the sink meanwhile, as the ingest thread does. Then ten minutes of blocks go as fast as
they are taken through the sink alone, and through the sink and the whole ingest thread that records
them, while the interpreter's memory and the process's are watched.
"""

from __future__ import annotations

import gc
import sys
import tempfile
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter_ns, sleep

import numpy as np
from numpy.typing import NDArray

from engine.audio.capture import Capture
from engine.audio.commands import Begin, Stop
from engine.audio.facts import Fact, Heard
from engine.audio.format import AudioFormat, RawBlock
from engine.audio.ingest import Ingest
from engine.audio.raw_sink import RawSink
from engine.audio.wake import Wake
from engine.metrics import process_bytes
from engine.speech.silero import StreamingVoice
from tests.engine.audio.scripted import ScriptedSource

BLOCKS = 20_000
"""Blocks that are timed."""

PARTS = 10
"""Parts of the run whose 99th percentiles are taken one by one; their median counts."""

FORMS = ((512, 1, "float32", 16_000), (480, 2, "int16", 48_000), (4096, 2, "float32", 44_100))
"""Frames, channels, type and rate of the blocks."""

P99_LIMIT_US, RATIO_LIMIT = 50.0, 3.0
"""What a block may cost at the 99th percentile, and how many bare copies at the median and there."""

BACKLOG = 1 << 14
"""Device frames that wait at most while blocks are delivered as fast as they are taken."""

SETTLED_S = 0.3
"""Seconds in which what waits is taken, before memory is looked at."""

GROWTH_LIMIT = 64 << 10
"""Bytes by which the interpreter's memory may grow from the first minute to the tenth: counters grow
digits, threads come and go; samples kept would be megabytes."""

PEAK_LIMIT = 4 * BACKLOG * 2 * 4
"""The same for its peak: a backlog that was as long as allowed, in each of its forms."""


Times = NDArray[np.float64]
"""Microseconds a block."""


def compare(block: RawBlock, rate: int, *, reader: bool) -> tuple[Times, Times]:
    """Time both ways: the bare copy, and the sink."""
    target = np.zeros((1 << 19, block.shape[1]), block.dtype)
    # Not lists: the memory that they grow by is new to the process, and to touch it first costs as
    # much as a block, which falls on one way or the other.
    bare, ours = np.ones(BLOCKS), np.ones(BLOCKS)
    slots = len(target) // len(block)
    with sink_alone(rate, reader=reader) as (sink, _):
        for index in range(BLOCKS):
            at = index % slots * len(block)
            began = perf_counter_ns()
            target[at : at + len(block)] = block
            between = perf_counter_ns()
            sink.block(block)
            ended = perf_counter_ns()
            bare[index] = (between - began) / 1e3
            ours[index] = (ended - between) / 1e3
    return bare, ours


Taking = AbstractContextManager[tuple[RawSink, Callable[[], int]]]
"""A sink that somebody drains, and how many device frames were taken from it."""


@contextmanager
def sink_alone(rate: int, *, reader: bool = True) -> Iterator[tuple[RawSink, Callable[[], int]]]:
    """A sink that a thread empties."""
    sink = RawSink(Wake())
    sink.rate = rate
    stopping = threading.Event()
    taken = 0

    def drain() -> None:
        nonlocal taken
        while not stopping.is_set():
            sink.wake.wait()
            taken += len(sink.read())

    thread = threading.Thread(target=drain)
    if reader:
        thread.start()
    yield sink, lambda: taken
    stopping.set()
    sink.wake.give()
    if reader:
        thread.join()


@contextmanager
def whole_ingest(audio_format: AudioFormat, folder: Path) -> Iterator[tuple[RawSink, Callable[[], int]]]:
    """A sink behind which everything happens that happens to a microphone's sound: a recording too."""
    sink = RawSink(Wake())
    sink.rate = audio_format.rate
    heard = 0

    def note(fact: Fact) -> None:
        nonlocal heard
        if isinstance(fact, Heard):
            heard += len(fact.columns)

    voice = StreamingVoice()
    voice.load()
    source = ScriptedSource(audio_format.rate, audio_format.channels, audio_format.dtype)
    capture = Capture(source, sink, Ingest(audio_format, 0.05), voice, 47, note)
    capture.start()
    capture.command(Begin(folder))
    yield sink, lambda: heard * 512 * audio_format.rate // 16_000
    capture.command(Stop())
    capture.join()


@dataclass(frozen=True)
class Memory:
    """Bytes: the interpreter's now and at most since the last look, and the process's."""

    now: int
    peak: int
    resident: int


def ten_minutes(block: RawBlock, rate: int, taking: Taking) -> tuple[Memory, Memory]:
    """Deliver ten minutes of blocks; the memory after the first minute and after the last."""
    minute = 60 * rate // len(block)
    process_bytes()  # what it imports is not the audio path's
    with taking as (sink, taken):
        tracemalloc.start()
        try:
            looks = []
            for index in range(10 * minute):
                sink.block(block)
                while sink.written - taken() > BACKLOG:
                    sleep(0.001)
                if index + 1 in (minute, 10 * minute):
                    sleep(SETTLED_S)
                    gc.collect()
                    now, peak = tracemalloc.get_traced_memory()
                    looks.append(Memory(now, peak, process_bytes()))
                    tracemalloc.reset_peak()
        finally:
            tracemalloc.stop()
        if sink.lost_frames:
            raise RuntimeError(f"{sink.lost_frames} frames were lost: the measurement is void")
    return looks[0], looks[1]


def middle_and_tail(times: Times) -> tuple[float, float]:
    """The median, and the usual 99th percentile of a tenth: another program's moment does not decide."""
    tails = [np.percentile(part, 99) for part in np.array_split(times, PARTS)]
    return float(np.median(times)), float(np.median(tails))


def print_times() -> bool:
    """Print p50 and p99 of both ways and their ratios; whether they keep to the limits."""
    kept = True
    print("callback cost a block, microseconds          bare copy        utter's sink     ratio of")
    print("                                             p50     p99      p50     p99      p50   p99")
    for frames, channels, dtype, rate in FORMS:
        block = np.ones((frames, channels), dtype)
        for reader in (False, True):
            bare, ours = compare(block, rate, reader=reader)
            (b50, b99), (o50, o99) = middle_and_tail(bare), middle_and_tail(ours)
            name = f"{frames} x {channels} {dtype}{', read meanwhile' if reader else ''}"
            print(f"{name:42}{b50:7.2f} {b99:7.2f}  {o50:7.2f} {o99:7.2f}  {o50 / b50:7.1f} {o99 / b99:5.1f}")
            kept = kept and o99 <= P99_LIMIT_US and o50 <= RATIO_LIMIT * b50
            # With a reader the 99th percentiles say which of the two ways met its turns by chance.
            kept = kept and (reader or o99 <= RATIO_LIMIT * b99)
    return kept


def print_growth() -> bool:
    """Print the memory after one minute of blocks and after ten; whether it did not grow."""
    kept = True
    print("\nmemory, kB                          after 1 minute            after 10 minutes          growth")
    print("                                    now  peak  resident       now  peak  resident       now")
    for frames, channels, dtype, rate in FORMS:
        block = np.random.default_rng(1).normal(0, 3000, (frames, channels)).astype(dtype)
        block = block if dtype == "int16" else block / np.float32(32768)
        audio_format = AudioFormat(rate, channels, "int16" if dtype == "int16" else "float32")
        with tempfile.TemporaryDirectory() as folder:
            ways = {"sink": sink_alone(rate), "ingest": whole_ingest(audio_format, Path(folder))}
            for way, taking in ways.items():
                first, last = ten_minutes(block, rate, taking)
                growth = last.now - first.now
                kept = kept and growth < GROWTH_LIMIT and last.peak < first.peak + PEAK_LIMIT
                columns = [
                    f"{look.now / 1e3:7.0f} {look.peak / 1e3:5.0f} {look.resident / 1e3:9.0f}"
                    for look in (first, last)
                ]
                name = f"{frames} x {channels} {dtype}, {way}"
                print(f"{name:32}{columns[0]}   {columns[1]}   {growth / 1e3:7.1f}", flush=True)
    return kept


def main() -> int:
    """Print both tables; 1 where a limit was broken."""
    return 0 if all([print_times(), print_growth()]) else 1


if __name__ == "__main__":
    sys.exit(main())
