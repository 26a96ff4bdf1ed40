"""What follows the cut of a recording: each goes its own way to its final text, in a task of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path

from engine import recordings
from engine.conclusion import Conclusion
from engine.dictation import Dictation
from engine.events import DictationCancelled, Event
from engine.speech.host import RecognizerHost
from engine.tasks import Tasks


class Aftermath:
    """The dictations that are cut, until their words are delivered or they are cancelled."""

    def __init__(
        self,
        host: RecognizerHost,
        conclusion: Conclusion,
        publish: Callable[[Event], None],
        tasks: Tasks,
        on_recognized: Callable[[Dictation, bool], None],
    ) -> None:
        """Wire the parts together.

        Args:
            host: Has the recogniser.
            conclusion: Makes words and texts.
            publish: Told of what is cancelled.
            tasks: Runs what is ended with the session; the way of words to their text is seen through.
            on_recognized: Told of each dictation that is recognised, and whether its words are there.
        """
        self._host = host
        self._conclusion = conclusion
        self._publish = publish
        self._tasks = tasks
        self._on_recognized = on_recognized
        self._recognizing: dict[Dictation, asyncio.Task[None]] = {}

    def take(self, dictation: Dictation) -> None:
        """Recognise what is left of a dictation that was cut, and make its final text."""
        dictation.recognition.end()
        self._recognizing[dictation] = self._tasks.see_through(self._recognize(dictation))

    def cancel(self, dictation: Dictation) -> bool:
        """Give up what is made of a dictation; False where it is not cut yet."""
        dictation.recognition.discard()
        self._conclusion.give_up(dictation)
        self._tasks.spawn(dictation.recognition.let_go())
        recognition = self._recognizing.pop(dictation, None)
        if recognition is None:
            return False
        recognition.cancel()
        self._tasks.spawn(self.announce_cancelled(dictation))
        return True

    async def announce_cancelled(self, dictation: Dictation) -> None:
        """Keep the sound of a dictation that was cut and cancelled, and say so."""
        await self._keep_cancelled(dictation)
        await self._conclusion.count(dictation)

    async def shut(self, uncut: Iterable[Dictation]) -> Path | None:
        """Keep the sound of all that was not recognised, and of dictations that were not cut.

        Returns:
            Where that of the newest is kept.
        """
        kept = None
        for dictation in (*self._recognizing, *uncut):
            dictation.recognition.discard()
            kept = await self._keep_cancelled(dictation)
        return kept

    async def _recognize(self, dictation: Dictation) -> None:
        recognized = await self._conclusion.recognize(dictation)
        self._recognizing.pop(dictation, None)
        self._on_recognized(dictation, recognized)
        if not recognized:
            self._tasks.spawn(self._host.load())
            return
        await self._conclusion.conclude(dictation)

    async def _keep_cancelled(self, dictation: Dictation) -> Path | None:
        audio = await recordings.keep(dictation.spool, self._publish)
        self._publish(DictationCancelled(dictation.id, audio))
        return audio
