"""Tells how far a download is: at each change of state at once, otherwise a few times a second."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from engine.models.progress import DownloadState, Progress
from engine.models.rate import Rate

EVERY_S = 0.25
"""Seconds between two reports while the state stays; a terminal shows no more."""


class DownloadMeter:
    """Counts the bytes of one download and reports them. Used by one thread."""

    def __init__(
        self, model: str, report: Callable[[Progress], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Count from nothing.

        Args:
            model: The name to report under.
            report: Gets every report, on the thread that counts.
            clock: Seconds that never go back.
        """
        self.total_bytes = 0
        self.done_bytes = 0
        self._model, self._report, self._clock = model, report, clock
        self._rate = Rate()
        self._state: DownloadState = "asking"
        self._remark = ""
        self._reported_at = -math.inf

    def state(self, state: DownloadState, remark: str = "") -> None:
        """Go on to another state and report it, if it is another."""
        if (state, remark) == (self._state, self._remark) and self._reported_at > -math.inf:
            return
        if state == "downloading":
            self._rate.begin(self._clock())
        self._state, self._remark = state, remark
        self._tell()

    def received(self, count: int) -> None:
        """Count bytes that came over the network and are on disk."""
        self.done_bytes += count
        self._rate.add(count, self._clock())
        self.tick()

    def tick(self) -> None:
        """Report if it is time, although nothing came: the rate falls while a line is silent."""
        if self._clock() - self._reported_at >= EVERY_S:
            self._tell()

    def _tell(self) -> None:
        now = self._reported_at = self._clock()
        flows = self._state == "downloading"
        left = max(0, self.total_bytes - self.done_bytes)
        self._report(
            Progress(
                self._model,
                self._state,
                done_bytes=self.done_bytes,
                total_bytes=self.total_bytes,
                bytes_per_s=self._rate.per_s(now) if flows else 0.0,
                left_s=self._rate.left_s(left, now) if flows else None,
                remark=self._remark,
            )
        )
