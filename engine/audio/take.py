"""One recording while it is made: how much of the coming sound belongs to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

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
        missing_s: Seconds of sound between them that did not come from elsewhere.
        complete: Whether its tail has been recorded.
    """

    def __init__(self, folder: Path) -> None:
        """Begin a recording that has no frame yet."""
        self.folder = folder
        self.spool: Spool | None = None
        self.frames = 0
        self.missing_s = 0.0
        self.complete = False
        self._tail: int | None = None
        self._tail_left = 0
        self._release = 0.0
        self._quiet = 0

    @property
    def finishing(self) -> bool:
        """Whether only the tail is still recorded."""
        return self._tail is not None

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
