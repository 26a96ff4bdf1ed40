"""A source that a test drives by hand: a real part of the seam, not a stand-in for the recorder."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Literal, TypeVar

import numpy as np

from engine.audio.facts import Cut, Fact, Heard, Recorded
from engine.audio.format import FRAME, AudioFormat, RawBlock, Samples
from engine.audio.recorder import Recorder
from engine.audio.sources import AudioSink, Link, SourceInfo
from engine.errors import AudioError
from engine.speech.voice import VoiceDetector

F = TypeVar("F")


class ScriptedSource:
    """Delivers the blocks that a test pushes."""

    def __init__(
        self,
        rate: int = 16000,
        channels: int = 1,
        dtype: Literal["int16", "float32"] = "float32",
        *,
        broken: bool = False,
        kind: Literal["microphone", "file", "network"] = "microphone",
    ) -> None:
        self.format = AudioFormat(rate, channels, dtype)
        self.sink: AudioSink | None = None
        self.broken = broken
        self.kind = kind
        self.closed = 0
        self.started = 0
        self.on_start: Callable[[], None] | None = None
        self.how: Link | None = None

    def open(self, sink: AudioSink) -> AudioFormat:
        if self.broken:
            raise AudioError("The scripted microphone is in use.", "Wait.")
        self.sink = sink
        return self.format

    def close(self) -> None:
        self.closed += 1

    def describe(self) -> SourceInfo:
        return SourceInfo("scripted microphone", self.kind)

    def recording_started(self) -> None:
        self.started += 1
        if self.on_start is not None:
            self.on_start()

    def link(self) -> Link | None:
        return self.how

    def push(self, samples: RawBlock, block: int = 480) -> None:
        """Deliver samples in blocks; mono may be given flat."""
        assert self.sink is not None
        rows = samples if samples.ndim == 2 else samples[:, None]
        for at in range(0, len(rows), block):
            self.sink.block(rows[at : at + block])


class ByLevel:
    """A voice detector for tests: the probability is the frame's largest sample."""

    def load(self) -> None:
        return

    def probability(self, frame: Samples) -> float:
        return float(min(abs(frame).max(), 1.0))

    def reset(self) -> None:
        return


class Bench:
    """A recorder whose facts are kept, and waited for without polling."""

    def __init__(self, preroll_s: float = 0.32, voice: VoiceDetector | None = None) -> None:
        self.facts: list[Fact] = []
        self.recorder = Recorder(self._note, preroll_s=preroll_s, voice=voice or ByLevel())
        self._changed = threading.Condition()

    def _note(self, fact: Fact) -> None:
        with self._changed:
            self.facts.append(fact)
            self._changed.notify_all()

    def of(self, kind: type[F]) -> list[F]:
        with self._changed:
            return [fact for fact in self.facts if isinstance(fact, kind)]

    async def until(self, met: Callable[[], bool]) -> None:
        """Wait until the facts meet a condition."""

        def wait() -> bool:
            with self._changed:
                return self._changed.wait_for(met, timeout=20)

        came = await asyncio.to_thread(wait)
        assert came, f"it never came; last: {[type(fact).__name__ for fact in self.facts[-5:]]}"

    def heard(self) -> int:
        return sum(len(fact.columns) for fact in self.facts if isinstance(fact, Heard))

    async def hear(self, source: ScriptedSource, samples: RawBlock, block: int = 480) -> None:
        """Deliver whole frames at 16 kHz and wait until they are taken in."""
        assert len(samples) % FRAME == 0
        wanted = self.heard() + len(samples) // FRAME
        source.push(samples, block)
        await self.until(lambda: self.heard() >= wanted)

    async def cut(self) -> Cut:
        await self.until(lambda: any(isinstance(fact, Cut) for fact in self.facts))
        return self.of(Cut)[-1]

    def recorded(self) -> Samples:
        """All recorded samples, after checking that they follow each other without a gap."""
        parts = self.of(Recorded)
        at = 0
        for part in parts:
            assert part.start_frame == at
            assert len(part.samples) == FRAME * len(part.voice)
            at += len(part.voice)
        return np.concatenate([part.samples for part in parts]) if parts else np.empty(0, np.float32)


def ramp(frames: int, start: int = 0) -> Samples:
    """Samples that all differ: each is its position times 2 to the power of -22."""
    return (np.arange(start, start + frames * FRAME) * 2.0**-22).astype(np.float32)
