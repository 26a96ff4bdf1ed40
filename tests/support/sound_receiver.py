"""The other end of `utter mic`, as small as the wire allows: takes sound and holds it to its order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np

from engine.audio.format import Samples
from engine.remote.pcm import PcmDecoder
from engine.remote.wire import (
    Ack,
    Audio,
    Bye,
    Decoder,
    Hello,
    Message,
    Ping,
    Pong,
    Refused,
    Welcome,
    encode,
)

PATIENCE_S = 60


class SoundReceiver:
    """One receiver of plain samples. Fails where sound comes twice or out of its order.

    Attributes:
        hellos: Who came, in order.
        begin: Position of the first sound.
        reached: Position behind the newest sound.
        missing: Samples that were left out on the way.
        refusal: Why nobody is taken; empty where everybody is.
        hears: Cleared while it does not read: the link is slow.
        acknowledges: Whether it says what it has; where not, only a `Welcome` does.
    """

    def __init__(self) -> None:
        self.hellos: list[Hello] = []
        self.begin: int | None = None
        self.reached = 0
        self.missing = 0
        self.refusal = ""
        self.hears = asyncio.Event()
        self.hears.set()
        self.acknowledges = True
        self.byes: list[str] = []
        self._parts: list[Samples] = []
        self._writers: set[asyncio.StreamWriter] = set()
        self._serving: set[asyncio.Task[None]] = set()
        self._changed = asyncio.Condition()
        self._newest: asyncio.StreamWriter | None = None
        self._faults: list[str] = []

    @property
    def sound(self) -> Samples:
        """All that came."""
        assert self._faults == []
        return np.concatenate([np.empty(0, np.float32), *self._parts])

    async def until(self, met: Callable[[], bool]) -> None:
        """Wait until a condition holds."""
        async with asyncio.timeout(PATIENCE_S), self._changed:
            await self._changed.wait_for(met)

    def say(self, message: Message) -> None:
        """Say something to everybody who is connected."""
        for writer in self._writers:
            writer.write(encode(message))

    def cut(self) -> None:
        """Break all connections."""
        for writer in self._writers:
            writer.transport.abort()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Hear one sender to its end."""
        self._writers.add(writer)
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        decoder = Decoder()
        try:
            while data := await reader.read(1 << 16):
                await self.hears.wait()
                for message in decoder.push(data):
                    self._hear(message, writer)
                async with self._changed:
                    self._changed.notify_all()
        except ConnectionError:
            pass
        finally:
            self._writers.discard(writer)
            self._serving.discard(task)
            writer.close()

    async def end(self) -> None:
        """Break all connections, and wait until nobody is heard any more."""
        self.hears.set()
        self.cut()
        await asyncio.gather(*self._serving, return_exceptions=True)

    def _hear(self, message: Message, writer: asyncio.StreamWriter) -> None:
        match message:
            case Hello():
                self.hellos.append(message)
                self._newest = writer
                writer.write(encode(Refused(self.refusal) if self.refusal else Welcome(self.reached)))
            case Audio() if writer is self._newest:
                self._take(message)
                if self.acknowledges:
                    writer.write(encode(Ack(self.reached)))
            case Ping(number):
                writer.write(encode(Pong(number)))
            case Bye(why):
                self.byes.append(why)

    def _take(self, audio: Audio) -> None:
        if self.begin is None:
            self.begin = self.reached = audio.position
        if audio.position < self.reached:
            self._faults.append(f"{audio.position} came after {self.reached}")
        self.missing += audio.position - self.reached
        self.reached = audio.position + audio.samples
        samples = PcmDecoder().decode(audio.data)
        if len(samples) != audio.samples:
            self._faults.append(f"{len(samples)} samples and not {audio.samples}")
        self._parts.append(samples)


@asynccontextmanager
async def sound_receiver(path: Path) -> AsyncIterator[SoundReceiver]:
    """A receiver that listens at `path`."""
    receiver = SoundReceiver()
    server = await asyncio.start_unix_server(receiver.serve, path)
    try:
        yield receiver
    finally:
        server.close()
        await receiver.end()
