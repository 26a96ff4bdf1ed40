"""The way of a cut recording to its final text, and what becomes of its audio."""

from __future__ import annotations

import time
from collections.abc import Callable

from engine import recordings, registry
from engine.audio.levels import dbfs
from engine.dictation import Dictation
from engine.enhance.enhancer import Enhancer
from engine.errors import EngineError
from engine.events import DictationFailed, DictationFinished, Event, Notice
from engine.finishing import Finisher
from engine.gauge import Gauge
from engine.preferences import Preferences
from engine.speech.draft import draft_of

SILENT_PEAK = 0.003
"""Peak under which a recording holds nothing audible: −50 dBFS, the noise of a quiet room."""


class Conclusion:
    """Takes dictations from the last sample to the delivered text."""

    def __init__(
        self,
        preferences: Preferences,
        finisher: Finisher,
        gauge: Gauge,
        publish: Callable[[Event], None],
    ) -> None:
        """Wire the parts together; the session makes all of them."""
        self._preferences = preferences
        self._finisher = finisher
        self._gauge = gauge
        self._publish = publish

    async def prepare(self) -> None:
        """Make the delivery of the dictation that is being recorded quick."""
        await self._finisher.prepare()

    async def recognize(self, dictation: Dictation) -> bool:
        """Recognise what is left of `dictation`.

        Returns:
            Whether its words are there; otherwise its audio is kept and the failure is reported.
        """
        try:
            with dictation.clock.stage("recognition"):
                await dictation.finish()
        except EngineError as error:
            await self._fail(dictation, error)
            return False
        return True

    async def conclude(self, dictation: Dictation) -> None:
        """Make the final text of a recognised dictation and deliver it; measure how long it took."""
        draft = draft_of(dictation.words.segments)
        if not draft.text:
            await self._report_silence(dictation)
            return
        settings = self._preferences.settings
        enhancer: Enhancer | None = None
        if settings.enhancement.enabled:
            enhancer = registry.build_enhancer(settings.enhancement.enhancer, settings.recognition.language)
        delivered = await self._finisher.finish(dictation, draft, enhancer)
        if dictation.stopped_at is not None:
            self._gauge.finished(dictation, (time.perf_counter() - dictation.stopped_at) * 1e3)
        if delivered:
            await recordings.discard(dictation.spool)
        else:
            await recordings.keep(dictation.spool)

    async def _fail(self, dictation: Dictation, error: EngineError) -> None:
        audio = await recordings.keep(dictation.spool)
        words = draft_of(dictation.words.segments).text
        remedy = f"`utter transcribe {audio}` recognises it again." if audio else error.remedy
        self._publish(DictationFailed(dictation.id, error.step, error.what, remedy, audio, words))

    async def _report_silence(self, dictation: Dictation) -> None:
        """Say what was heard instead of words; audible sound is kept, for voice detection errs."""
        level = f"{dictation.duration_s:.1f} s, peak {dbfs(dictation.peak):.0f} dBFS"
        if dictation.peak < SILENT_PEAK:
            await recordings.discard(dictation.spool)
            what = f"Nothing was heard ({level})."
            remedy = "See that the microphone is not muted, or choose another with i."
        else:
            audio = await recordings.keep(dictation.spool)
            missing = "no words were recognised in it" if dictation.spoke else "no speech was found in it"
            what, remedy = f"Sound came in ({level}), but {missing}.", f"The audio is kept: {audio}"
        self._publish(Notice("warning", what, remedy))
        self._publish(DictationFinished(dictation.id, "", ""))
