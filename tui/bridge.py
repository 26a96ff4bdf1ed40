"""Carries engine events into the interface, no faster than a screen can show them."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable

from engine.bus import EventStream
from engine.events import EnhancementGrew, Event, Levels, Measured
from tui.bandwidth import FULL, Pace
from tui.panels.level_history import is_calm


class Bridge:
    """Reads an event stream and hands each event on.

    Events of a kind that coalesces are kept back, merged into one, until that kind may be shown again. Any
    event of another kind is handed on at once, behind what was kept back, so that the order is kept.
    """

    def __init__(self, stream: EventStream, receive: Callable[[Event], None], pace: Pace = FULL) -> None:
        """Carry what `stream` reports to `receive`, which must return quickly, at some pace."""
        self._stream = stream
        self._receive = receive
        self._pace = pace
        self._kept_back: dict[type[Event], Event] = {}
        self._shown_at: dict[type[Event], float] = {}

    async def run(self) -> None:
        """Carry events until the stream ends."""
        while True:
            try:
                async with asyncio.timeout_at(min(map(self._due, self._kept_back), default=None)):
                    event = await anext(self._stream)
            except TimeoutError:
                self._show_due()
            except StopAsyncIteration:
                self._show_all()
                return
            else:
                self._take(event)

    def _take(self, event: Event) -> None:
        kind = type(event)
        if kind.absorb is Event.absorb:
            self._show_all()
            self._receive(event)
            return
        waiting = self._kept_back.get(kind)
        merged = waiting.absorb(event) if waiting is not None else event
        if merged is None:
            self._show(kind)
            merged = event
        self._kept_back[kind] = merged
        self._show_due()

    def _due(self, kind: type[Event]) -> float:
        """When what is kept back of a kind may be shown, on the loop's clock."""
        return self._shown_at.get(kind, -math.inf) + 1 / _per_second(self._kept_back[kind], self._pace)

    def _show_due(self) -> None:
        now = asyncio.get_running_loop().time()
        for kind in [kind for kind in self._kept_back if self._due(kind) <= now]:
            self._show(kind)

    def _show_all(self) -> None:
        for kind in tuple(self._kept_back):
            self._show(kind)

    def _show(self, kind: type[Event]) -> None:
        self._shown_at[kind] = asyncio.get_running_loop().time()
        self._receive(self._kept_back.pop(kind))


def _per_second(event: Event, pace: Pace) -> float:
    """How often an event such as this is shown at most."""
    match event:
        case EnhancementGrew():
            return pace.streamed
        case Measured():
            return pace.figures
        case Levels(columns=columns, speaking=speaking) if is_calm(columns, speaking):
            return pace.calm
    return pace.frames
