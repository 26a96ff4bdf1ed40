"""Sends the sound of this machine to an utter elsewhere, for ever: over broken links and lost microphones.

The source is kept open (`engine.remote.kept_source`), and so is the link; neither waits for the other.
Between them stands the `Backlog`, so that a slow link holds up nothing but itself.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic_ns
from typing import Literal, TypeAlias

from engine.audio.format import SAMPLE_RATE
from engine.audio.levels import FLOOR_DB, dbfs
from engine.audio.sources import AudioSource
from engine.errors import RemoteError
from engine.remote.backlog import Backlog
from engine.remote.encoding_capture import Captured
from engine.remote.kept_source import KeptSource
from engine.remote.link import HopelessLinkError, Link, OpenLink
from engine.remote.wire import (
    Ack,
    Bye,
    Codec,
    Decoder,
    Hello,
    Message,
    Ping,
    Pong,
    Refused,
    Welcome,
    encode,
)

PING_S = 2.0
"""Seconds between two pings."""

DEAD_S = 15.0
"""Seconds without a word from the receiver after which a link is given up: some pings got no answer."""

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 10.0
"""Seconds before the next try, doubled each time."""

LAST_WORDS_S = 0.3
READ = 1 << 16
"""Seconds for a parting word, and bytes read at once."""

LinkState: TypeAlias = Literal["connecting", "waiting", "connected"]
"""Making a link; having one, with no receiver behind it yet; sending."""


@dataclass(frozen=True, slots=True)
class Status:
    """How it goes.

    Attributes:
        link: How the link is.
        microphone: What is heard; empty while nothing is.
        latency_ms: The way there and back, as last measured; None before that.
        behind_s: Seconds of sound that wait or are not acknowledged.
        lost_s: Seconds of sound that gave way while the link was away.
        level_db: Peak of the newest sound, in dB of full scale.
        sent_bytes: Bytes sent since the beginning, over all links.
    """

    link: LinkState
    microphone: str
    latency_ms: float | None
    behind_s: float
    lost_s: float
    level_db: float
    sent_bytes: int


class Sender:
    """One stream of sound to one receiver. Used on one event loop."""

    def __init__(
        self,
        open_link: OpenLink,
        make_source: Callable[[], AudioSource],
        *,
        codec: Codec,
        preroll_s: float,
        machine: str,
        tell: Callable[[str], None],
    ) -> None:
        """Wire the parts, on the event loop; nothing is opened before `run`.

        Args:
            open_link: Makes a connection.
            make_source: Makes the source, not opened, each time it is to be opened.
            codec: How sound is sent.
            preroll_s: Seconds of sound from before a receiver is there that it is given.
            machine: Name of this machine, for people.
            tell: Told in sentences what changes.
        """
        self._open_link = open_link
        self._source = KeptSource(make_source, codec, self._take, tell)
        self._codec: Codec = codec
        self._machine = machine
        self._tell = tell
        self._stream = secrets.token_hex(8)
        self._backlog = Backlog(round(preroll_s * SAMPLE_RATE))
        self._link: LinkState = "connecting"
        self._was_welcome = False
        self._level_db = FLOOR_DB
        self._latency_ms: float | None = None
        self._sent_bytes = 0
        self._ready = asyncio.Event()
        self._welcome_us = 0
        self._pause_s = FIRST_PAUSE_S

    @property
    def status(self) -> Status:
        """How it goes now."""
        return Status(
            self._link,
            self._source.name,
            self._latency_ms,
            self._backlog.behind / SAMPLE_RATE,
            self._backlog.lost / SAMPLE_RATE,
            self._level_db,
            self._sent_bytes,
        )

    async def run(self) -> None:
        """Send until cancelled.

        Raises:
            AudioError: The microphone could not be opened the first time.
            RemoteError: No link can be made before the user has mended something.
        """
        jobs: list[asyncio.Task[None]] = []
        try:
            await self._source.open()
            jobs = [asyncio.create_task(job) for job in (self._source.keep(), self._keep_link())]
            done, _ = await asyncio.wait(jobs, return_when=asyncio.FIRST_COMPLETED)
            for job in done:
                job.result()
        finally:
            for job in jobs:
                job.cancel()
            await asyncio.gather(*jobs, return_exceptions=True)
            await self._source.close()

    def _take(self, moment: Captured) -> None:
        self._level_db = dbfs(moment.peak)
        for piece in moment.pieces:
            self._backlog.add(piece)
        self._ready.set()

    async def _keep_link(self) -> None:
        """Connect, send until the link ends, and again, with growing pauses."""
        while True:
            try:
                why = await self._once()
            except RemoteError as error:
                if isinstance(error, HopelessLinkError) and not self._was_welcome:
                    raise
                why = str(error)
            was_connected, self._link, self._latency_ms = self._link == "connected", "connecting", None
            if was_connected:
                self._tell(f"{why or 'The link broke.'} What is said meanwhile is kept and sent later.")
            elif why:
                self._tell(f"{why} Trying again.")
            await asyncio.sleep(self._pause_s)
            self._pause_s = min(2 * self._pause_s, LONGEST_PAUSE_S)

    async def _once(self) -> str:
        """One connection; says why it ended."""
        link = await self._open_link()
        self._link = "waiting"
        self._write(
            link, Hello(self._stream, f"{self._source.name or 'microphone'} on {self._machine}", self._codec)
        )
        jobs = [asyncio.create_task(job) for job in (self._read(link), self._ping(link), self._send(link))]
        why = ""
        try:
            done, _ = await asyncio.wait(jobs, return_when=asyncio.FIRST_COMPLETED)
            for job in done:
                why = job.result() or why
        except OSError:
            why = ""
        except asyncio.CancelledError:
            self._write(link, Bye("The sender was ended."))
            with suppress(OSError, TimeoutError):
                await asyncio.wait_for(link.writer.drain(), LAST_WORDS_S)
            raise
        finally:
            for job in jobs:
                job.cancel()
            await asyncio.gather(*jobs, return_exceptions=True)
            said = await link.close()
        return why or said

    async def _read(self, link: Link) -> str:
        decoder = Decoder()
        while True:
            try:
                async with asyncio.timeout(DEAD_S):
                    data = await link.reader.read(READ)
            except TimeoutError:
                return f"Nothing came back for {DEAD_S:.0f} s."
            if not data:
                return ""
            for message in decoder.push(data):
                why = self._hear(message, link)
                if why:
                    return why

    def _hear(self, message: Message, link: Link) -> str:
        """Act on what the receiver said; says why the link is to end, or nothing."""
        match message:
            case Welcome(position):
                self._backlog.resume(position)
                self._link, self._pause_s, self._was_welcome = "connected", FIRST_PAUSE_S, True
                self._welcome_us = _now_us()
                self._write(link, Ping(self._welcome_us))
                self._ready.set()
                self._tell("Connected: the sound arrives.")
            case Ack(position):
                self._backlog.acknowledge(position)
                self._ready.set()
            case Ping(number):
                self._write(link, Pong(number))
            case Pong(number):
                # An older ping waited in the relay, and the relay itself knows no time.
                if self._link == "connected" and number >= self._welcome_us:
                    self._latency_ms = (_now_us() - number) / 1000
            case Refused(why) | Bye(why):
                self._backlog.forget()
                self._link = "waiting"
                return f"The receiver ended the connection: {why}"
        return ""

    async def _ping(self, link: Link) -> str:
        while True:
            self._write(link, Ping(_now_us()))
            await asyncio.sleep(PING_S)

    async def _send(self, link: Link) -> str:
        """Send what waits, whenever there is something and room for it on the way."""
        while True:
            await self._ready.wait()
            self._ready.clear()
            while self._link == "connected" and (audio := self._backlog.take()) is not None:
                self._write(link, audio)
                await link.writer.drain()

    def _write(self, link: Link, message: Message) -> None:
        data = encode(message)
        self._sent_bytes += len(data)
        link.writer.write(data)


def _now_us() -> int:
    """The clock of `Audio` and of pings."""
    return monotonic_ns() // 1000
