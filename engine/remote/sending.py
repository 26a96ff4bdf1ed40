"""One connection of a sender to a receiver: introduces itself, sends what waits, hears what comes back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from time import monotonic_ns

from engine.errors import RemoteError
from engine.remote.backlog import Backlog
from engine.remote.link import Link
from engine.remote.wire import (
    Ack,
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

PING_S = 2.0
"""Seconds between two pings."""

DEAD_S = 15.0
"""Seconds without a word from the receiver after which a link is given up: some pings got no answer."""

LOOKS = 5
"""Looks in that time: one that was stopped for long is late for a single one, and has not read yet."""

LAST_WORDS_S = 0.3
READ = 1 << 16
"""Seconds for a parting word, and bytes read at once."""

MOST_UNSENT = 1 << 18
"""Bytes that may wait on the way, beyond which no ping is sent or answered: several times what sound that is
held up amounts to, so that only a receiver that does not read at all gets there."""


class Sending:
    """One connection. Used on one event loop.

    Attributes:
        is_welcome: Whether the receiver takes sound.
        latency_ms: The way there and back, as last measured; None before that.
        sent_bytes: Bytes sent over this connection.
    """

    def __init__(
        self, link: Link, hello: Hello, backlog: Backlog, ready: asyncio.Event, welcomed: Callable[[], None]
    ) -> None:
        """Prepare; nothing is said before `run`.

        Args:
            link: Leads to the receiver; closed by `run`.
            hello: Introduces the sender.
            backlog: Where the sound is.
            ready: Set whenever there may be something to take from it.
            welcomed: Told when the receiver takes sound.
        """
        self.is_welcome = False
        self.latency_ms: float | None = None
        self.sent_bytes = 0
        self._link = link
        self._hello = hello
        self._backlog = backlog
        self._ready = ready
        self._welcomed = welcomed
        self._welcome_us = 0

    async def run(self) -> str:
        """Send until the connection ends; says why, or nothing where it just broke.

        Raises:
            RemoteError: It ended for a reason that the user can mend.
        """
        try:
            why = await self._exchange()
        except asyncio.CancelledError:
            # What the link says of its end may not take the place of ours.
            with suppress(RemoteError):
                await self._link.close()
            raise
        except BaseException:
            await self._link.close()
            raise
        said = await self._link.close()
        return why or said

    async def _exchange(self) -> str:
        """Send and hear until something ends that; says why, or nothing where the link just broke."""
        self._write(self._hello)
        jobs = [asyncio.create_task(job) for job in (self._read(), self._ping(), self._send())]
        why = ""
        try:
            done, _ = await asyncio.wait(jobs, return_when=asyncio.FIRST_COMPLETED)
            for job in done:
                why = job.result() or why
        except OSError:
            why = ""
        except asyncio.CancelledError:
            self._write(Bye("The sender was ended."))
            with suppress(OSError, TimeoutError):
                async with asyncio.timeout(LAST_WORDS_S):
                    await self._link.writer.drain()
            raise
        finally:
            for job in jobs:
                job.cancel()
            await asyncio.gather(*jobs, return_exceptions=True)
        return why

    async def _read(self) -> str:
        decoder = Decoder()
        in_vain = 0
        while in_vain < LOOKS:
            try:
                async with asyncio.timeout(DEAD_S / LOOKS):
                    data = await self._link.reader.read(READ)
            except TimeoutError:
                in_vain += 1
                continue
            in_vain = 0
            if not data:
                return ""
            for message in decoder.push(data):
                why = self._hear(message)
                if why:
                    return why
        return f"Nothing came back for {DEAD_S:.0f} s."

    def _hear(self, message: Message) -> str:
        """Act on what the receiver said; says why the connection is to end, or nothing."""
        match message:
            case Welcome(position):
                self._backlog.resume(position)
                self.is_welcome, self._welcome_us = True, _now_us()
                self._write(Ping(self._welcome_us))
                self._ready.set()
                self._welcomed()
            case Ack(position):
                self._backlog.acknowledge(position)
                self._ready.set()
            case Ping(number):
                self._sign(Pong(number))
            case Pong(number):
                # An older ping waited in the relay, and the relay itself knows no time.
                if self.is_welcome and number >= self._welcome_us:
                    self.latency_ms = (_now_us() - number) / 1000
            case Refused(why) | Bye(why):
                if isinstance(message, Bye):
                    self._backlog.forget()
                self.is_welcome = False
                return f"The receiver ended the connection: {why}"
        return ""

    async def _ping(self) -> str:
        while True:
            self._sign(Ping(_now_us()))
            await asyncio.sleep(PING_S)

    async def _send(self) -> str:
        """Send what waits, whenever there is something and room for it on the way."""
        while True:
            await self._ready.wait()
            self._ready.clear()
            while self.is_welcome and (audio := self._backlog.take()) is not None:
                self._write(audio)
                await self._link.writer.drain()

    def _sign(self, sign: Ping | Pong) -> None:
        """Say that we are there, unless so much waits that nobody reads it."""
        if self._link.writer.transport.get_write_buffer_size() < MOST_UNSENT:
            self._write(sign)

    def _write(self, message: Message) -> None:
        data = encode(message)
        self.sent_bytes += len(data)
        self._link.writer.write(data)


def _now_us() -> int:
    """The clock of `Audio` and of pings."""
    return monotonic_ns() // 1000
