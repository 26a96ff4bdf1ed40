"""The control socket of a running engine: one JSON object a line comes in, one goes out for each.

A request is {"command": NAME}, with "name" for the command mode, "levels" for subscribe, and two moments
(`engine.remote.moment`) that may be left out: "at", when the asking program began, and "until", when it waits
no longer for an answer. The answer holds "result" ("done", "nothing" or "failed"), "said", the same in plain
words, "state", and for the command status "status". After subscribe the connection carries events, as
`engine.event_json` says them, until either side ends it; the first is the state as it is.

Whoever can connect is this user, and may still be broken: lines have a greatest length, connections a
greatest number and a time within which they have to ask, and a reader that does not read loses lines, never
our memory.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from engine import event_json
from engine.remote.commands import Commands, Reply
from engine.remote.engine_claim import EngineClaim
from engine.remote.feed import Feed
from engine.remote.status_board import StatusBoard

if TYPE_CHECKING:
    from engine.session import DictationSession

LONGEST_REQUEST = 4096
"""Bytes of a request at most."""

MOST_CONNECTIONS = 64
"""Connections at a time; each costs some kilobytes."""

PATIENCE_S = 30.0
"""Seconds within which a connection has to ask something, and to take an answer."""

FAREWELL_S = 1.0
"""Seconds that readers of events have to take the last ones."""

SUBSCRIBED = Reply("done", "Events follow.")


class Control:
    """Answers at a claimed socket for one session, until that is closed."""

    def __init__(self, session: DictationSession, claim: EngineClaim) -> None:
        """Listen to what happens from now on; `run` answers."""
        self._session = session
        self._claim = claim
        self._board = StatusBoard(session, claim.holder)
        self._commands = Commands(session, self._board)
        self._events = session.events()
        self._feeds: dict[Feed, asyncio.Task[None] | None] = {}
        self._connections: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Answer until the session is closed, then let go of the socket."""
        server = await asyncio.start_unix_server(self._accept, sock=self._claim.sock, limit=LONGEST_REQUEST)
        try:
            async for event in self._events:
                self._board.note(event)
                self._commands.note(event)
                if self._feeds and (fields := event_json.event_object(event)) is not None:
                    for feed in self._feeds:
                        feed.put(fields)
        finally:
            server.close()
            self._claim.release()
            await self._take_leave()

    async def _take_leave(self) -> None:
        """Give readers the last events, and end every connection."""
        for feed in self._feeds:
            feed.close()
        readers = self._connections & set(self._feeds.values())
        if readers:
            await asyncio.wait(readers, timeout=FAREWELL_S)
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer))
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection until it ends; what breaks on it breaks nothing else."""
        try:
            if len(self._connections) > MOST_CONNECTIONS:
                await self._answer(writer, Reply("failed", "Too many programs are connected to utter."))
                return
            while (request := await self._request(reader, writer)) is not None:
                if request.get("command") == "subscribe":
                    await self._answer(writer, SUBSCRIBED)
                    await self._tell(reader, writer, Feed(levels=request.get("levels") is True))
                    return
                await self._answer(writer, await self._commands.do(request))
        except (OSError, TimeoutError):
            pass  # it went, or does not read
        except Exception:
            logging.getLogger(__name__).exception("control")
            with suppress(Exception):
                await self._answer(writer, Reply("failed", "That failed unexpectedly; utter goes on."))
        finally:
            await _end(writer)

    async def _request(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> Mapping[str, object] | None:
        """The next request; None where there is none, or none that makes sense: then that is said."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                line = await reader.readline()
        except ValueError:
            too_long = f"A request has {LONGEST_REQUEST} bytes at most."
            await self._answer(writer, Reply("failed", too_long))
            return None
        if not line.strip():
            return None
        try:
            request = json.loads(line)
        except (ValueError, RecursionError):
            request = None
        if not isinstance(request, dict):
            await self._answer(writer, Reply("failed", 'A request is a line such as {"command": "status"}.'))
            return None
        return request

    async def _answer(self, writer: asyncio.StreamWriter, reply: Reply) -> None:
        status = {"status": reply.status} if reply.status is not None else {}
        fields = {"result": reply.result, "said": reply.said, "state": str(self._session.state), **status}
        await _write(writer, event_json.line(fields))

    async def _tell(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, feed: Feed) -> None:
        """Carry events to a reader until it goes or the session ends; what it says is not heard."""
        gone = asyncio.create_task(_until_gone(reader))
        feed.put(event_json.state_object(self._session.state))
        self._feeds[feed] = asyncio.current_task()
        told = asyncio.create_task(_carry(feed, writer))
        try:
            await asyncio.wait({gone, told}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            del self._feeds[feed]
            for task in (gone, told):
                task.cancel()
            await asyncio.gather(gone, told, return_exceptions=True)


async def _carry(feed: Feed, writer: asyncio.StreamWriter) -> None:
    while (line := await feed.next()) is not None:
        writer.write(f"{line}\n".encode("ascii"))
        await writer.drain()


async def _until_gone(reader: asyncio.StreamReader) -> None:
    with suppress(OSError):
        while await reader.read(LONGEST_REQUEST):
            pass


async def _end(writer: asyncio.StreamWriter) -> None:
    """Close a connection; what its other end does not take in time is dropped."""
    writer.close()
    try:
        async with asyncio.timeout(FAREWELL_S):
            await writer.wait_closed()
    except (TimeoutError, asyncio.CancelledError):
        with suppress(AttributeError):  # it has closed just now, and the transport is without its loop
            writer.transport.abort()
    except OSError:
        pass  # it went


async def _write(writer: asyncio.StreamWriter, line: str) -> None:
    writer.write(f"{line}\n".encode("ascii"))
    async with asyncio.timeout(PATIENCE_S):
        await writer.drain()
