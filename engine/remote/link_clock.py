"""How old sound from another machine is, told from the times at which its messages came; pure.

The clocks of two machines have nothing to do with each other, and run at slightly different speeds. The
least difference between when a message came and when it was sent, on the two clocks, belongs to the message
that waited the least; half of the shortest round trip is what even that one needed (Cristian, "Probabilistic
clock synchronization", 1989). Only the last minute counts, so that drift does not add up.
"""

from __future__ import annotations

WINDOW_S = 30.0
"""Seconds of one of the two stretches of time whose least figures count."""

SMOOTHING = 0.1
"""Share of a new latency in the one that is shown."""


class WindowedLeast:
    """The least of what came in the last half to whole minute."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._since = 0.0
        self._older: float | None = None
        self._newer: float | None = None

    @property
    def least(self) -> float | None:
        """The least of them; None before the first."""
        known = [value for value in (self._older, self._newer) if value is not None]
        return min(known) if known else None

    def add(self, value: float, now: float) -> None:
        """Count a figure that was found at `now`, in seconds of a steady clock."""
        if self._newer is None:
            self._newer, self._since = value, now
        elif now - self._since >= WINDOW_S:
            self._older, self._newer, self._since = self._newer, value, now
        else:
            self._newer = min(self._newer, value)


class LinkClock:
    """What is known of one sender's clock. Times are in seconds, "now" always on the receiver's clock."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._difference = WindowedLeast()
        self._round_trip = WindowedLeast()
        self._newest_captured = 0.0
        self._is_fresh = True
        self._latency: float | None = None

    def connected(self) -> None:
        """Expect that the sender's clock stood still meanwhile, as it does while a machine sleeps."""
        self._is_fresh = True

    def ping(self, sent: float, now: float) -> None:
        """Take a ping of the sender, which it sent at `sent` on its clock."""
        if self._is_fresh and sent >= self._newest_captured:
            self._difference = WindowedLeast()
            self._is_fresh = False
        self._difference.add(now - sent, now)

    def pong(self, round_trip: float, now: float) -> None:
        """Take the answer to a ping of ours."""
        if self._round_trip.least is None:
            self._latency = None  # what was found before the first answer is too little by half of it
        self._round_trip.add(round_trip, now)

    def audio(self, captured: float, now: float) -> None:
        """Take sound whose last sample was captured at `captured` on the sender's clock."""
        self._newest_captured = max(self._newest_captured, captured)
        self._difference.add(now - captured, now)
        age = max(0.0, now - self.here(captured))
        self._latency = age if self._latency is None else self._latency + SMOOTHING * (age - self._latency)

    @property
    def latency_s(self) -> float | None:
        """From the microphone to here, for sound that came lately; None before the first round trip."""
        return self._latency if self._round_trip.least is not None else None

    def here(self, sent: float) -> float:
        """When something was that happened at `sent` on the sender's clock."""
        return sent + (self._difference.least or 0.0) - (self._round_trip.least or 0.0) / 2
