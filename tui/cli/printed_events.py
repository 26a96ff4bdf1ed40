"""`utter record --json`: what happens is printed, and the text with it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from engine.deliver.target import Delivery, Outcome, Target
from tui.cli.line_printer import LinePrinter

if TYPE_CHECKING:
    from engine.bus import EventStream
    from engine.remote.feed import Feed

PATIENCE_S = 30.0
"""Seconds within which a reader has to read on once the last event is there."""


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
        DeliveryError: They cannot be printed, or nobody has read on after the end; says why.
        BrokenPipeError: Nobody reads them any more.
    """
    from engine.event_json import event_object

    printer = LinePrinter()
    printing = asyncio.create_task(_print_lines(feed, printer))
    printing.add_done_callback(lambda _: stream.close())
    try:
        async for event in stream:
            if (fields := event_object(event)) is not None:
                feed.put(fields)
        feed.close()
        await _until_read(printing, printer)
    finally:
        printing.cancel()


async def _print_lines(feed: Feed, printer: LinePrinter) -> None:
    while (line := await feed.next()) is not None:
        await printer.print(line)


async def _until_read(printing: asyncio.Task[None], printer: LinePrinter) -> None:
    """Wait until the last line was read, as long as any are."""
    from engine.errors import DeliveryError

    while not printing.done():
        printed = printer.printed
        await asyncio.wait({printing}, timeout=PATIENCE_S)
        if not printing.done() and printer.printed == printed:
            raise DeliveryError(
                f"Nobody has read for {PATIENCE_S:.0f} s what is printed.", "The last events are lost."
            )
    await printing
