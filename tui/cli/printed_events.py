"""`utter record --json`: what happens is printed, and the text with it."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

from engine.deliver.target import Delivery, Outcome, Target

if TYPE_CHECKING:
    from engine.bus import EventStream
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


async def print_events(stream: EventStream, feed: Feed) -> None:
    """Print all events of a stream, to its end; a slow reader holds up nothing but the printing.

    Raises:
        DeliveryError: They cannot be printed; says why.
        BrokenPipeError: Nobody reads them any more.
    """
    from engine.event_json import event_object

    printing = asyncio.create_task(_print_lines(feed))
    printing.add_done_callback(lambda _: stream.close())
    async for event in stream:
        if (fields := event_object(event)) is not None:
            feed.put(fields)
    feed.close()
    await printing


async def _print_lines(feed: Feed) -> None:
    while (line := await feed.next()) is not None:
        await asyncio.to_thread(_print, line)


def _print(line: str) -> None:
    from engine.errors import DeliveryError

    if sys.stdout is None:
        raise DeliveryError("Standard output is closed: what happens cannot be printed.", "Redirect it.")
    try:
        print(line, flush=True)
    except BrokenPipeError:
        raise
    except OSError as error:
        # Python flushes standard output once more on its way out, and would fail again.
        sys.stdout = None
        raise DeliveryError(f"What happens cannot be printed: {error.strerror or error}.") from error
