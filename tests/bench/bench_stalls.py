"""How long the event loop stalls, and whether sound comes late, while a recogniser works.

    python -m tests.bench.bench_stalls

A session records from a virtual microphone (PulseAudio's null sink through PortAudio) that another
process speaks into. A ticker on the session's event loop sleeps a millisecond at a time; a stall is
what a sleep took beyond that. "idle" is the same ticker with nothing beside it, in the same run:
what the machine adds by itself. "late" is the longest delay of a block beyond the sound before it.
Whisper has random weights of the base model's size: its words mean nothing, its cost is real.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np

from engine.audio.format import SAMPLE_RATE
from engine.errors import EngineError
from engine.events import DictationFinished, RecognizerChanged, RecordingStarted
from tests.support.dictating import driving
from tests.support.random_whisper import shared
from tests.support.sound_files import write_wav
from tests.support.virtual_microphone import VirtualMicrophone, virtual_microphone
from tests.support.voices import SENTENCES, Voices

TICK_S = 0.001


class Ticker:
    """Milliseconds by which each tick of the loop was late, by phase."""

    def __init__(self) -> None:
        self.late: dict[str, list[float]] = {}
        self.phase = "idle"

    async def run(self) -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(TICK_S)
            late_ms = (time.perf_counter() - before - TICK_S) * 1e3
            self.late.setdefault(self.phase, []).append(late_ms)

    def row(self, phase: str) -> str:
        late = np.array(self.late.get(phase, [0.0]))
        over = int((late > 10).sum())
        return f"{late.max():8.1f} {np.percentile(late, 99):7.2f} {over:9d}"


@asynccontextmanager
async def ticking() -> AsyncIterator[Ticker]:
    ticker = Ticker()
    task = asyncio.create_task(ticker.run())
    try:
        yield ticker
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def dictate(case: dict[str, str], microphone: VirtualMicrophone, speech: Path) -> tuple[Ticker, str]:
    """One dictation; the ticker, and what the recorder says of the sound."""
    async with ticking() as ticker:
        await asyncio.sleep(2.0)
        ticker.phase = "loading"
        async with driving(None, audio__device=microphone.device, **case) as driver:
            await driver.wait_for(RecognizerChanged, status="ready", timeout_s=60)
            ticker.phase = "decoding"
            driver.session.start_recording()
            await driver.wait_for(RecordingStarted)
            saying = microphone.start_saying(speech)
            await asyncio.to_thread(saying.wait)
            ticker.phase = "finishing"
            driver.session.stop_recording()
            await driver.wait_for(DictationFinished, timeout_s=120)
            recorder = driver.session._listener.recorder
            sound = f"late {recorder.late_s * 1e3:.0f} ms, overflows {recorder.overflows}, "
            sound += f"lost {recorder.lost_frames}"
            ticker.phase = "closing"
        return ticker, sound


def main() -> None:
    """Print a row for each recogniser and phase."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        voices = Voices(folder)
        gap = np.zeros(round(0.9 * SAMPLE_RATE), np.float32)
        pieces = [part for text in SENTENCES[:6] for part in (voices.speak(text).samples(), gap)]
        speech = write_wav(folder / "speech.wav", np.concatenate(pieces))
        cases = {
            "pocketsphinx": {"recognition__recognizer": "pocketsphinx"},
            "whisper": {"recognition__recognizer": "whisper", "recognition__model": str(shared("base"))},
        }
        print("recogniser    phase       worst ms  p99 ms  over 10 ms")
        with virtual_microphone(folder / "microphone") as microphone:
            os.environ.update(microphone.environment)
            for case, settings in cases.items():
                try:
                    ticker, sound = asyncio.run(dictate(settings, microphone, speech))
                except EngineError as error:
                    print(f"{case}: {error}")
                    continue
                for phase in ("idle", "loading", "decoding", "finishing"):
                    print(f"{case:12}  {phase:10} {ticker.row(phase)}")
                print(f"{case:12}  sound: {sound}", flush=True)


if __name__ == "__main__":
    main()
