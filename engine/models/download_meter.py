"""Tells how far a download is: at each change of state at once, otherwise a few times a second."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from engine.models.progress import DownloadState, Progress
from engine.models.rate import Rate

EVERY_S = 0.25
"""Seconds between two reports while the state stays; a terminal shows no more."""

QUIET_S = 5.0
"""Seconds without a byte from which that is told: longer than a slow server takes to answer."""


class DownloadMeter:
    """Counts the bytes of one download and reports them. Used by one thread."""

    def __init__(
        self,
        model: str,
        report: Callable[[Progress], None],
        clock: Callable[[], float] = time.monotonic,
        *,
        stall_s: float = math.inf,
    ) -> None:
        """Count from nothing.

        Args:
            model: The name to report under.
            report: Gets every report, on the thread that counts.
            clock: Seconds that never go back.
            stall_s: Seconds without a byte after which another try is made.
        """
        self.total_bytes = 0
        self.done_bytes = 0
        self._model, self._report, self._clock = model, report, clock
        self._rate = Rate()
        self._stall_s = stall_s
        self._heard_at = clock()
        self._state: DownloadState = "asking"
        self._remark = ""
        self._reported_at = -math.inf

    def state(self, state: DownloadState, remark: str = "") -> None:
        """Go on to another state and report it, if it is another."""
        if (state, remark) == (self._state, self._remark) and self._reported_at > -math.inf:
            return
        self._heard_at = self._clock()
        if state == "downloading":
            self._rate.begin(self._heard_at)
        self._state, self._remark = state, remark
        self._tell()

    def received(self, count: int) -> None:
        """Count bytes that came over the network and are on disk."""
        self.done_bytes += count
        self._heard_at = self._clock()
        self._rate.add(count, self._heard_at)
        self.tick()

    def tick(self) -> None:
        """Report if it is time, although nothing came: the rate falls while a line is silent."""
        if self._clock() - self._reported_at >= EVERY_S:
            self._tell()

    def _tell(self) -> None:
        now = self._reported_at = self._clock()
        state, remark = self._state, self._remark
        silent_s = now - self._heard_at
        if QUIET_S <= silent_s < self._stall_s and state != "checking":
            state, remark = "waiting", self._silence(silent_s)
        flows = state == "downloading"
        left = max(0, self.total_bytes - self.done_bytes)
        self._report(
            Progress(
                self._model,
                state,
                done_bytes=self.done_bytes,
                total_bytes=self.total_bytes,
                bytes_per_s=self._rate.per_s(now) if flows else 0.0,
                left_s=self._rate.left_s(left, now) if flows else None,
                remark=remark,
            )
        )

    def _silence(self, silent_s: float) -> str:
        then = f"; another try follows at {self._stall_s:.0f} s" if self._stall_s < math.inf else ""
        return f"Nothing has come for {silent_s:.0f} s{then}."
