"""Prints lines on standard output for an event loop that must not wait for who reads them."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from concurrent.futures import Future
from queue import SimpleQueue


class LinePrinter:
    """Prints one line after the other on a thread that holds up no exit, however long nobody reads.

    It writes past Python's buffer: a thread that is stuck in that one would hold its lock, for which the exit
    waits.

    Attributes:
        printed: How many lines were taken.
    """

    def __init__(self) -> None:
        """Print nothing yet."""
        self.printed = 0
        self._waiting: SimpleQueue[tuple[str, Future[None]]] = SimpleQueue()
        threading.Thread(target=self._print_all, name="lines", daemon=True).start()

    async def print(self, line: str) -> None:
        """Print a line, and wait until it was taken.

        Raises:
            DeliveryError: It cannot be printed; says why.
            BrokenPipeError: Nobody reads it any more.
        """
        done: Future[None] = Future()
        self._waiting.put((line, done))
        await asyncio.wrap_future(done)
        self.printed += 1

    def _print_all(self) -> None:
        while True:
            line, done = self._waiting.get()
            if not done.set_running_or_notify_cancel():
                continue
            try:
                _write(f"{line}\n".encode())
            except BaseException as error:
                done.set_exception(error)
            else:
                done.set_result(None)


def _write(data: bytes) -> None:
    from engine.errors import DeliveryError

    if sys.stdout is None:
        raise DeliveryError("Standard output is closed: what happens cannot be printed.", "Redirect it.")
    try:
        while data:
            data = data[os.write(sys.stdout.fileno(), data) :]
    except BrokenPipeError:
        raise
    except OSError as error:
        raise DeliveryError(f"What happens cannot be printed: {error.strerror or error}.") from error
