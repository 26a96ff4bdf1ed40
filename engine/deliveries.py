"""Hands texts to their targets, one at a time, so that what was decided last arrives last."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from engine.deliver.router import CLIPBOARD, Router
from engine.deliver.target import Delivery, Outcome
from engine.events import Delivered, Event
from engine.events.texts import COPIED
from engine.target_choice import TargetChoice
from engine.texts import Text


class Deliveries:
    """The way of all texts to their targets. Of several decisions on one text only the last is delivered."""

    def __init__(self, router: Router, choice: TargetChoice, publish: Callable[[Event], None]) -> None:
        """Deliver nothing yet.

        Args:
            router: Reaches the targets.
            choice: Knows which of them a writing mode has.
            publish: Told of each delivery.
        """
        self._router = router
        self._choice = choice
        self._publish = publish
        self._turn = asyncio.Lock()

    async def prepare(self, mode: str) -> None:
        """Make the next delivery in a writing mode quick."""
        await self._router.prepare(self._choice.of(mode))
        self._choice.tell()

    async def copy(self, text: str) -> None:
        """Put `text` on the clipboard."""
        async with self._turn:
            self._tell(COPIED, await self._router.copy(text))

    async def deliver(self, text: Text, number: int = COPIED) -> bool:
        """Hand the text that stands to its target, once it is its turn; returns whether it can be
        pasted somewhere now.
        """
        async with self._turn:
            return await self._hand_over(text, number)

    async def deliver_standing(self, text: Text, number: int = COPIED) -> None:
        """The same, unless it was decided on anew by then.

        A text that went to a place where it cannot be taken back is copied instead of being added there
        once more; the event says which place that is.
        """
        decisions = text.decisions
        async with self._turn:
            if text.decisions != decisions:
                return
            spec = self._choice.of(text.edited.mode)
            there = self._router.target(spec)
            if text.went_to == spec and not there.replaces:
                self._tell(number, await self._router.copy(text.text), there.name)
            elif not await self._hand_over(text, number):
                return
        await text.forget_audio()

    async def _hand_over(self, text: Text, number: int) -> bool:
        spec = self._choice.of(text.edited.mode)
        outcome = await self._router.deliver(text.text, spec)
        self._choice.tell()  # a pane may be called otherwise now, or be gone
        self._tell(number, outcome)
        if outcome.status is not Delivery.FAILED:
            text.went_to = spec
        elif outcome.kept:
            text.went_to = CLIPBOARD
        else:
            return False
        return True

    def _tell(self, number: int, outcome: Outcome, left_at: str = "") -> None:
        self._publish(Delivered(number, outcome, left_at))
