"""One recording while it is made: how much of the coming sound belongs to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from time import perf_counter

from engine.audio.format import FRAME_S
from engine.audio.spool import Spool

ENOUGH_QUIET = 6
"""Quiet frames in a row (0.19 s) that end the tail: longer than the closure of a stop consonant, such as
the "p" in "stop", and than the gap between two words that belong together."""


class Take:
    """A recording that waits for its first frame, grows, and ends with its tail.

    Attributes:
        folder: Where it is spooled.
        spool: Its sound on disk; None before the first frame.
        frames: Frames recorded so far.
        complete: Whether its tail has been recorded.
    """

    def __init__(self, folder: Path, asked_at: float) -> None:
        """Begin a recording that has no frame yet.

        Args:
            folder: Where it is to be spooled.
            asked_at: When it was asked for, by `perf_counter`.
        """
        self.folder = folder
        self.spool: Spool | None = None
        self.frames = 0
        self.complete = False
        self._asked_at = asked_at
        self._missing_s = 0.0
        self._tail: int | None = None
        self._tail_left = 0
        self._release = 0.0
        self._quiet = 0

    @property
    def finishing(self) -> bool:
        """Whether only the tail is still recorded."""
        return self._tail is not None

    @property
    def missing_s(self) -> float:
        """Seconds of sound that belong to it and did not come; no more than since it was asked for.

        A microphone that was away before, at a machine that was there, says so only when it is back.
        """
        return min(self._missing_s, perf_counter() - self._asked_at)

    def finish(self, tail_frames: int, release: float, recent: Sequence[float]) -> None:
        """Record `tail_frames` more at most; fewer when it is quiet enough.

        A recording without any frame waits for one: the pre-roll before it may hold words.

        Args:
            tail_frames: Frames to record after now.
            release: Probability of speech under which a frame is quiet.
            recent: Probabilities of the frames that came last, oldest first.
        """
        if self._tail is not None:
            return
        self._tail = self._tail_left = tail_frames
        self._release = release
        self._quiet = _trailing_quiet(recent, release)
        self.complete = self.spool is not None and self._is_over()

    def miss(self, seconds: float) -> None:
        """Count sound that did not come; at most as much of it as the tail would have taken."""
        self._missing_s += seconds if self._tail is None else min(seconds, self._tail_left * FRAME_S)

    def want(self, voice: Iterable[float]) -> int:
        """Say how many of the coming frames belong to the recording, given their voice."""
        wanted = 0
        for probability in voice:
            if self.complete:
                break
            wanted += 1
            if self._tail is not None:
                self._tail_left -= 1
                self._quiet = self._quiet + 1 if probability < self._release else 0
                self.complete = self._is_over()
        return wanted

    def _is_over(self) -> bool:
        if self._tail is None:
            return False
        return self._tail_left <= 0 or self._quiet >= min(self._tail, ENOUGH_QUIET)


def _trailing_quiet(voice: Sequence[float], release: float) -> int:
    """How many frames at the end of `voice` lie under `release`."""
    quiet = 0
    for probability in reversed(voice):
        if probability >= release:
            break
        quiet += 1
    return quiet
