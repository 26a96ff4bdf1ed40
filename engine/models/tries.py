"""Does again what may fail in passing: with growing pauses, and for as long as anything comes of it."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from engine.errors import ModelError
from engine.models.aside import CancelledError
from engine.models.download_meter import DownloadMeter
from engine.models.hub_errors import TryAgainError, UnreachableError

PAUSES_S = (1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
"""Pauses between tries that bring nothing: about a minute in all, the time of a router's restart."""

Outcome = TypeVar("Outcome")


class Tries:
    """The tries of one download, all its files together. Used by one thread."""

    def __init__(self, meter: DownloadMeter, cancelled: threading.Event, pauses_s: Sequence[float]) -> None:
        """Begin with no bytes.

        Args:
            meter: Tells of the pauses, and whether a try brought anything.
            cancelled: Ends a pause as soon as it is set.
            pauses_s: Pauses between tries that bring nothing; there is one try more than pauses.
        """
        self.furthest = 0
        """The most bytes that were ever there; more of them is what a try can bring."""
        self._meter, self._cancelled, self._pauses_s = meter, cancelled, tuple(pauses_s)

    def insist(self, attempt: Callable[[], Outcome], *, unreachable: bool = True) -> Outcome:
        """Do it until it comes about; tries that brought something do not count.

        Args:
            attempt: Raises a `TryAgainError` when another try makes sense.
            unreachable: Whether to wait also for a way to the server.

        Raises:
            CancelledError: `cancelled` was set.
            ModelError: It did not come about, in as many tries as make sense.
        """
        fruitless = 0
        while True:
            self.look()
            try:
                return attempt()
            except TryAgainError as error:
                fruitless = 0 if self._meter.done_bytes > self.furthest else fruitless + 1
                self.furthest = max(self.furthest, self._meter.done_bytes)
                if isinstance(error, UnreachableError) and not unreachable:
                    raise
                if fruitless > len(self._pauses_s):
                    tried = f" It was tried {fruitless} times." if fruitless > 1 else ""
                    raise ModelError(f"{error.what}{tried}", error.remedy) from error
                pause = self._pauses_s[max(0, fruitless - 1)] if self._pauses_s else 0.0
                self._wait(max(pause, error.wait_s or 0.0), error.what)

    def look(self) -> None:
        """Go on only if nobody cancelled.

        Raises:
            CancelledError: Somebody did.
        """
        if self._cancelled.is_set():
            raise CancelledError
        self._meter.tick()

    def _wait(self, pause_s: float, why: str) -> None:
        """Count a pause down, once a second."""
        left, end = pause_s, time.monotonic() + pause_s
        while True:
            self._meter.state("waiting", f"{why} Another try follows in {max(1, math.ceil(left))} s.")
            if self._cancelled.wait(min(1.0, left)):
                raise CancelledError
            left = end - time.monotonic()
            if left <= 0:
                return self._meter.state("waiting", f"{why} It is tried again now.")
