"""One paste into windows at a time, for a user on a machine.

The keyboard and the clipboard are shared by all programs: of two that press keys at once, each takes the
other's modifiers for the user's own and puts them back when they are up already, and each takes the
other's text for what the clipboard held.
"""

from __future__ import annotations

import asyncio
import os
import sys

from engine import runtime_folder
from engine.errors import DeliveryError

TURN_S = 10.0
"""How long a text waits for those before it; a paste takes tenths of a second."""

LOOK_AGAIN_S = 0.02
"""How often a lock that another has is tried."""

LOCK = "window.lock"
"""Name of the file in the folder of sockets."""


class WindowTurn:
    """The turn of this program; freed by the system when the program ends, however it does."""

    def __init__(self) -> None:
        """Have no turn yet."""
        self._descriptor: int | None = None

    async def take(self) -> None:
        """Wait for our turn; nothing to wait for where we have it.

        Raises:
            DeliveryError: Another program had it for too long.
        """
        if sys.platform == "win32" or self._descriptor is not None:
            return  # Windows has no such lock, and takes all keys of a text in one batch
        try:
            path = os.path.join(runtime_folder.own(), LOCK)
            descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        except OSError:
            return  # without the folder no other utter can be told of us
        try:
            for _ in range(round(TURN_S / LOOK_AGAIN_S)):
                if _locked(descriptor):
                    self._descriptor = descriptor
                    return
                await asyncio.sleep(LOOK_AGAIN_S)
        finally:
            if self._descriptor is None:
                os.close(descriptor)
        raise DeliveryError(
            f"Another utter has been pasting into a window for {TURN_S:g} s.", "Try again when it is done."
        )

    def release(self) -> None:
        """Give the turn to the next. Safe to call twice."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)


if sys.platform == "win32":

    def _locked(_descriptor: int) -> bool:
        return True

else:
    import fcntl

    def _locked(descriptor: int) -> bool:
        """Lock it, unless another has (flock(2)); closing the descriptor ends the lock."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
