"""Hands events from the engine to any number of readers, each at its own pace."""

from __future__ import annotations

import asyncio
from collections import deque

from engine.events import Event


class EventStream:
    """One reader's events, oldest first: `async for event in stream`.

    Ends when it is closed and everything pending has been read.
    """

    def __init__(self) -> None:
        self._pending: deque[Event] = deque()
        self._wake = asyncio.Event()
        self._closed = False

    def put(self, event: Event) -> None:
        """Add an event, merged into a pending one of its kind where that kind allows it.

        Only the newest pending event of the same type is asked to absorb, and only if no event
        of another type came after it, except such as merge themselves: order that a reader could
        notice is kept.
        """
        for index in range(len(self._pending) - 1, -1, -1):
            waiting = self._pending[index]
            if type(waiting) is type(event):
                merged = waiting.absorb(event)
                if merged is not None:
                    self._pending[index] = merged
                    self._wake.set()
                    return
                break
            if waiting.absorb(waiting) is None:
                break
        self._pending.append(event)
        self._wake.set()

    def close(self) -> None:
        """End the stream after what is pending."""
        self._closed = True
        self._wake.set()

    def __aiter__(self) -> EventStream:
        return self

    async def __anext__(self) -> Event:
        while not self._pending:
            if self._closed:
                raise StopAsyncIteration
            self._wake.clear()
            await self._wake.wait()
        return self._pending.popleft()


class EventBus:
    """Fans events out to its streams. Used on the event loop's thread alone."""

    def __init__(self) -> None:
        self._streams: list[EventStream] = []

    def subscribe(self) -> EventStream:
        """Open a stream of everything that is published from now on."""
        stream = EventStream()
        self._streams.append(stream)
        return stream

    def unsubscribe(self, stream: EventStream) -> None:
        """Close `stream` and forget it. Safe to call twice."""
        stream.close()
        if stream in self._streams:
            self._streams.remove(stream)

    def publish(self, event: Event) -> None:
        """Give `event` to every stream."""
        for stream in self._streams:
            stream.put(event)

    def close(self) -> None:
        """End every stream."""
        for stream in tuple(self._streams):
            self.unsubscribe(stream)
