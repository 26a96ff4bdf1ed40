"""What was captured and has not arrived for certain: kept to be sent, and to be sent again; pure.

A window of what is under way, as in TCP (RFC 9293, 3.8.6): an `Ack` moves its beginning, and after a broken
link everything from the position of the `Welcome` on is sent once more. The whole is bounded: where the
link stays away too long, the oldest sound that is not under way gives way, and is counted.
"""

from __future__ import annotations

from collections import deque

from engine.audio.format import SAMPLE_RATE
from engine.remote.wire import Audio

LIMIT = 600 * SAMPLE_RATE
"""Samples that wait at most: ten minutes, 2 MB as Opus and 19 MB as plain samples."""

WINDOW = 30 * SAMPLE_RATE
"""Samples that are under way at most, before the receiver has acknowledged some."""


class Backlog:
    """Keeps the sound of one sender, in order. Used by one thread.

    Before a receiver is there, only the pre-roll is kept: what was said before is nobody's.

    Attributes:
        lost: Samples that were due to a receiver and will not arrive: they gave way to newer ones, or the
            receiver went for good, before it was known that they had arrived, or they were never captured.
        uncaptured: How many of them were never captured.
        is_due: Whether a receiver is there, or is waited for: all sound is kept for it.
    """

    def __init__(self, preroll: int, limit: int = LIMIT, window: int = WINDOW) -> None:
        """Keep nothing yet.

        Args:
            preroll: Samples that a receiver is given from before it was there.
            limit: Samples that wait at most while it is away.
            window: Samples that are under way at most.
        """
        self.lost = 0
        self.uncaptured = 0
        self.is_due = False
        self._preroll = preroll
        self._limit = limit
        self._window = window
        self._waiting: deque[Audio] = deque()
        self._under_way: deque[Audio] = deque()
        self._waits = 0
        self._on_the_way = 0
        self._arrived = 0
        self._end: int | None = None

    @property
    def behind(self) -> int:
        """Samples that are kept: waiting, or not acknowledged yet."""
        return self._waits + self._on_the_way

    def add(self, audio: Audio) -> None:
        """Keep one more stretch of sound; where it begins behind the end of the last one, some is missing."""
        missing = audio.position - self._end if self._end is not None else 0
        self._end = _end(audio)
        if missing and self.is_due:
            self.lost += missing
            self.uncaptured += missing
        elif missing:
            self._trim(0)  # what lies before a gap is older than the pre-roll
        self._waiting.append(audio)
        self._waits += audio.samples
        self._trim(self._limit if self.is_due else self._preroll)

    def take(self) -> Audio | None:
        """The next stretch to send; None where all is sent, or enough is under way."""
        if not self._waiting:
            return None
        if self._under_way and self._on_the_way + self._waiting[0].samples > self._window:
            return None
        audio = self._waiting.popleft()
        self._waits -= audio.samples
        self._under_way.append(audio)
        self._on_the_way += audio.samples
        return audio

    def acknowledge(self, position: int) -> None:
        """Forget what the receiver has: all before `position`."""
        self._arrived = max(self._arrived, position)
        while self._under_way and _end(self._under_way[0]) <= position:
            self._on_the_way -= self._under_way.popleft().samples

    def resume(self, position: int) -> None:
        """Begin to send again from `position`, which a receiver has named over a new link.

        One that has less than was acknowledged is another receiver: it is given the pre-roll alone, and the
        rest, which was for the first one, is lost.
        """
        self._take_back()
        if position < self._arrived:
            self.forget()
        self.is_due = True
        self._arrived = position
        while self._waiting and _end(self._waiting[0]) <= position:
            self._waits -= self._waiting.popleft().samples

    def forget(self) -> None:
        """Keep the pre-roll alone from now on: the receiver has gone for good. What was due to it is lost."""
        self._take_back()
        self._trim(self._preroll)
        self.is_due = False

    def end(self, *, is_reached: bool) -> None:
        """Count as lost what will not arrive, because nothing is sent any more.

        Args:
            is_reached: Whether the receiver takes sound, so that what is under way may still arrive.
        """
        if not is_reached:
            self._take_back()
        self._trim(0)

    def _take_back(self) -> None:
        """Let what was under way wait again."""
        self._waiting.extendleft(reversed(self._under_way))
        self._under_way.clear()
        self._waits += self._on_the_way
        self._on_the_way = 0

    def _trim(self, limit: int) -> None:
        """Let the oldest that waits give way."""
        while self._waiting and self._waits > limit:
            samples = self._waiting.popleft().samples
            self._waits -= samples
            if self.is_due:
                self.lost += samples


def _end(audio: Audio) -> int:
    return audio.position + audio.samples
