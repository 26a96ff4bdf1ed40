"""Keeps one source of sound open: opens it, replaces it, notices when it breaks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from engine.audio.facts import Fact, SourceLost
from engine.audio.recorder import Recorder
from engine.audio.sources import AudioSource
from engine.errors import AudioError
from engine.events import Event, SourceChanged
from engine.settings.schema import Settings

DEAD_AFTER_S = 5.0
"""Seconds without a block after which a source counts as broken; Bluetooth takes seconds to wake."""


class Listener:
    """The session's ear: a recorder and the source that is open in it.

    Attributes:
        recorder: Keeps the pre-roll and makes the recordings.
    """

    def __init__(
        self, settings: Settings, on_fact: Callable[[Fact], None], publish: Callable[[Event], None]
    ) -> None:
        """Prepare; nothing is opened yet.

        Args:
            settings: Pre-roll and voice thresholds.
            on_fact: Told of everything the open source's recorder reports, on the event loop.
            publish: Told when another source is open, or none.
        """
        self._loop = asyncio.get_running_loop()
        self._on_fact = on_fact
        self._publish = publish
        self._change = asyncio.Lock()
        self.recorder = Recorder(self._from_ingest, preroll_s=settings.audio.preroll_s)
        self.recorder.set_checked_share(settings.performance.checked_share)
        self._source: AudioSource | None = None
        self._is_opening = False
        self._lost: SourceLost | None = None
        self._quiet_looks = 0

    @property
    def is_open(self) -> bool:
        """Whether a source is open and works."""
        return self._source is not None and self._lost is None

    async def open(self, source: AudioSource) -> bool:
        """Open `source` in the place of what was open. Failure is reported, not raised."""
        async with self._change:
            await self._close()
            self._is_opening = True
            try:
                await self.recorder.arm(source)
                self._source = source
            except AudioError as error:
                self._lost = SourceLost(error.what, error.remedy)
            finally:
                self._is_opening = False
            if self._lost is not None:
                await self._close_lost()
                return False
            self._publish(SourceChanged(source.describe()))
            return True

    async def close(self) -> None:
        """Let go of the source on purpose."""
        async with self._change:
            await self._close()
            self._publish(SourceChanged(None))

    def lose(self, fact: SourceLost) -> None:
        """Count the open source as broken from now on; `close_lost` is to follow."""
        self._lost = self._lost or fact

    async def close_lost(self) -> None:
        """Let go of the source that was counted as broken, and say why. Does nothing if none is."""
        async with self._change:
            if self._lost is not None:
                await self._close_lost()

    def look(self) -> SourceLost | None:
        """Notice a source whose callback has stopped; to be called about once a second.

        PortAudio may call a stream active although nothing comes from it any more: only the time of
        the last block tells. One look is not enough, for after a sleep of the whole machine the
        clock is late before the sound has had a chance to come.
        """
        is_here = self._source is not None and self._source.link() is None
        silent = is_here and self.is_open and self.recorder.silent_for_s > DEAD_AFTER_S
        self._quiet_looks = self._quiet_looks + 1 if silent else 0
        if self._quiet_looks < 2 or self._source is None:
            return None
        name = self._source.describe().name
        return SourceLost(f"{name} has delivered no sound for {self.recorder.silent_for_s:.0f} s.")

    async def _close_lost(self) -> None:
        lost = self._lost
        await self._close()
        if lost is not None:
            self._publish(SourceChanged(None, lost.why, lost.remedy))

    async def _close(self) -> None:
        """Close what is open. Its last facts arrive before this returns."""
        if self._source is not None:
            self._source = None
            await self.recorder.disarm()
        self._lost = None
        self._quiet_looks = 0

    def _from_ingest(self, fact: Fact) -> None:
        self._loop.call_soon_threadsafe(self._receive, fact)

    def _receive(self, fact: Fact) -> None:
        if self._is_opening and isinstance(fact, SourceLost):
            self._lost = fact
        else:
            self._on_fact(fact)
