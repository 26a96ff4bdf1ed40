"""What an audio callback costs: `RawSink.block` against a bare copy into an array, in one run.

    python tests/bench/bench_callback.py

Blocks are timed one by one, the two ways in turn, so that both meet the same machine. A reading
thread drains the sink meanwhile, as the ingest thread does.
"""

from __future__ import annotations

import sys
import threading
from time import perf_counter_ns

import numpy as np

from engine.audio.format import RawBlock
from engine.audio.raw_sink import RawSink
from engine.audio.wake import Wake

BLOCKS = 20_000
"""Blocks that are timed."""

FORMS = ((512, 1, "float32", 16_000), (480, 2, "int16", 48_000), (4096, 2, "float32", 44_100))
"""Frames, channels, type and rate of the blocks."""


def compare(block: RawBlock, rate: int, *, reader: bool) -> tuple[list[float], list[float]]:
    """Time both ways, in microseconds a block: the bare copy, and the sink."""
    sink = RawSink(Wake())
    sink.rate = rate
    target = np.zeros((1 << 19, block.shape[1]), block.dtype)
    stopping = threading.Event()

    def drain() -> None:
        while not stopping.is_set():
            sink.wake.wait()
            sink.read()

    thread = threading.Thread(target=drain)
    if reader:
        thread.start()
    bare: list[float] = []
    ours: list[float] = []
    slots = len(target) // len(block)
    for index in range(BLOCKS):
        at = index % slots * len(block)
        began = perf_counter_ns()
        target[at : at + len(block)] = block
        between = perf_counter_ns()
        sink.block(block)
        ended = perf_counter_ns()
        bare.append((between - began) / 1e3)
        ours.append((ended - between) / 1e3)
    stopping.set()
    sink.wake.give()
    if reader:
        thread.join()
    return bare, ours


def main() -> int:
    """Print p50 and p99 of both ways and their ratios."""
    print("callback cost a block, microseconds          bare copy        utter's sink     ratio")
    print("                                             p50     p99      p50     p99      p50")
    for frames, channels, dtype, rate in FORMS:
        block = np.ones((frames, channels), dtype)
        for reader in (False, True):
            bare, ours = compare(block, rate, reader=reader)
            b50, b99 = np.percentile(bare, (50, 99))
            o50, o99 = np.percentile(ours, (50, 99))
            name = f"{frames} x {channels} {dtype}{', read meanwhile' if reader else ''}"
            print(f"{name:42}{b50:7.2f} {b99:7.2f}  {o50:7.2f} {o99:7.2f}  {o50 / b50:7.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
