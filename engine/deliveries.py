"""Hands texts to the target, one at a time, so that what was decided last arrives last."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from engine.deliver.target import Delivery, Outcome, Target
from engine.events import Delivered, Event
from engine.texts import Text

COPIED = 0
"""The number under which a text is delivered that the user copied, as no dictation of its own."""


class Deliveries:
    """The way of all texts to their target. Of several decisions on one text only the last is delivered."""

    def __init__(self, target: Target, publish: Callable[[Event], None]) -> None:
        """Deliver nothing yet; `publish` is told of each delivery."""
        self._target = target
        self._publish = publish
        self._turn = asyncio.Lock()

    async def prepare(self) -> None:
        """Make the next delivery quick."""
        await self._target.prepare()

    async def deliver(self, number: int, text: str) -> bool:
        """Hand `text` of dictation `number` to the target; returns whether it did not fail."""
        async with self._turn:
            return await self._hand_over(number, text)

    async def deliver_standing(self, text: Text, number: int = COPIED) -> None:
        """Hand over the text that stands once it is its turn, unless it was decided on anew by then."""
        decisions = text.decisions
        async with self._turn:
            if text.decisions != decisions:
                return
            arrived = await self._hand_over(number, text.text)
        if arrived:
            text.delivered = True
            await text.forget_audio()

    async def _hand_over(self, number: int, text: str) -> bool:
        try:
            outcome = await self._target.deliver(text)
        except Exception as error:  # a target is the world outside: whatever it does, the text stays
            logging.getLogger(__name__).exception("delivery")
            outcome = Outcome(Delivery.FAILED, self._target.name, f"It failed unexpectedly: {error}.")
        self._publish(Delivered(number, outcome))
        return outcome.status is not Delivery.FAILED
