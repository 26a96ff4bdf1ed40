"""A copy of this process that works out one answer, so that finding it changes nothing here.

A decoder that can only end its utterance for good ends it in the copy: `fork` shares the memory,
copies a page when one side writes to it, and so costs milliseconds where decoding anew would cost
a tenth of the sound's length.

Only the calling thread lives on in the copy. What other threads held at that moment stays locked
there for ever, so the work must touch nothing that they use: no logging, no queues, no files.
Python and the C library see to their own locks. On macOS it must call none of Apple's frameworks
either, which numpy's matrix products do there. Whatever goes wrong in the copy stays there: its
original learns what became of it, and nothing else.
"""

from __future__ import annotations

import contextlib
import errno
import gc
import os
import select
import signal
import time
import warnings
from collections.abc import Callable
from types import TracebackType
from typing import NoReturn

AVAILABLE = hasattr(os, "fork")
"""Whether this system can copy a process; Windows cannot."""

BLOCK = 1 << 16
"""Bytes to read from the copy at a time: what a pipe holds."""

MOST_FILES = 1 << 14
"""File descriptors above this are not looked for in the copy: on some systems each costs a call."""


class CopyError(Exception):
    """A copy gave no answer; says why in one sentence."""


class CopyHungError(CopyError):
    """A copy was given up because its time was over."""


class Forked:
    """One copy at work. It must be closed, which ends it; a `with` does."""

    def __init__(self, work: Callable[[], bytes], limit_s: float) -> None:
        """Begin.

        Args:
            work: Gives the answer, which has no line feed in it. What it changes is lost.
            limit_s: Seconds after which the copy is given up.

        Raises:
            OSError: This system cannot copy a process, or has no room for another one.
        """
        if not AVAILABLE:
            raise OSError(errno.ENOSYS, "this system cannot copy a process")
        self._until = time.monotonic() + limit_s
        self._data = b""
        self._ended = self._closed = False
        self._reading, writing = os.pipe()
        try:
            self._pid = _fork()
            if self._pid == 0:
                _answer(work, writing, limit_s)
        except OSError:
            os.close(self._reading)
            raise
        finally:
            os.close(writing)

    @property
    def answer(self) -> bytes | None:
        """What the copy found; None when it is not there yet, or never will be."""
        return self._data[:-1] if self._data.endswith(b"\n") else None

    def result(self) -> bytes:
        """What the copy found, once `wait` has said that nothing more will come.

        Raises:
            CopyHungError: Its time is over; its own alarm may have ended it by then.
            CopyError: It ended without an answer.
        """
        if self.answer is not None:
            return self.answer
        if time.monotonic() >= self._until:
            raise CopyHungError("The copy of the process took too long and was given up.")
        raise CopyError("The copy of the process failed without an answer.")

    def wait(self, most_s: float) -> bool:
        """Whether the copy has answered, or failed, or had its time; waits for that at most so long."""
        until = min(time.monotonic() + most_s, self._until)
        poll = select.poll()
        poll.register(self._reading, select.POLLIN)
        while not self._ended and poll.poll(max(0.0, until - time.monotonic()) * 1000):
            block = os.read(self._reading, BLOCK)
            self._data += block
            self._ended = not block or self.answer is not None
        return self._ended or time.monotonic() >= self._until

    def close(self) -> None:
        """End the copy, whatever it does, and wait until it is gone. Safe to call twice."""
        if self._closed:
            return
        self._closed = self._ended = True
        os.close(self._reading)
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self._pid, 0)

    def __enter__(self) -> Forked:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def start_copy(work: Callable[[], bytes], limit_s: float) -> Forked:
    """A copy at work; see `Forked`.

    Raises:
        CopyError: The system refused one.
    """
    try:
        return Forked(work, limit_s)
    except OSError as error:
        raise CopyError(f"The system refused a copy of the process: {error.strerror}.") from error


def ask_copy(work: Callable[[], bytes], limit_s: float) -> bytes:
    """Do `work` in a copy of this process and wait for its answer.

    Raises:
        CopyHungError: The copy took longer than `limit_s`.
        CopyError: The system refused a copy, or the copy ended without an answer.
    """
    with start_copy(work, limit_s) as copy:
        copy.wait(limit_s)
        return copy.result()


def _fork() -> int:
    """`os.fork` without the warning about threads that Python gives from 3.12 on: see above.

    In the copy every signal stays blocked: the handlers are the original's.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    pid = -1
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            pid = os.fork()
    finally:
        if pid != 0:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return pid


def _answer(work: Callable[[], bytes], writing: int, limit_s: float) -> NoReturn:
    """The copy's whole life.

    It lets go of every file of its original, so that nobody waits for the end of a pipe that a copy
    still holds. Nothing is collected, for the collector may end what belongs to other threads. An
    alarm ends it even if the original is gone by then.
    """
    code = 1
    try:
        gc.disable()
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, limit_s)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGALRM])
        os.closerange(0, writing)
        os.closerange(writing + 1, MOST_FILES)
        data = work() + b"\n"
        while data:
            data = data[os.write(writing, data) :]
        code = 0
    finally:
        os._exit(code)
