"""Sends the sound of this machine to an utter elsewhere, for ever: over broken links and lost microphones.

The source is kept open (`engine.remote.kept_source`), and so is the link; neither waits for the other.
Between them stands the `Backlog`, so that a slow link holds up nothing but itself.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from engine.audio.format import SAMPLE_RATE
from engine.audio.levels import FLOOR_DB, dbfs
from engine.audio.sources import AudioSource
from engine.errors import RemoteError
from engine.remote.backlog import Backlog
from engine.remote.backoff import Backoff
from engine.remote.encoding_capture import Captured
from engine.remote.kept_source import KeptSource
from engine.remote.link import HopelessLinkError, OpenLink
from engine.remote.sending import Sending
from engine.remote.wire import Codec, Hello

SenderState: TypeAlias = Literal["connecting", "waiting", "connected"]
"""Making a link; having one, with no receiver behind it yet; sending."""

TELL_FROM_S = 10
"""Seconds of sound that are lost while a link is away, or slow, from which it is told; then whenever they
have doubled. All of it is told once the link is back."""


@dataclass(frozen=True, slots=True)
class Status:
    """How it goes.

    Attributes:
        link: How the link is.
        microphone: What is heard; empty while nothing is.
        latency_ms: The way there and back, as last measured; None before that.
        behind_s: Seconds of sound that wait or are not acknowledged.
        lost_s: Seconds of sound that were due to a receiver and will not arrive.
        level_db: Peak of the newest sound, in dB of full scale.
        sent_bytes: Bytes sent since the beginning, over all links.
    """

    link: SenderState
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
        self._sending: Sending | None = None
        self._was_welcome = False
        self._level_db = FLOOR_DB
        self._sent_before = 0
        self._told_s = self._told_before_s = 0
        self._ready = asyncio.Event()
        self._backoff = Backoff()

    @property
    def status(self) -> Status:
        """How it goes now."""
        sending = self._sending
        link: SenderState = "connecting"
        if sending is not None:
            link = "connected" if sending.is_welcome else "waiting"
        return Status(
            link,
            self._source.name,
            sending.latency_ms if sending is not None else None,
            self._backlog.behind / SAMPLE_RATE,
            self._backlog.lost / SAMPLE_RATE,
            self._level_db,
            self._sent_before + (sending.sent_bytes if sending is not None else 0),
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
            self._backlog.end(is_reached=self._sending is not None and self._sending.is_welcome)
            self._tell_lost()

    def _take(self, moment: Captured) -> None:
        self._level_db = dbfs(moment.peak)
        uncaptured = self._backlog.uncaptured
        for piece in moment.pieces:
            self._backlog.add(piece)
        self._ready.set()
        if self._backlog.uncaptured > uncaptured:
            gap_s = (self._backlog.uncaptured - uncaptured) / SAMPLE_RATE
            self._tell(
                f"Nothing was captured for {gap_s:.0f} s: this program, its machine or the microphone "
                "stood still."
            )
            self._tell_lost()
        elif self._lost_s - self._told_s >= max(TELL_FROM_S, self._told_s - self._told_before_s):
            self._tell_lost()

    async def _keep_link(self) -> None:
        """Connect, send until the link ends, and again, with growing pauses."""
        while True:
            try:
                why = await self._once()
            except RemoteError as error:
                if isinstance(error, HopelessLinkError) and not self._was_welcome:
                    raise
                why = str(error)
            ended, self._sending = self._sending, None
            self._sent_before += ended.sent_bytes if ended is not None else 0
            if ended is not None and ended.is_welcome:
                self._tell(f"{why or 'The link broke.'} What is said meanwhile is kept and sent later.")
            elif why:
                self._tell(f"{why} Trying again.")
            if not self._backlog.is_due:
                self._tell_lost()
            await self._backoff.pause()

    async def _once(self) -> str:
        """One connection; says why it ended."""
        link = await self._open_link()
        name = f"{self._source.name or 'microphone'} on {self._machine}"
        hello = Hello(self._stream, name, self._codec)
        self._sending = Sending(link, hello, self._backlog, self._ready, self._welcomed)
        return await self._sending.run()

    def _welcomed(self) -> None:
        self._was_welcome = True
        self._backoff.reset()
        self._tell("Connected: the sound arrives.")
        self._tell_lost()
        self._told_before_s = self._told_s

    @property
    def _lost_s(self) -> int:
        return round(self._backlog.lost / SAMPLE_RATE)

    def _tell_lost(self) -> None:
        """Say how much was lost since it was last said, in whole seconds, so that what is said adds up."""
        new_s = self._lost_s - self._told_s
        if new_s > 0:
            in_all = f"; {self._lost_s} s in all" if self._told_s else ""
            self._told_s = self._lost_s
            self._tell(f"{new_s} s of what was said did not arrive, and are lost{in_all}.")
