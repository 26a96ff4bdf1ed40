"""Hands texts to their targets, one at a time, so that what was decided last arrives last."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from engine.deliver.router import Router
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
        await self._choice.see()

    async def copy(self, text: str) -> None:
        """Put `text` on the clipboard."""
        async with self._turn:
            self._publish(Delivered(COPIED, await self._router.copy(text)))

    async def deliver(self, text: Text) -> Outcome:
        """Hand the text that stands to its target, once it is its turn; returns what became of it."""
        async with self._turn:
            return await self._hand_over(text)

    async def deliver_standing(self, text: Text) -> Outcome | None:
        """The same, unless it was decided on anew by then.

        A text that went to a place where it cannot be taken back is copied instead of being added there
        once more; the event says which place that is.

        Returns:
            What became of it; None where it was decided on anew.
        """
        decisions = text.decisions
        async with self._turn:
            if text.decisions != decisions:
                return None
            spec = self._choice.of(text.edited.mode)
            there = self._router.target(text.went_to) if text.meant_for == spec else None
            if there is not None and not there.replaces:
                outcome = await self._router.copy(text.text)
                self._publish(Delivered(text.number, outcome, there.name, again=True))
            else:
                outcome = await self._hand_over(text)
                if not outcome.spec:
                    return outcome
        await text.forget_audio()
        return outcome

    async def _hand_over(self, text: Text) -> Outcome:
        spec = self._choice.of(text.edited.mode)
        outcome = await self._router.deliver(text.text, spec)
        await self._choice.see()  # a pane may be called otherwise now, or be gone
        self._publish(Delivered(text.number, outcome, again=bool(text.meant_for)))
        if outcome.spec:
            text.went_to = outcome.spec
        if outcome.status is not Delivery.FAILED:
            text.meant_for = spec
        return outcome
