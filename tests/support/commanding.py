"""A session that answers at the control socket of this test's own runtime folder."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from engine.remote.control import Control
from engine.remote.engine_claim import claim_engine
from engine.runtime_folder import CONTROL, own
from engine.session import DictationSession

PATIENCE_S = 20.0
"""Seconds after which a test that waits has failed."""


class Client:
    """One connection to the control socket."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def line(self) -> dict[str, Any]:
        """The next line; {} where the other side has ended the connection."""
        async with asyncio.timeout(PATIENCE_S):
            line = await self.reader.readline()
        return json.loads(line) if line else {}

    async def ask(self, command: str, **fields: object) -> dict[str, Any]:
        await self.send(json.dumps({"command": command, **fields}).encode() + b"\n")
        return await self.line()

    async def until(self, name: str, **fields: object) -> dict[str, Any]:
        """Read lines until an event of that name, with these fields, has come."""
        while line := await self.line():
            if line["event"] == name and fields.items() <= line.items():
                return line
        raise AssertionError(f"{name} did not come")

    def close(self) -> None:
        self.writer.close()


async def connected() -> Client:
    return Client(*await asyncio.open_unix_connection(os.path.join(own(), CONTROL), limit=1 << 24))


@asynccontextmanager
async def commanded(session: DictationSession) -> AsyncIterator[Client]:
    """A connection to the session; others can be made with `connected`."""
    claim = claim_engine("workstation")
    control = Control(session, claim)
    answering = asyncio.create_task(control.run())
    client = await connected()
    try:
        yield client
    finally:
        client.close()
        answering.cancel()
        await asyncio.gather(answering, return_exceptions=True)
        claim.release()
