"""Writes to files, pipes and terminals that may take nothing: never for ever."""

from __future__ import annotations

import errno
import os
import select
import sys
import time

TIME_OUT_S = 3.0
"""How long a pipe or a device may take nothing of a text."""

PIPE_BUF = 512
"""Bytes that a pipe takes without making the writer wait, once it is said to be writable (POSIX)."""


class NotTakenError(OSError):
    """Not all was taken.

    Attributes:
        taken: The bytes that were.
    """

    def __init__(self, why: OSError, taken: int) -> None:
        """Say why the rest was not."""
        super().__init__(why.errno, why.strerror or str(why))
        self.taken = taken


def write_all(descriptor: int, data: bytes, *, at_once: bool) -> None:
    """Write everything; for threads.

    Args:
        descriptor: What to write to.
        data: What to write.
        at_once: Whether one call may write as much as it can: for files, and for what does not block.

    Raises:
        NotTakenError: It was not taken, or not in time, or a part alone.
    """
    size = len(data)
    try:
        while data:
            data = _write_some(descriptor, data, at_once=at_once)
    except OSError as error:
        raise NotTakenError(error, size - len(data)) from None


def _write_some(descriptor: int, data: bytes, *, at_once: bool) -> bytes:
    """Write a piece once it can be written; gives the rest."""
    deadline = time.monotonic() + TIME_OUT_S
    piece = len(data) if at_once else getattr(select, "PIPE_BUF", PIPE_BUF)
    while True:
        left = deadline - time.monotonic()
        # Windows can wait for sockets only; what it writes to here takes all there is.
        if sys.platform != "win32" and not select.select([], [descriptor], [], max(0.0, left))[1]:
            raise TimeoutError(errno.ETIMEDOUT, f"it took nothing for {TIME_OUT_S:g} s")
        try:
            return data[os.write(descriptor, data[:piece]) :]
        except BlockingIOError:
            continue
