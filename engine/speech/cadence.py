"""The pace of partials: as often as a mode asks, and no more than the machine manages; pure."""

from __future__ import annotations

FIRST_S = 0.25
"""Sound behind the beginning of speech from which its first words are asked for, in seconds: with the
0.1 s in which the beginning is noticed, the length of a short word."""

REST = 1.0
"""Seconds of rest for each second that a partial took: at most half the time goes into words that will
be decoded again, and a final decode seldom finds one in its way."""


class Cadence:
    """Says when the open phrase may be decoded for the sake of the screen."""

    def __init__(self, every_s: float) -> None:
        """Begin a phrase.

        Args:
            every_s: New sound between two partials at the least, in seconds.
        """
        self._every_s = every_s
        self._unseen_s = 0.0
        self._wait_s = min(FIRST_S, every_s)

    def heard(self, seconds: float) -> None:
        """Count new sound of the phrase."""
        self._unseen_s += seconds

    @property
    def due(self) -> bool:
        """Whether there is enough new sound. What is fed in real time measures time as well."""
        return self._unseen_s >= self._wait_s

    def took(self, seconds: float) -> None:
        """Note that a partial of all sound so far was made, and how long that took."""
        self._unseen_s = 0.0
        self._wait_s = max(self._every_s, (1.0 + REST) * seconds)
