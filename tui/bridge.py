"""Carries engine events into the interface, no faster than a screen can show them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from engine.bus import EventStream
from engine.events import Event

FRAMES_PER_SECOND = 30
"""How often an event of one frequent kind is shown at most; the eye follows no more.

Fewer would save little, and make what comes behind such an event wait longer.
"""


class Bridge:
    """Reads an event stream and hands each event on.

    An event of a kind that coalesces is handed on at most once a frame: while the bridge waits,
    newer ones merge in the stream. All others pass at once when nothing is waiting before them.
    """

    def __init__(self, stream: EventStream, receive: Callable[[Event], None]) -> None:
        """Carry what `stream` reports to `receive`, which must return quickly."""
        self._stream = stream
        self._receive = receive
        self._shown: set[type[Event]] = set()
        self._frame_ends = 0.0

    async def run(self) -> None:
        """Carry events until the stream ends."""
        async for event in self._stream:
            if event.absorb(event) is not None:
                await self._pace(type(event))
            self._receive(event)

    async def _pace(self, kind: type[Event]) -> None:
        """Wait for the next frame if this one has shown an event of `kind` already."""
        clock = asyncio.get_running_loop().time
        remaining = self._frame_ends - clock()
        if remaining > 0 and kind in self._shown:
            await asyncio.sleep(remaining)
            remaining = 0.0
        if remaining <= 0:
            self._shown.clear()
            self._frame_ends = clock() + 1 / FRAMES_PER_SECOND
        self._shown.add(kind)
