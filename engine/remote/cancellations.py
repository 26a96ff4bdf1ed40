"""What became of the sound of dictations that `utter ctl` has cancelled, in words."""

from __future__ import annotations

import asyncio
from collections import deque
from pathlib import Path

from engine import events
from engine.deliver.sanitize import for_terminal

KEPT_S = 2.0
"""Seconds that an answer waits for the file to be written: who asked waits for three."""


class Cancellations:
    """Answers those who cancelled, in the order in which they did. All on the session's event loop."""

    def __init__(self) -> None:
        """Wait for nothing yet."""
        self._waiting: deque[asyncio.Future[Path | None]] = deque()

    def note(self, event: events.Event) -> None:
        """Hear what the session reports."""
        if isinstance(event, events.DictationCancelled):
            while self._waiting:
                waiting = self._waiting.popleft()
                if not waiting.done():
                    waiting.set_result(event.audio)
                    return

    async def sentence(self) -> str:
        """Say where the sound of the dictation that was cancelled just now is kept."""
        waiting = asyncio.get_running_loop().create_future()
        self._waiting.append(waiting)
        try:
            audio = await asyncio.wait_for(waiting, KEPT_S)
        except TimeoutError:
            return "The dictation is cancelled; its sound is still being written."
        if audio is None:
            return "The dictation is cancelled; its sound could be kept nowhere."
        return f"The dictation is cancelled; its sound is kept: {for_terminal(str(audio))}"
