"""Parallel warm-up: all that a dictation needs, loaded at once or one after another, in fresh processes.

    python -m tests.bench.ideas.warm_up parallel|sequence

is one such process; it prints the seconds from its first load to the last one's end.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import numpy as np

from engine.audio.format import AudioFormat
from tests.bench.ideas.pairs import paired
from tests.bench.ideas.table import Row, timed_row

ROUNDS = 5

REASONS = (
    "Parallel warm-up: kept. The recogniser loads in a process of its own, the voice detector and the "
    "resampler in a thread while the source opens, the enhancer with the first recording. The recogniser "
    "is nearly all there is to wait for.",
)


def load_recognizer() -> Callable[[], None]:
    """PocketSphinx in a process of its own; what ends it."""
    from engine.speech.process import RecognizerProcess

    recognizer = RecognizerProcess("pocketsphinx", {})
    recognizer.load()
    return recognizer.unload


def load_voice() -> None:
    """The voice detector."""
    from engine.speech.silero import StreamingVoice

    StreamingVoice().load()


def load_ingest() -> None:
    """The resampler, for a microphone of 48 kHz."""
    from engine.audio.ingest import Ingest

    Ingest(AudioFormat(48_000, 2, "float32"))


def load_enhancer() -> None:
    """The enhancer with its word lists."""
    from engine.registry import build_enhancer

    build_enhancer("tidy")


def warm(*, parallel: bool) -> float:
    """Seconds until everything is there."""
    endings: list[Callable[[], None]] = []

    def recognizer() -> None:
        endings.append(load_recognizer())

    steps = (recognizer, load_voice, load_ingest, load_enhancer)
    began = perf_counter()
    if parallel:
        threads = [threading.Thread(target=step) for step in steps]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    else:
        for step in steps:
            step()
    took = perf_counter() - began
    for end in endings:
        end()
    return took


def in_fresh_process(way: str) -> float:
    """Microseconds that a process of its own says it took."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.ideas.warm_up", way],
            check=True,
            capture_output=True,
            text=True,
            env={"HOME": folder, "PYTHONPATH": str(Path(__file__).parents[3])},
        )
    return float(done.stdout) * 1e6


def rows() -> list[Row]:
    """All of this group."""
    ways = ("sequence", "parallel")
    times = np.zeros((2, ROUNDS))
    for at in range(ROUNDS):
        for index in (0, 1) if at % 2 else (1, 0):
            times[index, at] = in_fresh_process(ways[index])
    pair = paired(times[0], times[1])
    return [timed_row("parallel warm-up", "all that start loads", pair, "kept", "start", pair.without)]


if __name__ == "__main__":
    print(warm(parallel=sys.argv[1] == "parallel"))
