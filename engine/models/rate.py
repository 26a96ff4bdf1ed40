"""How fast bytes come, over the last seconds; pure."""

from __future__ import annotations

from collections import deque

WINDOW_S = 5.0
"""Seconds that the rate looks back: long enough to be read, short enough to follow a change."""

SLOT_S = 0.25
"""Arrivals this close together are kept as one, so that a fast line costs no more memory."""


class Rate:
    """Bytes per second over a sliding window. Times are seconds of any clock that never goes back."""

    def __init__(self) -> None:
        """Begin with nothing received."""
        self._arrivals: deque[tuple[float, int]] = deque()
        self._began: float | None = None

    def add(self, count: int, now: float) -> None:
        """Note that `count` bytes came by `now`."""
        if self._began is None:
            self._began = now
        if self._arrivals and now - self._arrivals[-1][0] < SLOT_S:
            at, before = self._arrivals[-1]
            self._arrivals[-1] = (at, before + count)
        else:
            self._arrivals.append((now, count))
        self._forget(now)

    def begin(self, now: float) -> None:
        """Forget what came before: the line was idle until `now`."""
        self._arrivals.clear()
        self._began = now

    def per_s(self, now: float) -> float:
        """Bytes per second at `now`; 0 while too little time has passed to say."""
        self._forget(now)
        if self._began is None:
            return 0.0
        span = min(WINDOW_S, now - self._began)
        return sum(count for _, count in self._arrivals) / span if span >= SLOT_S else 0.0

    def left_s(self, left_bytes: int, now: float) -> float | None:
        """Seconds that `left_bytes` take at this rate; None while nothing comes."""
        rate = self.per_s(now)
        return left_bytes / rate if rate > 0 else None

    def _forget(self, now: float) -> None:
        while self._arrivals and self._arrivals[0][0] < now - WINDOW_S:
            self._arrivals.popleft()
