"""Pauses between tries that fail: each twice as long as the one before, up to a bound."""

from __future__ import annotations

import asyncio

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 10.0
"""Seconds before the second try, and at most before any."""


class Backoff:
    """The pauses of one thing that is tried again and again."""

    def __init__(self) -> None:
        """Begin with the shortest."""
        self._pause_s = FIRST_PAUSE_S

    def reset(self) -> None:
        """Begin again with the shortest: it worked."""
        self._pause_s = FIRST_PAUSE_S

    async def pause(self) -> None:
        """Wait before the next try."""
        await asyncio.sleep(self._pause_s)
        self._pause_s = min(2 * self._pause_s, LONGEST_PAUSE_S)
