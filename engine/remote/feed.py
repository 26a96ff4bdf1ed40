"""What waits for one reader of events: the newest of what is replaced, and no more than a bounded backlog."""

from __future__ import annotations

import asyncio

from engine import event_json
from engine.event_json import Fields

MOST_LINES = 1000
"""Lines that wait for a slow reader at most: some fifty dictations."""

MOST_BYTES = 1 << 20
"""Bytes that wait at most; one line may be longer."""


class Feed:
    """Lines for one reader, who may be slow, or never read at all.

    Of words that grow, levels and links only the newest wait. Where too much waits, the oldest lines go, and
    the reader is told how many.
    """

    def __init__(self, *, levels: bool) -> None:
        """Wait for events; with `levels` also for those of sound."""
        self._levels = levels
        self._waiting: dict[object, str] = {}
        self._bytes = 0
        self._count = 0
        self._dropped = 0
        self._wake = asyncio.Event()
        self._closed = False

    def put(self, fields: Fields) -> None:
        """Take one event, as `engine.event_json` says it. Never waits."""
        name = fields["event"]
        if self._closed or (name == event_json.LEVELS and not self._levels):
            return
        self._count += 1
        key = (name, fields.get("dictation")) if name in event_json.REPLACED else self._count
        self._take(key)
        line = event_json.line(fields)
        self._waiting[key] = line
        self._bytes += len(line)
        while len(self._waiting) > MOST_LINES or (self._bytes > MOST_BYTES and len(self._waiting) > 1):
            self._take(next(iter(self._waiting)))
            self._dropped += 1
        self._wake.set()

    def close(self) -> None:
        """Give what waits, and a last line that says so; take nothing any more."""
        self.put({"event": "closed"})
        self._closed = True
        self._wake.set()

    async def next(self) -> str | None:
        """The next line, once there is one; None after the last."""
        while not self._waiting:
            if self._closed:
                return None
            self._wake.clear()
            await self._wake.wait()
        if self._dropped:
            dropped, self._dropped = self._dropped, 0
            return event_json.line({"event": "dropped", "lines": dropped})
        return self._take(next(iter(self._waiting)))

    def _take(self, key: object) -> str:
        line = self._waiting.pop(key, "")
        self._bytes -= len(line)
        return line
