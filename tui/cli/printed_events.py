"""`utter record --json`: what happens is printed, and the text with it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from engine.deliver.target import Delivery, Outcome, Target

if TYPE_CHECKING:
    from engine.remote.feed import Feed


class PrintedEvents(Target):
    """The target of a text that is printed already, as part of an event."""

    @property
    def name(self) -> str:
        """What people call it."""
        return "standard output"

    @property
    def replaces(self) -> bool:
        """Events come one after the other."""
        return False

    def can_deliver(self) -> str | None:
        """It always can."""
        return None

    async def deliver(self, text: str) -> Outcome:
        """Nothing is left to do: the event that says so goes the same way."""
        return Outcome(Delivery.DELIVERED, self.name)

    async def prepare(self) -> None:
        """Nothing to prepare."""

    async def close(self) -> None:
        """Nothing to close."""


async def print_lines(feed: Feed) -> None:
    """Print the lines of a feed until its last one; a slow reader holds up nothing but these.

    Raises:
        OSError: Nobody reads them any more.
    """
    while (line := await feed.next()) is not None:
        await asyncio.to_thread(print, line, flush=True)
