"""The base of all events."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Event:
    """The base of all events."""

    def absorb(self, newer: Event) -> Event | None:
        """Merge a newer event into this pending one; None when both must be delivered."""
        return None
