"""Notices that the sound of a recording does not come; on the event loop.

A microphone at this machine that delivers nothing is broken. One that is elsewhere may be silent: only the
end of a recording does not wait for its sound for ever.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import perf_counter

from engine.audio import link_troubles
from engine.audio.capture import Capture
from engine.audio.commands import Enough, Lose
from engine.audio.facts import Fact
from engine.audio.raw_sink import FIRST_BLOCK_S, SILENT_S
from engine.audio.sources import Link

SECOND_LOOK_S = 0.25
"""Seconds after which a silent source is looked at once more before it is given up."""


class SilenceWatch:
    """Looks at one open source, from the beginning of a recording until it is cut."""

    def __init__(self, report: Callable[[Fact], None]) -> None:
        """Look at nothing yet; `report` is told what a user should know."""
        self._report = report
        self._capture: Capture | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._begun_at = self._ended_at = 0.0
        self._suspect: int | None = None
        self._waits = False

    def begun(self, capture: Capture) -> None:
        """Look at `capture` from now on: a recording was asked for."""
        self._capture = capture
        self._begun_at = perf_counter()
        self._look_in(SILENT_S)

    def ends(self, capture: Capture, *, at_once: bool) -> None:
        """Look after the end of a recording, which is being asked for, where its sound comes from elsewhere.

        Args:
            capture: Makes it.
            at_once: Whether nothing that is on its way is wanted.
        """
        link = capture.source.link()
        if link is None:
            return
        self._ended_at = perf_counter()
        trouble = None if at_once else link_troubles.waits_for(link)
        self._waits = trouble is not None
        if trouble is not None:
            self._report(trouble)
        self._look_in(SECOND_LOOK_S)

    def wait_no_longer(self) -> bool:
        """Cut a recording that waits for its last sound, with what has come; the first time it is asked."""
        waits, self._waits = self._waits, False
        if not waits or self._capture is None or not self._capture.finishing:
            return False
        self._capture.command(Enough())
        link = self._capture.source.link()
        if link is not None:
            self._report(link_troubles.waits_no_longer(link))
        return True

    def stop(self) -> None:
        """Look no more: the source is closed."""
        self._capture = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look_in(self, delay_s: float) -> None:
        """Look in a while whether blocks still come; goes on until the recording is cut."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(delay_s, self._look)

    def _look(self) -> None:
        self._timer = None
        capture = self._capture
        if capture is None or not capture.wanted:
            return
        link = capture.source.link()
        if link is not None:
            if capture.finishing:
                self._look_for_the_end(capture, link)
            return
        patience_s = SILENT_S if capture.sink.has_begun else FIRST_BLOCK_S
        silent_s = min(capture.sink.silent_for_s, perf_counter() - self._begun_at)
        written = capture.sink.written
        if silent_s < patience_s or capture.sink.has_ended:
            self._suspect = None
            self._look_in(patience_s - silent_s if silent_s < patience_s else SILENT_S)
        elif self._suspect != written:
            # After a sleep of the machine the clock is late before any sound could come.
            self._suspect = written
            self._look_in(SECOND_LOOK_S)
        else:
            name = capture.source.describe().name
            capture.command(Lose(f"{name} has delivered no sound for {patience_s:g} s."))

    def _look_for_the_end(self, capture: Capture, link: Link) -> None:
        """Do not wait for ever for the last sound of a recording over a link."""
        patience_s = link_troubles.PATIENCE_S if link.behind_s > 0 else SILENT_S
        if min(capture.sink.silent_for_s, perf_counter() - self._ended_at) < patience_s:
            self._look_in(SECOND_LOOK_S)
            return
        trouble = link_troubles.did_not_come(link)
        if trouble is not None:
            self._report(trouble)
        capture.command(Enough())
