"""One paste into windows at a time, for a user on a machine.

The keyboard and the clipboard are shared by all programs: of two that press keys at once, each takes the
other's modifiers for the user's own and puts them back when they are up already, and each takes the
other's text for what the clipboard held.
"""

from __future__ import annotations

import asyncio
import os
import sys

from engine import path_lock, runtime_folder
from engine.errors import DeliveryError

TURN_S = 10.0
"""How long a text waits for those before it; a paste takes tenths of a second."""

LOOK_AGAIN_S = 0.02
"""How often a lock that another has is tried."""

LOCKED = "window"
"""Name in the folder of sockets that stands for the keyboard and the clipboard."""


class WindowTurn:
    """The turn of this program; freed by the system when the program ends, however it does."""

    def __init__(self) -> None:
        """Have no turn yet."""
        self._lock: path_lock.PathLock | None = None

    async def take(self) -> None:
        """Wait for our turn; nothing to wait for where we have it.

        Raises:
            DeliveryError: Another program had it for too long.
        """
        if sys.platform == "win32" or self._lock is not None:
            return  # Windows has no such lock, and takes all keys of a text in one batch
        for _ in range(round(TURN_S / LOOK_AGAIN_S)):
            try:
                self._lock = path_lock.take(os.path.join(runtime_folder.own(), LOCKED))
            except BlockingIOError:
                await asyncio.sleep(LOOK_AGAIN_S)
            except OSError:
                return  # without the folder no other utter can be told of us
            else:
                return
        raise DeliveryError(
            f"Another utter has been pasting into a window for {TURN_S:g} s.", "Try again when it is done."
        )

    def release(self) -> None:
        """Give the turn to the next. Safe to call twice."""
        lock, self._lock = self._lock, None
        if lock is not None:
            lock.give_up()
