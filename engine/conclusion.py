"""The way of a cut recording to its final text, and what becomes of its audio."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from functools import partial

from engine import recordings
from engine.audio.levels import dbfs
from engine.dictation import Dictation
from engine.enhance.edited import Job
from engine.enhance.enhancer import Draft
from engine.enhance.writing_mode import WritingMode
from engine.enhancers import Enhancers
from engine.errors import EngineError
from engine.events import DictationFailed, DictationFinished, Event, Notice
from engine.finishing import Finisher
from engine.gauge import Gauge
from engine.preferences import Preferences
from engine.speech.draft import draft_of
from engine.texts import Text, Texts, kept_notice

SILENT_PEAK = 0.003
"""Peak under which a recording holds nothing audible: −50 dBFS, the noise of a quiet room."""

ACCIDENT_S = 0.5
"""Length without pre-roll under which a recording without words was not meant, in seconds."""


class Conclusion:
    """Takes dictations from the last sample to the delivered text."""

    def __init__(
        self,
        preferences: Preferences,
        enhancers: Enhancers,
        finisher: Finisher,
        texts: Texts,
        gauge: Gauge,
        publish: Callable[[Event], None],
    ) -> None:
        """Wire the parts together; the session makes all of them."""
        self._preferences = preferences
        self._enhancers = enhancers
        self._finisher = finisher
        self._texts = texts
        self._gauge = gauge
        self._publish = publish

    async def prepare(self) -> None:
        """Make what follows the dictation that is being recorded quick."""
        await self._enhancers.prepare()
        await self._finisher.prepare(self._preferences.settings.enhancement.mode)

    def look_ahead(self, dictation: Dictation) -> None:
        """Do in advance what the final text can be made of while the dictation goes on.

        A quick enhancer makes the text that there would be if it ended now; a slow one edits the phrases
        that are firm.
        """
        settings = self._preferences.settings
        if not settings.performance.ahead:
            return
        draft, words = dictation.recognition.draft, dictation.recognition.words
        if draft is not None:
            self._finisher.look_ahead(dictation.id, self._job(dictation, draft, settings.writing_mode))
        if len(words.segments) > dictation.firm_segments and not words.revised:
            dictation.firm_segments = len(words.segments)
            firm = draft_of(words.segments, words.language.text)
            plan = partial(self._job, dictation, mode=settings.writing_mode)
            self._finisher.follow_phrases(dictation.id, plan(firm), plan)

    def _job(self, dictation: Dictation, draft: Draft, mode: WritingMode) -> Job:
        return self._enhancers.job(draft, mode, dictation.recognition.model)

    async def recognize(self, dictation: Dictation) -> bool:
        """Recognise what is left of `dictation`.

        Returns:
            Whether its words are there; otherwise its audio is kept and the failure is reported.
        """
        try:
            with dictation.clock.stage("recognition"):
                await dictation.recognition.finish()
        except EngineError as error:
            await self._fail(dictation, error)
            return False
        return True

    async def conclude(self, dictation: Dictation) -> None:
        """Make the final text of a recognised dictation and deliver it; measure how long it took.

        A defect on the way is reported as a failure, and the audio kept.
        """
        try:
            await self._conclude(dictation)
            self._gauge.ended(dictation)
        except Exception as error:
            logging.getLogger(__name__).exception("conclusion of dictation %d", dictation.id)
            fault = f"{type(error).__name__}: {error}"
            await self._fail(dictation, EngineError(f"The text could not be finished ({fault})."))

    async def _conclude(self, dictation: Dictation) -> None:
        draft = dictation.recognition.final
        if not draft.text:
            await self._report_silence(dictation)
            return
        job = self._job(dictation, draft, dictation.mode)
        try:
            text = await self._finisher.finish(dictation, job, self._preferences.settings.delivery.policy)
            if not text.last_place:
                await self._keep(dictation, text)
                return
        except asyncio.CancelledError:  # utter ends, and the place or the disk takes too long
            text = self._texts.get(dictation.id) or await self._finisher.set_aside(dictation, job)
            await self._keep(dictation, text)
            raise
        if dictation.stopped_at is not None:
            self._gauge.delivered(dictation, (time.perf_counter() - dictation.stopped_at) * 1e3)
        await recordings.discard(dictation.spool)

    async def _keep(self, dictation: Dictation, text: Text) -> None:
        """Keep a text that is nowhere yet, and its sound; say so where it was tried."""
        audio = await recordings.keep(dictation.spool, self._publish)
        if dictation.spool is not None:
            await text.keep(dictation.spool.path, audio)
        if text.kept is not None and text.failed:
            self._publish(kept_notice(text.kept))

    def give_up(self, dictation: Dictation) -> None:
        """Make nothing more in advance for a dictation that was cancelled or failed."""
        self._finisher.forget(dictation.id)

    async def count(self, dictation: Dictation) -> None:
        """Count what was tried in a dictation that was cancelled, once the recogniser has let go of it."""
        await dictation.recognition.gone()
        self._gauge.ended(dictation)

    async def _fail(self, dictation: Dictation, error: EngineError) -> None:
        self.give_up(dictation)
        self._gauge.ended(dictation)
        audio = await recordings.keep(dictation.spool, self._publish)
        words = dictation.recognition.words
        draft = draft_of(words.segments, words.language.at_end().text)
        aside = await self._finisher.set_aside(dictation, self._job(dictation, draft, dictation.mode))
        remedy = f"{error.remedy} {recordings.how_to_recognize(audio) if audio else ''}".strip()
        self._publish(DictationFailed(dictation.id, error.step, error.what, remedy, audio, aside.text))

    async def _report_silence(self, dictation: Dictation) -> None:
        """Say what was heard instead of words; audible sound is kept, for voice detection errs.

        A key that was pressed twice by accident is not worth a word.
        """
        if dictation.duration_s - dictation.preroll_s < ACCIDENT_S:
            await recordings.discard(dictation.spool)
            self._publish(DictationFinished(dictation.id, "", ""))
            return
        level = f"{dictation.duration_s:.1f} s, peak {dbfs(dictation.peak):.0f} dBFS"
        if dictation.peak < SILENT_PEAK:
            await recordings.discard(dictation.spool)
            what = f"Nothing was heard ({level})."
            remedy = "See that the microphone is not muted, or choose another one."
        else:
            audio = await recordings.keep(dictation.spool, self._publish)
            missing = "no words were recognised in it" if dictation.spoke else "no speech was found in it"
            what = f"Sound came in ({level}), but {missing}."
            remedy = f"The audio is kept: {audio}" if audio else ""
        self._publish(Notice("warning", what, remedy))
        self._publish(DictationFinished(dictation.id, "", ""))
