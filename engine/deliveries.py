"""Hands texts to their targets, one at a time, so that what was decided last arrives last."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from engine.deliver.router import Router
from engine.deliver.target import Delivery, Outcome
from engine.events import Delivered, Event, Notice
from engine.events.texts import COPIED
from engine.target_choice import TargetChoice
from engine.tasks import Tasks
from engine.texts import Text, kept_notice


class Deliveries:
    """The way of all texts to their targets. Of several decisions on one text only the last is delivered.

    Attributes:
        broken_off: Names of the places that a text which is elsewhere already did not reach before the end.
    """

    def __init__(
        self, router: Router, choice: TargetChoice, publish: Callable[[Event], None], tasks: Tasks
    ) -> None:
        """Deliver nothing yet.

        Args:
            router: Reaches the targets.
            choice: Knows which of them a writing mode has.
            publish: Told of each delivery.
            tasks: Sees through what the user asks for.
        """
        self._router = router
        self._choice = choice
        self._publish = publish
        self._tasks = tasks
        self._turn = asyncio.Lock()
        self.broken_off: list[str] = []

    async def prepare(self, mode: str) -> None:
        """Make the next delivery in a writing mode quick."""
        await self._router.prepare(self._choice.of(mode))
        await self._choice.see()

    async def deliver(self, text: Text) -> Outcome:
        """Hand the text that stands to its target, once it is its turn; returns what became of it."""
        with self._noting_the_end(text):
            async with self._turn:
                outcome = await self._hand_over(text)
        await self._settle_files(text, outcome)
        return outcome

    def deliver_again(self, text: Text) -> asyncio.Task[Outcome]:
        """The same for a text that went out before; goes on should nobody wait for it."""
        return self._tasks.see_through(self.deliver(text))

    def deliver_standing(self, text: Text) -> asyncio.Task[Outcome | None]:
        """Deliver a text that was just decided on, unless it is decided on anew by its turn.

        A text that went to a place where it cannot be taken back is copied instead of being added there
        once more; the event says which place that is. Goes on should nobody wait for it.

        Returns:
            Has what became of it; None where it was decided on anew, or went out meanwhile.
        """
        return self._tasks.see_through(self._deliver_decision(text, text.decisions))

    def copy(self, text: str) -> asyncio.Task[None]:
        """Put `text` on the clipboard; goes on should nobody wait for it."""
        return self._tasks.see_through(self._copy(text))

    async def _copy(self, text: str) -> None:
        async with self._turn:
            self._publish(Delivered(COPIED, await self._router.copy(text)))

    async def _deliver_decision(self, text: Text, decision: int) -> Outcome | None:
        with self._noting_the_end(text):
            async with self._turn:
                if text.decisions != decision or text.handed == decision:
                    return None
                outcome = await self._hand_over_or_copy(text)
        await self._settle_files(text, outcome)
        return outcome

    @contextmanager
    def _noting_the_end(self, text: Text) -> Iterator[None]:
        """Note a delivery that is cut off by the end; what was nowhere before is kept as a file."""
        try:
            yield
        except asyncio.CancelledError:
            if text.last_place:
                self.broken_off.append(self._router.target(self._choice.of(text.edited.mode)).name)
            raise

    async def _hand_over_or_copy(self, text: Text) -> Outcome:
        """Hand a text over unless its place has it already; that cannot be taken back, but be copied."""
        there = text.place_of(self._choice.of(text.edited.mode))
        if not there or self._router.target(there).replaces:
            return await self._hand_over(text)
        name = text.places[there]
        if text.last_place == there and text.as_it_went:
            self._publish(Notice("information", f"As it stands, the text is there already: {name}."))
            return Outcome(Delivery.DELIVERED, name, spec=there)
        return await self._copy_instead(text, name)

    async def _hand_over(self, text: Text) -> Outcome:
        spec, said, again = self._choice.of(text.edited.mode), text.text, bool(text.places)
        text.handed = text.decisions
        outcome = await self._router.deliver(said, spec)
        text.note(outcome, said, spec)
        # A pane may be called otherwise now, or be gone. An end that comes meanwhile changes nothing.
        with suppress(asyncio.CancelledError):
            await self._choice.see()
        self._publish(Delivered(text.number, outcome, again=again))
        return outcome

    async def _copy_instead(self, text: Text, left_at: str) -> Outcome:
        said, text.handed = text.text, text.decisions
        outcome = await self._router.copy(said)
        text.note(outcome, said, outcome.spec)
        self._publish(Delivered(text.number, outcome, left_at, again=True))
        return outcome

    async def _settle_files(self, text: Text, outcome: Outcome) -> None:
        """What is kept of it is needed no more once it is somewhere; else that is to hold it as it stands."""
        if outcome.spec:
            await text.forget_files()
        else:
            await text.write_anew()
            if text.kept is not None:
                self._publish(kept_notice(text.kept))
