"""What ingest costs a frame of 32 ms, by the share of blocks that is fully checked.

    python -m tests.bench ingest

From the device's block to a frame whose level is known. "all" checks every block, as a device that
is not trusted yet has it; the ratio is that of the share before it to "all". The voice detector,
which follows, is printed for scale.
"""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

import numpy as np

from engine.audio.format import FRAME_S, AudioFormat
from engine.audio.ingest import Ingest
from engine.audio.levels import level_column
from engine.speech.silero import StreamingVoice

SHARES = (0.0, 0.02, 0.05, 0.1, 1.0)
"""Shares of a trusted device's blocks that are fully checked."""

FORMS = (
    AudioFormat(16_000, 1, "float32"),
    AudioFormat(16_000, 2, "float32"),
    AudioFormat(44_100, 1, "float32"),
    AudioFormat(48_000, 2, "float32"),
    AudioFormat(48_000, 2, "int16"),
)
ROUNDS, REPEATS = 15, 400


def microseconds(works: list[Callable[[], object]]) -> list[float]:
    """The median of rounds, in microseconds a call, in each of which all take turns."""
    times: list[list[float]] = [[] for _ in works]
    for _ in range(ROUNDS):
        for work, taken in zip(works, times, strict=True):
            begun = perf_counter()
            for _ in range(REPEATS):
                work()
            taken.append((perf_counter() - begun) / REPEATS * 1e6)
    return [float(np.median(taken)) for taken in times]


def taking(audio_format: AudioFormat, share: float) -> Callable[[], object]:
    """What takes in one block of a device that is trusted."""
    shape = (round(audio_format.rate * FRAME_S), audio_format.channels)
    sound = np.random.default_rng(1).normal(0, 0.1, shape)
    block = (sound * 20_000 if audio_format.dtype == "int16" else sound).astype(audio_format.dtype)
    ingest = Ingest(audio_format, share)
    while not ingest.validator.trusted:
        ingest.push(block)

    def take() -> None:
        frames = ingest.push(block)
        for at, frame in enumerate(frames.samples):
            level_column(frame, frames.peaks[at], 0.5, clipped=frames.clipped[at], recorded=True)

    return take


def main() -> None:
    """Print the table."""
    print("ingest, microseconds a block of 32 ms, by the share that is fully checked")
    print(f"{'':24}" + "".join(f"{share:>8.0%}" for share in SHARES[:-1]) + "     all   0 % / all")
    for form in FORMS:
        costs = microseconds([taking(form, share) for share in SHARES])
        name = f"{form.rate / 1000:g} kHz x {form.channels} {form.dtype}"
        print(f"{name:24}" + "".join(f"{cost:8.1f}" for cost in costs) + f"{costs[0] / costs[-1]:12.2f}")
    voice = StreamingVoice()
    voice.load()
    frame = np.random.default_rng(2).normal(0, 0.1, 512).astype(np.float32)
    (cost,) = microseconds([lambda: voice.probability(frame)])
    print(f"{'voice detector':24}{cost:8.1f}")


if __name__ == "__main__":
    main()
