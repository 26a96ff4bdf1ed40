"""A wake-up that may be given from an audio callback, and waited for without a time-out."""

from __future__ import annotations

import threading


class Wake:
    """Wakes one waiting thread; wake-ups given before it waits are merged into one.

    A plain lock serves as the semaphore: the waiter acquires it, the waker releases it. That
    costs the waker a fraction of a microsecond and can never block it, where a
    `threading.Condition` or `threading.Event` takes a second lock that the waiter may hold.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lock.acquire()

    def give(self) -> None:
        """Wake the waiter, or let its next `wait` return at once. From any thread."""
        if self._lock.locked():
            try:
                self._lock.release()
            except RuntimeError:
                # Another thread gave the same wake-up between the two lines above.
                return

    def wait(self) -> None:
        """Sleep until a wake-up is given. From one thread alone."""
        self._lock.acquire()
