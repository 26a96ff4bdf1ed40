"""What happens to recognised words: cleanup, enhancement, delivery, in the order of speaking.

Runs beside the next recording. One dictation at a time goes through, so that texts arrive in the
order in which they were spoken.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from functools import partial
from time import perf_counter
from typing import Any

from engine.deliveries import Deliveries
from engine.dictation import Dictation
from engine.enhance.edited import Edited, Job
from engine.enhance.edited_pieces import combined
from engine.enhance.review import Review
from engine.events import DictationFinished, Event
from engine.finished import DeliveryPolicy, enhanced
from engine.foresight import Foresight, Order
from engine.phrase_edits import PHRASE_GAP, PhraseEdits, Plan
from engine.piecewise import PiecewiseEditor
from engine.second_edits import SecondEdits
from engine.texts import Text, Texts


class Finisher:
    """Makes final texts and takes them to their target.

    Attributes:
        busy: Whether a text is being made that nothing is known of yet.
    """

    def __init__(
        self,
        deliveries: Deliveries,
        texts: Texts,
        editor: PiecewiseEditor,
        second: SecondEdits,
        publish: Callable[[Event], None],
        spawn: Callable[[Coroutine[Any, Any, None]], object],
    ) -> None:
        """Prepare.

        Args:
            deliveries: Takes final texts to their target.
            texts: Keeps them.
            editor: Edits them.
            second: Edits those whose words went out already.
            publish: Told of every step, on the event loop.
            spawn: Runs what nobody waits for.
        """
        self._deliveries = deliveries
        self._texts = texts
        self._editor = editor
        self._second = second
        self._publish = publish
        self._spawn = spawn
        self.busy = False
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
                phrases = PhraseEdits(number, firm.mode, self._editor, self._second.grew)
                self._phrases[number] = phrases
            phrases.follow(firm.draft, plan)

    async def prepare(self, mode: str) -> None:
        """Make the next delivery in a writing mode quick."""
        await self._deliveries.prepare(mode)

    async def finish(self, dictation: Dictation, job: Job, policy: DeliveryPolicy) -> Text:
        """Make the final text of a dictation and deliver it, as far as `policy` says.

        Args:
            dictation: Whose words these are; its clock is kept.
            job: What was recognised, not empty, and who edits it.
            policy: Which text goes out by itself.

        Returns:
            The text; `Text.last_place` says where it is, if anywhere.
        """
        async with self._turn:
            raw_first = policy == "raw" and job.enhancer is not None
            self.busy = True
            try:
                if raw_first:
                    edited = await self._unedited(dictation, job)
                else:
                    edited = await self._edited(dictation, job)
                    self._publish(enhanced(dictation.id, job.draft, edited))
            finally:
                self.busy = False
            text = _text_of(dictation, job, edited)
            text.waits = policy == "accept"
            self._texts.put(text, tell=not raw_first)
            self._publish(DictationFinished(dictation.id, job.draft.text, text.text))
            if text.waits:
                return text
            with dictation.clock.stage("delivery"):
                await self._deliveries.deliver(text)
        if raw_first:
            self._spawn(self._propose_later(dictation, text, job))
        return text

    async def set_aside(self, dictation: Dictation, job: Job) -> Text:
        """Keep the words of a dictation that failed, so that what is copied is never an older text."""
        text = _text_of(dictation, job, await self._unedited(dictation, job))
        self._texts.put(text)
        return text

    async def _propose_later(self, dictation: Dictation, text: Text, job: Job) -> None:
        """Edit a text whose words went out already; its changes are there to be taken."""
        await self._second.propose(text, job, partial(self._edited, dictation, job))

    async def _unedited(self, dictation: Dictation, job: Job) -> Edited:
        """The words in readable sentences."""
        return await self._editor.edit(replace(job, enhancer=None), clock=dictation.clock)

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
        self._second.grew(order.dictation, order.job.draft.text, text)

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
            grow = partial(self._second.grew, dictation.id, job.draft.text)
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
            # A user who stopped the piece before wants no more of them.
            enhancer = job.stand_in if done and done[-1].stopped else job.enhancer
            last = replace(job, draft=rest, enhancer=enhancer)
            pieces.append(await self._editor.edit(last, grow, dictation.clock))
        if not done:
            return pieces[0]
        return await asyncio.to_thread(
            combined,
            pieces,
            [PHRASE_GAP] * len(pieces),
            job.draft,
            job.mode,
            first_ms=max(0.0, ((phrases.first_at or began) - began) * 1e3),
            total_ms=(perf_counter() - began) * 1e3,
            server_ms=pieces[-1].server_ms,
        )

    async def _foreseen(self, dictation: Dictation, order: Order) -> Edited | None:
        try:
            return await self._foresight.take(order)
        except Exception as error:  # the usual way follows, and says what it finds
            dictation.recognition.tally.fall_back(f"The text could not be made in advance: {error}")
            return None


def _text_of(dictation: Dictation, job: Job, edited: Edited) -> Text:
    """A text as it stands when it was made: with all changes."""
    review = Review.of(edited.changes, edited.plain, taken=True)
    return Text(dictation.id, job.draft, dictation.recognition.model, edited, review)
