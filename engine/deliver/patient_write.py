"""Writes to files, pipes and terminals that may take nothing: never for ever."""

from __future__ import annotations

import errno
import os
import select
import sys
import threading
import time

TIME_OUT_S = 3.0
"""How long a pipe or a device may take nothing of a text."""

PIPE_BUF = 512
"""Bytes that a pipe takes without making the writer wait, once it is said to be writable (POSIX)."""

AT_ONCE = 65_536
"""Bytes of one write to what does not block: what a pipe of Linux holds (pipe(7))."""


class NotTakenError(OSError):
    """Not all was taken.

    Attributes:
        taken: The bytes that were.
    """

    def __init__(self, why: OSError, taken: int) -> None:
        """Say why the rest was not."""
        super().__init__(why.errno, why.strerror or str(why))
        self.taken = taken


def write_all(
    descriptor: int, data: bytes, *, at_once: bool, given_up: threading.Event | None = None
) -> None:
    """Write everything; for threads.

    Args:
        descriptor: What to write to.
        data: What to write.
        at_once: Whether one call may write much at once: for files, and for what does not block.
        given_up: Set where nobody waits any more; what is not written by then is not written at all.

    Raises:
        NotTakenError: It was not taken, or not in time, or a part alone, or it was given up.
    """
    size = len(data)
    try:
        while data:
            data = _write_some(descriptor, data, at_once=at_once, given_up=given_up)
    except OSError as error:
        raise NotTakenError(error, size - len(data)) from None


def _write_some(descriptor: int, data: bytes, *, at_once: bool, given_up: threading.Event | None) -> bytes:
    """Write a piece once it can be written; gives the rest."""
    deadline = time.monotonic() + TIME_OUT_S
    piece = AT_ONCE if at_once else getattr(select, "PIPE_BUF", PIPE_BUF)
    while True:
        left = deadline - time.monotonic()
        # Windows can wait for sockets only; what it writes to here takes all there is.
        if sys.platform != "win32" and not select.select([], [descriptor], [], max(0.0, left))[1]:
            raise TimeoutError(errno.ETIMEDOUT, f"it took nothing for {TIME_OUT_S:g} s")
        if given_up is not None and given_up.is_set():
            raise OSError(errno.ECANCELED, os.strerror(errno.ECANCELED))
        try:
            return data[os.write(descriptor, data[:piece]) :]
        except BlockingIOError:
            continue
