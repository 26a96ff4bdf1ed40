"""How long the event loop stalls, and whether sound comes late, while a recogniser works.

    python -m tests.bench.bench_stalls

A session records from a virtual microphone (PulseAudio's null sink through PortAudio) that another
process speaks into; see `tests.support.stalls`. "late" is the longest delay of a block beyond the
sound before it. Whisper has random weights of the base model's size: its words mean nothing, its
cost is real.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from pathlib import Path

import numpy as np

from engine.errors import EngineError
from tests.support.stalls import PHASES, STALL_MS, Ticker, cases, dictate
from tests.support.virtual_microphone import virtual_microphone
from tests.support.voices import Voices


def row(ticker: Ticker, phase: str) -> str:
    """The figures of a phase."""
    late = np.array(ticker.late[phase])
    over = int((late > STALL_MS).sum())
    share = ticker.stalled_share(phase)
    return f"{late.max():8.1f} {np.percentile(late, 99):7.2f} {over:9d} {share:13.1%}"


def main() -> None:
    """Print a row for each recogniser and phase."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        speech = Voices(folder).talk(folder / "speech.wav")
        print("recogniser    phase       worst ms  p99 ms  over 10 ms  time in them")
        with virtual_microphone(folder / "microphone") as microphone:
            os.environ.update(microphone.environment)
            for case, settings in cases().items():
                try:
                    watched = asyncio.run(dictate(settings, microphone, speech))
                except EngineError as error:
                    print(f"{case}: {error}")
                    continue
                for phase in PHASES:
                    print(f"{case:12}  {phase:10} {row(watched.ticker, phase)}")
                sound = f"late {watched.late_s * 1e3:.0f} ms, overflows {watched.overflows}, "
                print(f"{case:12}  sound: {sound}lost {watched.lost_frames}", flush=True)


if __name__ == "__main__":
    main()
