"""What became of the sound of dictations that `utter ctl` has cancelled, in words."""

from __future__ import annotations

import asyncio
from pathlib import Path

from engine import events
from engine.deliver.sanitize import for_terminal

KEPT_S = 2.0
"""Seconds that an answer waits for the file to be written: who asked waits for three."""


class Cancellations:
    """Answers who cancelled, each of the dictation that it cancelled. All on the session's event loop."""

    def __init__(self) -> None:
        """Wait for nothing yet."""
        self._waiting: dict[int, asyncio.Future[Path | None]] = {}

    def note(self, event: events.Event) -> None:
        """Hear what the session reports."""
        if isinstance(event, events.DictationCancelled):
            waiting = self._waiting.get(event.dictation)
            if waiting is not None and not waiting.done():
                waiting.set_result(event.audio)

    async def sentence(self, dictation: int, time_left_s: float) -> str:
        """Say where the sound of a dictation is kept.

        Args:
            dictation: Id of the one that was cancelled just now; it can be cancelled once.
            time_left_s: Seconds in which somebody waits for the answer.
        """
        waiting = self._waiting[dictation] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(min(KEPT_S, time_left_s)):
                audio = await waiting
        except TimeoutError:
            return "The dictation is cancelled; its sound is still being written."
        finally:
            del self._waiting[dictation]
        if audio is None:
            return "The dictation is cancelled; its sound could be kept nowhere."
        return f"The dictation is cancelled; its sound is kept: {for_terminal(str(audio))}"
