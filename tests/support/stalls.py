"""One dictation from a microphone that another process speaks into, with a watch on the event loop.

A ticker on the session's event loop sleeps a millisecond at a time; a stall is what a sleep took
beyond that. "idle" is the same ticker with nothing beside it, in the same run: what the machine
adds by itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from engine.audio.facts import Cut, Fact, Recorded
from engine.audio.format import FRAME, Samples
from engine.events import DictationFinished, RecognizerChanged, RecordingStarted
from tests.support.dictating import driving
from tests.support.random_whisper import shared
from tests.support.virtual_microphone import VirtualMicrophone

TICK_S = 0.001

IDLE_S = 2.0

PHASES = ("idle", "loading", "decoding", "finishing")

STALL_MS = 10.0
"""Lateness from which a tick counts as stalled."""


class Ticker:
    """Milliseconds by which each tick of the loop was late, by phase."""

    def __init__(self) -> None:
        self.late: dict[str, list[float]] = {phase: [0.0] for phase in PHASES}
        self.phase = "idle"

    async def run(self) -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(TICK_S)
            late_ms = (time.perf_counter() - before - TICK_S) * 1e3
            self.late.setdefault(self.phase, []).append(late_ms)

    def stalled_share(self, *phases: str) -> float:
        """Share of some phases' time, 0 to 1, that the loop spent in stalls."""
        late = np.array([ms for phase in phases for ms in self.late[phase]])
        return float(late[late > STALL_MS].sum() / (late.sum() + TICK_S * 1e3 * len(late)))


@dataclass
class Watched:
    """What a dictation did to the event loop, and what became of its sound.

    Attributes:
        ticker: The event loop's ticks.
        recorded: All frames that were handed to the recogniser, in order.
        frames: How many these are.
        gaps: Places where a recorded frame did not follow the one before it.
        cut_frames: Frames of the recording, as it says itself.
        late_s: Longest delay of a block beyond the sound before it.
        overflows: Times that the device dropped sound.
        lost_frames: Device frames that were overwritten before they were read.
    """

    ticker: Ticker
    recorded: list[Samples] = field(default_factory=list)
    frames: int = 0
    gaps: int = 0
    cut_frames: int = 0
    late_s: float = 0.0
    overflows: int = 0
    lost_frames: int = 0

    def take(self, fact: Fact) -> None:
        """Account for what the recorder reports."""
        match fact:
            case Recorded(start_frame=start, samples=samples):
                self.gaps += start != self.frames
                self.recorded.append(samples)
                self.frames += len(samples) // FRAME
            case Cut(frames=frames):
                self.cut_frames = frames


def cases() -> dict[str, dict[str, str]]:
    """Settings by recogniser. Whisper has random weights of the base model's size: real in its cost."""
    return {
        "pocketsphinx": {"recognition__recognizer": "pocketsphinx"},
        "whisper": {"recognition__recognizer": "whisper", "recognition__model": str(shared("base"))},
    }


async def dictate(case: dict[str, str], microphone: VirtualMicrophone, speech: Path) -> Watched:
    """One dictation, with a recogniser that is loaded for it."""
    async with _ticking() as ticker:
        watched = Watched(ticker)
        await asyncio.sleep(IDLE_S)
        ticker.phase = "loading"
        async with driving(None, audio__device=microphone.device, **case) as driver:
            life = driver.session._life
            react = life.on_fact

            def on_fact(fact: Fact) -> None:
                watched.take(fact)
                react(fact)

            life.on_fact = on_fact
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
            watched.late_s, watched.overflows = recorder.late_s, recorder.overflows
            watched.lost_frames = recorder.lost_frames
            ticker.phase = "closing"
        return watched


@asynccontextmanager
async def _ticking() -> AsyncIterator[Ticker]:
    ticker = Ticker()
    task = asyncio.create_task(ticker.run())
    try:
        yield ticker
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
