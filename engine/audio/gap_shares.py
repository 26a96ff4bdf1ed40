"""In which recording sound that did not come from elsewhere is missing; pure.

A gap shrinks to little silence in the sound that comes, and commands wait for that sound: the moment of one
may lie within a gap. Where the gap begins, and how much sound was on its way when the command was given,
tells how much of it lies before.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from engine.audio.command_queue import Given


@dataclass(frozen=True, slots=True)
class Gap:
    """Sound that is missing.

    Attributes:
        came: Device frames that had come before it.
        begin: Where it, or what is left of it, begins, in device frames as if nothing were missing.
        seconds: How long it is.
    """

    came: int
    begin: int
    seconds: float


class GapShares:
    """Parts gaps at the moments of commands. Used by one thread."""

    def __init__(self, rate: int) -> None:
        """Know of no gap yet; `rate` is in device frames a second."""
        self._rate = rate
        self._left: list[Gap] = []

    def before(self, following: Given | None, gaps: Iterable[tuple[int, float]]) -> float:
        """Say how much is missing before the next command; what lies behind it is told later.

        Args:
            following: The command that is next; None where none is.
            gaps: Those that were read since this was last asked: before which frame, how many seconds.
        """
        left, self._left = self._left, []
        return sum(
            self._share(gap, following) for gap in (*left, *(Gap(at, at, seconds) for at, seconds in gaps))
        )

    def _share(self, gap: Gap, following: Given | None) -> float:
        """Seconds of a gap before a command. One that had come when it was given lies before it whole."""
        if following is None or gap.came < following.come:
            return gap.seconds
        share = min(gap.seconds, max(0, following.frames - gap.begin) / self._rate)
        if share < gap.seconds:
            begin = max(gap.begin, following.frames)
            self._left.append(replace(gap, begin=begin, seconds=gap.seconds - share))
        return share
