"""Carries engine events into the interface, no faster than a screen can show them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from engine.bus import EventStream
from engine.events import Event, Levels
from tui.panels.level_history import is_calm

FRAMES_PER_SECOND = 40
"""How often an event of one frequent kind is shown at most.

A frame of sound takes 32 ms: each that is on time passes without a wait, and what was held up merges.
"""

CALM_PER_SECOND = 5
"""The same of the sound while nobody speaks and nothing is recorded: little moves then."""


class Bridge:
    """Reads an event stream and hands each event on.

    An event of a kind that coalesces is handed on at most once a frame: while the bridge waits,
    newer ones merge in the stream. Any event of another kind ends that wait, so that nothing is late
    for it, and the order is kept.
    """

    def __init__(self, stream: EventStream, receive: Callable[[Event], None]) -> None:
        """Carry what `stream` reports to `receive`, which must return quickly."""
        self._stream = stream
        self._receive = receive
        self._due: dict[type[Event], float] = {}

    async def run(self) -> None:
        """Carry events until the stream ends."""
        clock = asyncio.get_running_loop().time
        async for event in self._stream:
            kind = type(event)
            if kind.absorb is not Event.absorb:
                early = self._due.get(kind, 0.0) - clock()
                if early > 0:
                    await self._stream.pause(early, kind)
                self._due[kind] = clock() + 1 / _frames_per_second(event)
            self._receive(event)


def _frames_per_second(event: Event) -> int:
    """How often events such as this one are shown at most."""
    calm = isinstance(event, Levels) and is_calm(event.columns, event.speaking)
    return CALM_PER_SECOND if calm else FRAMES_PER_SECOND
