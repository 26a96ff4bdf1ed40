"""What happens to recognised words: cleanup, enhancement, delivery, in the order of speaking.

Runs beside the next recording. One dictation at a time goes through, so that texts arrive in the
order in which they were spoken.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import aclosing

from engine.deliver.target import Delivery, Outcome, Target
from engine.dictation import Dictation
from engine.enhance.diff import word_diff
from engine.enhance.enhancer import Draft, Enhancer
from engine.enhance.writing_mode import WritingMode
from engine.errors import EnhancementError
from engine.events import Delivered, DictationFinished, Enhanced, EnhancementGrew, Event
from engine.foresight import Foreseen, Foresight, Order
from engine.speech.cleanup import readable

log = logging.getLogger(__name__)

PLAIN_TEXT_USED = "The text is used as it was recognised."


class Finisher:
    """Makes final texts and takes them to their target.

    Attributes:
        raw_text: The last dictation as recognised; empty before the first.
        final_text: Its final text; empty before the first.
    """

    def __init__(self, target: Target, publish: Callable[[Event], None]) -> None:
        """Prepare.

        Args:
            target: Where final texts go.
            publish: Told of every step, on the event loop.
        """
        self.raw_text = ""
        self.final_text = ""
        self._target = target
        self._publish = publish
        self._turn = asyncio.Lock()
        self._enhancing: asyncio.Task[str] | None = None
        self._foresight = Foresight(self._show_foreseen)

    def look_ahead(self, number: int, draft: Draft, mode: WritingMode, enhancer: Enhancer | None) -> None:
        """Make the text of dictation `number` in advance, as if it ended with these words.

        Only where the enhancer is quick enough to be asked again and again. Returns at once.
        """
        if enhancer is not None and enhancer.instant and draft.text:
            order = Order(number, draft, mode, enhancer.name)
            self._foresight.look_ahead(order, enhancer)

    async def prepare(self) -> None:
        """Make the next delivery quick."""
        await self._target.prepare()

    async def finish(self, dictation: Dictation, draft: Draft, enhancer: Enhancer | None) -> bool:
        """Make the final text of `draft` and deliver it.

        Args:
            dictation: Whose words these are; its clock is kept.
            draft: What was recognised; not empty.
            enhancer: Who edits it; None when enhancement is switched off.

        Returns:
            Whether the delivery did not fail.
        """
        async with self._turn:
            text = await self._final_text(dictation, draft, enhancer)
            self.raw_text, self.final_text = draft.text, text
            self._publish(DictationFinished(dictation.id, draft.text, text))
            with dictation.clock.stage("delivery"):
                return await self.deliver(dictation.id, text)

    def set_aside(self, draft: Draft) -> None:
        """Take the words of a dictation that failed as the last ones: what is copied is never older."""
        self.raw_text = draft.text
        self.final_text = readable(draft)

    async def deliver(self, number: int, text: str) -> bool:
        """Hand `text` of dictation `number` to the target; returns whether it did not fail."""
        try:
            outcome = await self._target.deliver(text)
        except Exception as error:  # a target is the world outside: whatever it does, the text stays
            log.exception("delivery")
            outcome = Outcome(Delivery.FAILED, self._target.name, f"It failed unexpectedly: {error}.")
        self._publish(Delivered(number, outcome))
        return outcome.status is not Delivery.FAILED

    def stop_enhancing(self) -> bool:
        """Cancel the enhancement that runs; the readable raw text is used. False if none runs."""
        if self._enhancing is None or self._enhancing.done():
            return False
        return self._enhancing.cancel()

    def forget(self, number: int) -> None:
        """Make nothing more in advance for dictation `number`, which was given up."""
        self._foresight.forget(number)

    def close(self) -> None:
        """Begin nothing more."""
        self._foresight.close()

    def _show_foreseen(self, order: Order, text: str) -> None:
        self._publish(EnhancementGrew(order.dictation, order.draft.text, text))

    async def _final_text(self, dictation: Dictation, draft: Draft, enhancer: Enhancer | None) -> str:
        if enhancer is not None:
            order = Order(dictation.id, draft, dictation.mode, enhancer.name)
            with dictation.clock.stage("enhancement"):
                foreseen = await self._foreseen(dictation, order)
            if foreseen is not None:
                text, changes = foreseen.text, foreseen.changes
                self._publish(Enhanced(dictation.id, draft.text, text, changes, enhancer.name))
                return text
        # Cleanup and diff take milliseconds on a long text: too long for the loop.
        with dictation.clock.stage("cleanup"):
            text = await asyncio.to_thread(readable, draft)
        name, remark = "off", ""
        if enhancer is not None:
            with dictation.clock.stage("enhancement"):
                text, remark = await self._enhanced(dictation, draft, enhancer, text)
            name = enhancer.name
        changes = await asyncio.to_thread(word_diff, draft.text, text)
        self._publish(Enhanced(dictation.id, draft.text, text, changes, name, remark))
        return text

    async def _foreseen(self, dictation: Dictation, order: Order) -> Foreseen | None:
        try:
            return await self._foresight.take(order)
        except Exception as error:  # the usual way follows, and says what it finds
            dictation.recognition.tally.fall_back(f"The text could not be made in advance: {error}")
            return None

    async def _enhanced(
        self, dictation: Dictation, draft: Draft, enhancer: Enhancer, plain: str
    ) -> tuple[str, str]:
        """The enhanced text, or `plain` and one sentence why."""
        self._enhancing = asyncio.create_task(self._stream(dictation, draft, enhancer))
        await asyncio.wait({self._enhancing})
        if self._enhancing.cancelled():
            return plain, f"Enhancement was stopped. {PLAIN_TEXT_USED}"
        error = self._enhancing.exception()
        if error is not None:
            if not isinstance(error, EnhancementError):
                log.error("enhancement", exc_info=error)
            return plain, f"{enhancer.name} failed: {error} {PLAIN_TEXT_USED}"
        text = self._enhancing.result()
        return (text, "") if text.strip() else (plain, f"The enhancer answered nothing. {PLAIN_TEXT_USED}")

    async def _stream(self, dictation: Dictation, draft: Draft, enhancer: Enhancer) -> str:
        text = ""
        async with aclosing(enhancer.enhance(draft, dictation.mode)) as deltas:
            async for delta in deltas:
                text += delta.text
                self._publish(EnhancementGrew(dictation.id, draft.text, text))
        return text
