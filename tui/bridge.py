"""Carries engine events into the interface, no faster than a screen can show them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

from engine.bus import EventStream
from engine.events import EnhancementGrew, Event, Levels
from tui.panels.level_history import is_calm

FRAMES_PER_SECOND = 40
"""How often an event of one frequent kind is shown at most.

A frame of sound takes 32 ms: each that is on time passes without a wait, and what was held up merges.
"""

CALM_PER_SECOND = 5
"""The same of the sound while nobody speaks and nothing is recorded: little moves then."""


STREAMED_PER_SECOND = 20
"""The same of a text that is being made: nobody reads faster, and each costs drawing."""


class Bridge:
    """Reads an event stream and hands each event on.

    An event of a kind that coalesces is handed on at most once a frame: while the bridge waits,
    newer ones merge in the stream, and are shown with it. Any event of another kind ends that wait, and
    speech the wait of quiet sound, so that nothing is late for it, and the order is kept.
    """

    def __init__(self, stream: EventStream, receive: Callable[[Event], None]) -> None:
        """Carry what `stream` reports to `receive`, which must return quickly."""
        self._stream = stream
        self._receive = receive
        self._shown_at: dict[type[Event], float] = {}

    async def run(self) -> None:
        """Carry events until the stream ends."""
        clock = asyncio.get_running_loop().time
        async for taken in self._stream:
            event = taken
            kind = type(event)
            if kind.absorb is not Event.absorb:
                a_second = _per_second(event)
                early = self._shown_at.get(kind, 0.0) + 1 / a_second - clock()
                if early > 0:
                    await self._stream.pause(early, partial(_can_wait, event))
                    event = self._stream.merged(event)
                self._shown_at[kind] = clock()
            self._receive(event)


def _can_wait(event: Event, newer: Event) -> bool:
    """Whether `newer` may merge into an event that waits, and be shown with it."""
    return type(newer) is type(event) and _calm(newer) >= _calm(event)


def _per_second(event: Event) -> int:
    """How often an event such as this is shown at most."""
    if isinstance(event, EnhancementGrew):
        return STREAMED_PER_SECOND
    return CALM_PER_SECOND if _calm(event) else FRAMES_PER_SECOND


def _calm(event: Event) -> bool:
    """Whether it is sound in which nothing moves."""
    return isinstance(event, Levels) and is_calm(event.columns, event.speaking)
