"""A session that answers at the control socket of this test's own folder; `utter ctl` as a process."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from engine.remote.control import Control
from engine.remote.engine_claim import claim_engine
from engine.runtime_folder import CONTROL, own
from engine.session import DictationSession

PATIENCE_S = 20.0
"""Seconds after which a test that waits has failed."""

UTTER = [
    sys.executable,
    "-c",
    f"from tui.cli import control_client, entry; control_client.TIMEOUT_S = {PATIENCE_S};"
    "raise SystemExit(entry.main())",
]
"""`utter`, whose `ctl` waits for answers as long as a busy machine may need."""


def ctl(*words: str) -> subprocess.CompletedProcess[str]:
    """Run `utter ctl`."""
    return subprocess.run([*UTTER, "ctl", *words], capture_output=True, text=True, timeout=60, check=False)


def status() -> dict[str, Any]:
    """Everything that `utter ctl` knows of the engine that runs."""
    answer = ctl("status", "--json")
    assert answer.returncode == 0, answer.stderr
    known: dict[str, Any] = json.loads(answer.stdout)["status"]
    return known


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
