"""Runs work that blocks on the network beside the thread that waits for it.

A thread that is deep in a name lookup, a handshake or a silent connection cannot be interrupted. So the
work runs in a daemon thread, and whoever waits can leave at once: on a cancel, or when nothing has
come for too long. The thread that was left ends by its own time-outs, and touches nothing but its socket.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Generator, Iterable
from typing import Generic, TypeVar

Item = TypeVar("Item")

LOOK_S = 0.1
"""Seconds between two looks at whether somebody cancelled."""

AHEAD = 16
"""Items that may wait between the two threads: about 1 MB of what a socket gives at once."""


class CancelledError(Exception):
    """Somebody asked to stop."""


class StalledError(Exception):
    """Nothing came for the time that was allowed."""


class WorkError(Exception):
    """The work itself failed; `error` says how."""

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))
        self.error = error


class _Work(Generic[Item]):
    """The thread's side: gives what it gets until it is over or was left."""

    def __init__(self, items: Callable[[], Iterable[Item]]) -> None:
        self._items = items
        self.given: queue.Queue[Item | WorkError | None] = queue.Queue(AHEAD)
        self.left = threading.Event()

    def run(self) -> None:
        """Give every item, then what went wrong or that it is over."""
        try:
            for item in self._items():
                if not self._give(item):
                    return
        except Exception as error:  # handed over: it is raised where somebody waits for it
            self._give(WorkError(error))
        else:
            self._give(None)

    def _give(self, item: Item | WorkError | None) -> bool:
        while not self.left.is_set():
            try:
                self.given.put(item, timeout=LOOK_S)
            except queue.Full:
                continue
            return True
        return False


def aside(
    items: Callable[[], Iterable[Item]],
    cancelled: threading.Event,
    stall_s: float,
    tick: Callable[[], None] = lambda: None,
) -> Generator[Item, None, None]:
    """Yield what `items` yields, which runs in a thread of its own.

    Close the iterator (`contextlib.closing`) when it is not read to its end.

    Args:
        items: Begins the work; None is no item.
        cancelled: Ends the waiting as soon as it is set.
        stall_s: Seconds without an item after which the work is given up.
        tick: Called some times a second while nothing comes.

    Raises:
        CancelledError: `cancelled` was set.
        StalledError: Nothing came for `stall_s`.
        WorkError: What the work raised.
    """
    work = _Work(items)
    threading.Thread(target=work.run, name="utter-fetch", daemon=True).start()
    try:
        since = time.monotonic()
        while True:
            if cancelled.is_set():
                raise CancelledError
            try:
                item = work.given.get(timeout=LOOK_S)
            except queue.Empty:
                if time.monotonic() - since > stall_s:
                    raise StalledError from None
                tick()
                continue
            if isinstance(item, WorkError):
                raise item from item.error
            if item is None:
                return
            yield item
            since = time.monotonic()
    finally:
        work.left.set()
