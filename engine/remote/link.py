"""A stream of bytes to a receiver of sound: over ssh and the relay behind it, or a socket of this machine."""

from __future__ import annotations

import asyncio
import contextlib
import os
import stat
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeAlias

from engine.errors import RemoteError
from engine.runtime_folder import MICROPHONE, each_candidate

SOCKET = "unix:"
"""Begins the name of a receiver that is the path of a socket."""

CONNECT_S = 10.0
"""Seconds in which a socket of this machine must take us."""


class HopelessLinkError(RemoteError):
    """No link can be made, however often it is tried, before the user has mended something."""


class Link(Protocol):
    """One connection.

    Attributes:
        reader: What the receiver says.
        writer: What is said to it.
    """

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def close(self) -> str:
        """End it; gives what was said about its end, as a sentence, or nothing.

        Raises:
            HopelessLinkError: It ended for a reason that no other try mends.
        """


OpenLink: TypeAlias = Callable[[], Awaitable[Link]]
"""Makes a link, or raises a `RemoteError`."""


class SocketLink:
    """A connection to a Unix socket; satisfies `Link`."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take the two ends over."""
        self.reader = reader
        self.writer = writer

    async def close(self) -> str:
        """End it."""
        self.writer.close()
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(CONNECT_S):
                await self.writer.wait_closed()
        return ""


async def open_socket(path: str) -> Link:
    """Connect to the socket at `path`.

    Raises:
        RemoteError: Nobody listens there.
        HopelessLinkError: Nobody ever can.
    """
    if not hasattr(asyncio, "open_unix_connection"):
        raise HopelessLinkError("Python has no Unix sockets on this system.", "Send through ssh: --to HOST")
    if await asyncio.to_thread(_is_something_else, path):
        raise HopelessLinkError(f"{path} is no socket.", _where_one_is(path))
    try:
        async with asyncio.timeout(CONNECT_S):
            return SocketLink(*await asyncio.open_unix_connection(path))
    except (OSError, TimeoutError, ValueError) as error:
        raise RemoteError(
            f"Nobody takes sound at {path}: {getattr(error, 'strerror', None) or error or 'no answer'}.",
            _where_one_is(path),
        ) from None


def _is_something_else(path: str) -> bool:
    """Whether something is there that is no socket; False where that cannot be seen."""
    try:
        return not stat.S_ISSOCK(os.stat(path).st_mode)
    except (OSError, ValueError):
        return False


def _where_one_is(path: str) -> str:
    """How to have somebody who takes sound, for who has found nobody at `path`."""
    usual = os.path.join(next(each_candidate(), ""), MICROPHONE)
    if path == usual:
        return "Start `utter --source remote` on this machine."
    return f"Start `utter --source remote` on this machine; it takes sound at {usual} alone."
