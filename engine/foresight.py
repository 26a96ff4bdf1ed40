"""Final texts made before they are asked for, so that at stop only the delivery is left.

Whenever the words are known that a dictation would have if it ended now, they are cleaned up and
enhanced in advance, while the next phrase is spoken and recognised. If nothing was said since, the
text is there at once; else it is thrown away.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from engine.enhance.edited import Edited, Job


@dataclass(frozen=True, slots=True)
class Order:
    """What a final text is made from.

    Attributes:
        dictation: The dictation's number.
        job: Its words as recognised, and who edits them how.
    """

    dictation: int
    job: Job


class Foresight:
    """Makes one text at a time; of those that are asked for meanwhile only the newest."""

    def __init__(self, edit: Callable[[Job], Awaitable[Edited]], show: Callable[[Order, str], None]) -> None:
        """Prepare.

        Args:
            edit: Makes one text; an enhancer's failure is in what it gives, and a defect is raised.
            show: Told of each text that was made in advance, on the event loop.
        """
        self._edit = edit
        self._show = show
        self._order: Order | None = None
        self._making: asyncio.Task[Edited] | None = None
        self._next: Order | None = None
        self._closed = False

    def look_ahead(self, order: Order) -> None:
        """Make the text of `order`, unless that is what was done last. Returns at once."""
        if self._closed:
            return
        if self._making is not None and not self._making.done():
            self._next = order if order != self._order else None
        elif order != self._order:
            self._begin(order)

    async def take(self, order: Order) -> Edited | None:
        """The text of `order`, if it was made in advance or is being made; None if not.

        Raises:
            Exception: A defect on the way; the usual way may succeed.
        """
        if self._next is not None and self._next.dictation == order.dictation:
            self._next = None
        making = self._making
        if making is None or order != self._order:
            return None
        await asyncio.wait({making})
        return None if making.cancelled() else making.result()

    def forget(self, dictation: int) -> None:
        """Make and show nothing more for a dictation that was given up."""
        if self._next is not None and self._next.dictation == dictation:
            self._next = None
        if self._order is not None and self._order.dictation == dictation and self._making is not None:
            self._making.cancel()
            self._order = None

    def close(self) -> None:
        """Make no more texts."""
        self._closed = True
        self._next = None
        if self._making is not None:
            self._making.cancel()

    def _begin(self, order: Order) -> None:
        self._order, self._next = order, None
        self._making = asyncio.create_task(self._make(order))
        self._making.add_done_callback(self._made)

    async def _make(self, order: Order) -> Edited:
        edited = await self._edit(order.job)
        self._show(order, edited.text)
        return edited

    def _made(self, making: asyncio.Task[Edited]) -> None:
        """Note why a text could not be made, and go on with the next."""
        if not making.cancelled() and (error := making.exception()):
            logging.getLogger(__name__).warning("a text in advance: %s", error)
        if self._next is not None:
            self._begin(self._next)
