"""What happens to recognised words: cleanup, enhancement, delivery, in the order of speaking.

Runs beside the next recording. One dictation at a time goes through, so that texts arrive in the
order in which they were spoken.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from enum import Enum, auto
from functools import partial
from time import perf_counter
from typing import Any, Literal, TypeAlias

from engine.deliver.target import Delivery, Outcome, Target
from engine.dictation import Dictation
from engine.editing import Editor
from engine.enhance.edited import Edited, Job
from engine.enhance.enhancer import Draft
from engine.enhance.review import Review
from engine.events import Delivered, DictationFinished, Enhanced, EnhancementGrew, Event, Notice
from engine.foresight import Foresight, Order
from engine.phrase_edits import PhraseEdits, Plan, combined
from engine.texts import Text, Texts

log = logging.getLogger(__name__)

DeliveryPolicy: TypeAlias = Literal["enhanced", "raw", "accept"]
"""Which text goes out by itself; `delivery.policy` of the settings."""


class Fate(Enum):
    """What became of a text."""

    DELIVERED = auto()
    """It went out."""
    FAILED = auto()
    """It did not arrive."""
    WAITS = auto()
    """It goes out when the user accepts it."""


class Finisher:
    """Makes final texts and takes them to their target."""

    def __init__(
        self,
        target: Target,
        texts: Texts,
        editor: Editor,
        publish: Callable[[Event], None],
        spawn: Callable[[Coroutine[Any, Any, None]], object],
    ) -> None:
        """Prepare.

        Args:
            target: Where final texts go.
            texts: Keeps them.
            editor: Edits them.
            publish: Told of every step, on the event loop.
            spawn: Runs what nobody waits for.
        """
        self._target = target
        self._texts = texts
        self._editor = editor
        self._publish = publish
        self._spawn = spawn
        self._turn = asyncio.Lock()
        self._foresight = Foresight(editor.edit, self._show_foreseen)
        self._phrases: dict[int, PhraseEdits] = {}

    def look_ahead(self, number: int, job: Job) -> None:
        """Make the text of dictation `number` in advance, as if it ended with these words.

        Only where the enhancer is quick enough to be asked again and again. Returns at once.
        """
        if job.enhancer is not None and job.enhancer.instant and job.draft.text:
            self._foresight.look_ahead(Order(number, job))

    def follow_phrases(self, number: int, firm: Job, plan: Plan) -> None:
        """Edit the firm words of dictation `number` while it goes on, where the mode allows that."""
        phrases = self._phrases.get(number)
        if phrases is not None and phrases.mode != firm.mode:
            phrases.cancel()
            phrases = None
        if firm.enhancer is not None and not firm.enhancer.instant and firm.mode.by_phrase:
            if phrases is None:
                phrases = PhraseEdits(number, firm.mode, self._editor, self._grew)
                self._phrases[number] = phrases
            phrases.follow(firm.draft, plan)

    async def prepare(self) -> None:
        """Make the next delivery quick."""
        await self._target.prepare()

    async def finish(self, dictation: Dictation, job: Job, policy: DeliveryPolicy) -> Fate:
        """Make the final text of a dictation and deliver it, as far as `policy` says.

        Args:
            dictation: Whose words these are; its clock is kept.
            job: What was recognised, not empty, and who edits it.
            policy: Which text goes out by itself.
        """
        async with self._turn:
            raw_first = policy == "raw" and job.enhancer is not None
            if raw_first:
                edited = await self._editor.edit(replace(job, enhancer=None), clock=dictation.clock)
            else:
                edited = await self._edited(dictation, job)
                self._enhanced(dictation.id, job.draft, edited)
            text = Text(dictation.id, job.draft, dictation.recognition.model, edited, _all_taken(edited))
            text.waits = policy == "accept" and edited.enhancer != "off" and edited.accepted
            self._texts.put(text, tell=not raw_first)
            self._publish(DictationFinished(dictation.id, job.draft.text, text.text))
            if text.waits:
                return Fate.WAITS
            with dictation.clock.stage("delivery"):
                arrived = await self.deliver(dictation.id, text.text)
        if raw_first:
            self._spawn(self._propose_later(dictation, text, job))
        return Fate.DELIVERED if arrived else Fate.FAILED

    async def edit_again(self, text: Text, job: Job, policy: DeliveryPolicy) -> None:
        """Edit a text that is finished once more, and deliver what comes of it as `policy` says.

        Where that fails, or the guard refuses the answer, the text stays as it was.
        """
        edit = partial(self._editor.edit, job, partial(self._grew, text.number, job.draft.text))
        if not await self._propose(text, job, edit, taken=policy != "raw", waits=policy == "accept"):
            return
        if policy == "enhanced" and await self.deliver(text.number, text.text):
            await text.forget_audio()

    async def _propose_later(self, dictation: Dictation, text: Text, job: Job) -> None:
        """Edit a text whose words went out already; its changes are there to be taken."""
        await self._propose(text, job, partial(self._edited, dictation, job))

    async def _propose(
        self,
        text: Text,
        job: Job,
        edit: Callable[[], Awaitable[Edited]],
        *,
        taken: bool = False,
        waits: bool = False,
    ) -> bool:
        """Edit a text that stands already; whether the edit takes the place of the one before."""
        edited = await edit()
        self._enhanced(text.number, job.draft, edited)
        used = edited.accepted and job.enhancer is not None and edited.enhancer == job.enhancer.name
        if used:
            text.edited = edited
            text.review = Review.of(edited.changes, edited.plain, taken=taken)
            text.waits = waits
        elif edited.remark:
            self._publish(Notice("information", edited.remark))
        self._texts.put(text)
        return used

    async def deliver(self, number: int, text: str) -> bool:
        """Hand `text` of dictation `number` to the target; returns whether it did not fail."""
        try:
            outcome = await self._target.deliver(text)
        except Exception as error:  # a target is the world outside: whatever it does, the text stays
            log.exception("delivery")
            outcome = Outcome(Delivery.FAILED, self._target.name, f"It failed unexpectedly: {error}.")
        self._publish(Delivered(number, outcome))
        return outcome.status is not Delivery.FAILED

    def forget(self, number: int) -> None:
        """Make nothing more in advance for dictation `number`, which was given up."""
        self._foresight.forget(number)
        phrases = self._phrases.pop(number, None)
        if phrases is not None:
            phrases.cancel()

    async def close(self) -> None:
        """Begin nothing more, and end what is made in advance."""
        self._foresight.close()
        ending = [working for phrases in self._phrases.values() if (working := phrases.cancel())]
        await asyncio.gather(*ending, return_exceptions=True)

    def _show_foreseen(self, order: Order, text: str) -> None:
        self._publish(EnhancementGrew(order.dictation, order.job.draft.text, text))

    def _grew(self, number: int, raw: str, text: str, first_ms: float | None) -> None:
        self._publish(EnhancementGrew(number, raw, text, first_ms))

    def _enhanced(self, number: int, draft: Draft, edited: Edited) -> None:
        self._publish(
            Enhanced(
                number,
                draft.text,
                edited.text,
                edited.changes,
                edited.enhancer,
                edited.remark,
                edited.model,
                edited.mode,
                edited.first_ms,
                edited.total_ms,
            )
        )

    async def _edited(self, dictation: Dictation, job: Job) -> Edited:
        """The edited text: made in advance, phrase by phrase, or now."""
        if job.enhancer is not None and job.enhancer.instant:
            with dictation.clock.stage("enhancement"):
                foreseen = await self._foreseen(dictation, Order(dictation.id, job))
            if foreseen is not None:
                return foreseen
        phrases = self._phrases.pop(dictation.id, None)
        if phrases is None or phrases.mode != job.mode or job.enhancer is None or job.enhancer.instant:
            if phrases is not None:
                phrases.cancel()
            grow = partial(self._grew, dictation.id, job.draft.text)
            return await self._editor.edit(job, grow, dictation.clock)
        return await self._by_phrase(dictation, job, phrases)

    async def _by_phrase(self, dictation: Dictation, job: Job, phrases: PhraseEdits) -> Edited:
        """The edited phrases, the last one edited now, as one text."""
        began = perf_counter()
        with dictation.clock.stage("enhancement"):
            done, rest = await phrases.take(job.draft)
        pieces = list(done)
        if rest.text or not pieces:
            grow = partial(phrases.grow, job.draft.text, [piece.text for piece in pieces])
            pieces.append(await self._editor.edit(replace(job, draft=rest), grow, dictation.clock))
        if not done:
            return pieces[0]
        waited_ms = (perf_counter() - began) * 1e3
        first_ms = max(0.0, ((phrases.first_at or began) - began) * 1e3)
        return await asyncio.to_thread(combined, pieces, job.draft, job.mode, first_ms, waited_ms)

    async def _foreseen(self, dictation: Dictation, order: Order) -> Edited | None:
        try:
            return await self._foresight.take(order)
        except Exception as error:  # the usual way follows, and says what it finds
            dictation.recognition.tally.fall_back(f"The text could not be made in advance: {error}")
            return None


def _all_taken(edited: Edited) -> Review:
    return Review.of(edited.changes, edited.plain, taken=True)
