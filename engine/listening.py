"""Keeps one source of sound open: opens it, replaces it, notices when it falls silent for good."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from engine.audio.facts import Fact
from engine.audio.recorder import Recorder
from engine.audio.sources import AudioSource, SourceInfo
from engine.errors import AudioError
from engine.events import Event, SourceChanged
from engine.settings.schema import Settings

DEAD_AFTER_S = 5.0
"""Seconds without a block after which a source counts as broken; Bluetooth takes seconds to wake."""


class Listener:
    """The session's ear: a recorder and the source that is open in it.

    Attributes:
        recorder: Keeps the pre-roll and makes the recordings.
        source: What is open; None while nothing is.
        info: What it is, for people.
    """

    def __init__(
        self, settings: Settings, on_fact: Callable[[Fact], None], publish: Callable[[Event], None]
    ) -> None:
        """Prepare; nothing is opened yet.

        Args:
            settings: Pre-roll and voice thresholds.
            on_fact: Told of everything the recorder reports, on the event loop.
            publish: Told when another source is open, or none.
        """
        self._loop = asyncio.get_running_loop()
        self._on_fact = on_fact
        self._publish = publish
        self._change = asyncio.Lock()
        self.recorder = Recorder(self._from_ingest, preroll_s=settings.audio.preroll_s)
        self.source: AudioSource | None = None
        self.info: SourceInfo | None = None

    async def open(self, source: AudioSource) -> bool:
        """Open `source` in the place of what was open. Failure is reported, not raised."""
        async with self._change:
            await self._close()
            try:
                await self.recorder.arm(source)
            except AudioError as error:
                self._publish(SourceChanged(None, error.what, error.remedy))
                return False
            self.source, self.info = source, source.describe()
            self._publish(SourceChanged(self.info))
            return True

    async def close(self, problem: str = "", remedy: str = "") -> None:
        """Let go of the source; `problem` says why, where it was not asked for."""
        async with self._change:
            await self._close()
            self._publish(SourceChanged(None, problem, remedy))

    @property
    def is_dead(self) -> bool:
        """Whether an open source has delivered nothing for `DEAD_AFTER_S`.

        PortAudio may call a stream active although its callback has stopped: only the time of
        the last block tells.
        """
        return self.source is not None and self.recorder.silent_for_s > DEAD_AFTER_S

    async def _close(self) -> None:
        if self.source is not None:
            self.source = self.info = None
            await self.recorder.disarm()

    def _from_ingest(self, fact: Fact) -> None:
        self._loop.call_soon_threadsafe(self._on_fact, fact)
