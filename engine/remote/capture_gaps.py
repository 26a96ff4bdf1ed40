"""Finds what was never captured: the program was stopped, the machine slept, the microphone was away.

Nobody says so afterwards. But sound that was captured lasts as long as it took, and where much less sound
came than time went by, the rest is missing.
"""

from __future__ import annotations

from engine.audio.format import SAMPLE_RATE

LEAST_GAP_S = 2.0
"""Seconds without sound that count: sound systems deal in blocks of up to two seconds, and a shorter hiccup
is made up for by what they have kept."""


class CaptureGaps:
    """Compares how much sound came with the time in which it did. Used by one thread.

    Times are seconds of a clock that also runs while the machine sleeps (`engine.remote.moment.now`).
    """

    def __init__(self) -> None:
        """Know of no sound yet: before the first nothing is missing."""
        self._at: float | None = None

    def may_be_one(self, now: float) -> bool:
        """Whether nothing has come for so long that there is a gap, unless much comes at once now."""
        return self._at is not None and now - self._at >= LEAST_GAP_S

    def before(self, samples: int, now: float) -> int:
        """Count sound at 16 kHz that has come by `now`; give how many samples are missing before it."""
        at, self._at = self._at, now
        if at is None:
            return 0
        gap_s = now - at - samples / SAMPLE_RATE
        return round(gap_s * SAMPLE_RATE) if gap_s >= LEAST_GAP_S else 0
