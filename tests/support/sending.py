"""A sender of sound at work, with a scripted microphone that tests speak into."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import numpy as np

from engine.audio.format import FRAME, SAMPLE_RATE, Samples
from engine.audio.sources import AudioSource
from engine.remote.link import open_socket
from engine.remote.sender import Sender
from tests.engine.audio.scripted import ScriptedSource
from tests.support.sound_receiver import SoundReceiver

PREROLL = FRAME * 4
PATIENCE_S = 60


def steps(frames: int, start: int = 0) -> Samples:
    """Samples that 16 bits hold exactly and that tell their position."""
    return (np.arange(start, start + frames * FRAME) % 65536 - 32768).astype(np.float32) / np.float32(32768)


class Sending:
    """A sender at work, and the hand on its microphone."""

    def __init__(self, path: Path, make: Callable[[], AudioSource] | None = None) -> None:
        self.source = ScriptedSource()
        self.told: list[str] = []
        self.sender = Sender(
            partial(open_socket, str(path)),
            make or (lambda: self.source),
            codec="pcm",
            preroll_s=PREROLL / SAMPLE_RATE,
            machine="laptop",
            tell=self.told.append,
        )
        self.captured = 0

    async def capture(self, frames: int) -> None:
        """Speak, and wait until it was taken in."""
        await self.speak(frames)
        await until(lambda: self.sender._backlog._end == self.captured)

    async def speak(self, frames: int, block_frames: int = 1) -> None:
        """Speak in blocks of so many frames, and do not wait for what becomes of them."""
        await until(lambda: self.source.sink is not None)
        self.source.push(steps(frames, self.captured), block=block_frames * FRAME)
        self.captured += frames * FRAME

    async def turned_away(self, receiver: SoundReceiver, why: str) -> None:
        """Have the receiver end the connection and refuse the next, and wait until that was told."""
        receiver.refusal = why
        receiver.cut()
        await self.heard(why)

    async def settled(self, receiver: SoundReceiver) -> None:
        """Wait until it is connected, speak, and wait until nothing is on its way any more."""
        await self.heard("Connected")
        await self.capture(5)
        await receiver.until(lambda: receiver.reached == self.captured)
        await until(lambda: self.sender.status.behind_s == 0)

    async def heard(self, sentence: str) -> None:
        """Wait until it has told a sentence with these words."""
        await until(lambda: any(sentence in told for told in self.told))


async def until(met: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not met():  # noqa: ASYNC110 (threads change what is waited for)
            await asyncio.sleep(0.005)


@asynccontextmanager
async def sending(path: Path, made: Sending | None = None) -> AsyncIterator[Sending]:
    at_work = made or Sending(path)
    task = asyncio.create_task(at_work.sender.run())
    try:
        yield at_work
        assert not task.done(), task.exception()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
