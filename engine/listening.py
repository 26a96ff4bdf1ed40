"""Keeps one source of sound open: opens it, replaces it, notices when it breaks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

from engine.audio.facts import Fact, SourceLost
from engine.audio.recorder import Recorder
from engine.audio.sources import AudioSource, Link, SourceInfo
from engine.errors import AudioError
from engine.events import Event, LinkChanged, Notice, SourceChanged
from engine.settings.schema import Settings

DEAD_AFTER_S = 5.0
"""Seconds without a block after which a source counts as broken; Bluetooth takes seconds to wake."""

TELL_BEHIND_S = 0.5
"""Seconds of sound on their way from which they are told: less than that is the link's latency."""

LATENCY_STEP_MS = 5
"""Steps in which latency is told: finer ones would change all the time, and be drawn."""


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
        self._told_link: Link | None = None

    @property
    def is_open(self) -> bool:
        """Whether a source is open and works."""
        return self._source is not None and self._lost is None

    @property
    def link(self) -> Link | None:
        """How sound comes from elsewhere; None where the source is at this machine, or none is open."""
        return self._source.link() if self._source is not None else None

    @property
    def info(self) -> SourceInfo | None:
        """What is open; None where nothing is."""
        return self._source.describe() if self._source is not None else None

    async def open(self, source: AudioSource, stand_in: AudioSource | None = None) -> bool:
        """Open `source` in the place of what was open. Failure is reported, not raised.

        Args:
            source: What is wanted.
            stand_in: What is opened where that cannot be.
        """
        async with self._change:
            await self._close()
            for candidate in (source, *([stand_in] if stand_in is not None else [])):
                if await self._arm(candidate):
                    break
            if self._lost is not None:
                await self._close_lost()
                return False
            self._publish(SourceChanged(candidate.describe()))
            self.tell_link()
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

        A source elsewhere may be silent: only how it is connected is told.

        PortAudio may call a stream active although nothing comes from it any more: only the time of
        the last block tells. One look is not enough, for after a sleep of the whole machine the
        clock is late before the sound has had a chance to come.
        """
        self.tell_link()
        silent = self.is_open and self.link is None and self.recorder.silent_for_s > DEAD_AFTER_S
        self._quiet_looks = self._quiet_looks + 1 if silent else 0
        if self._quiet_looks < 2 or self._source is None:
            return None
        name = self._source.describe().name
        return SourceLost(f"{name} has delivered no sound for {self.recorder.silent_for_s:.0f} s.")

    def tell_link(self) -> None:
        """Say how sound comes from elsewhere, if that is new; to be called about once a second."""
        link, told = _rounded(self.link), self._told_link
        if link is not None and link != told:
            self._publish(LinkChanged(link.state, link.sender, link.latency_ms, link.lost_s, link.behind_s))
            if link.silent > (told.silent if told is not None else 0):
                what = f"A program connected to {link.sender} and left without sound."
                self._publish(
                    Notice("warning", what, "It is to write samples: 16 bit, mono, 16 kHz.", "link")
                )
        self._told_link = link

    async def _arm(self, source: AudioSource) -> bool:
        """Try one source; `_lost` keeps the first reason why it could not be opened."""
        earlier, self._lost = self._lost, None
        self._is_opening = True
        try:
            await self.recorder.arm(source)
            self._source = source
        except AudioError as error:
            self._lost = SourceLost(error.what, error.remedy)
        finally:
            self._is_opening = False
        if self._lost is not None:
            self._lost = earlier or self._lost
            return False
        return True

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


def _rounded(link: Link | None) -> Link | None:
    """A link as coarse as it is told."""
    if link is None:
        return None
    latency_ms = link.latency_ms
    if latency_ms is not None:
        latency_ms = float(max(1, round(latency_ms / LATENCY_STEP_MS)) * LATENCY_STEP_MS)
    behind_s = round(link.behind_s, 1) if link.behind_s >= TELL_BEHIND_S else 0.0
    return replace(link, latency_ms=latency_ms, lost_s=round(link.lost_s, 1), behind_s=behind_s)
