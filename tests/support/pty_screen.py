"""A program in a pseudo-terminal that answers as a modern terminal does, and is watched as it draws."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from typing import Self

import psutil

FRAME_BEGINS = b"\x1b[?2026h"
"""Begins a synchronised update: one frame that is drawn as a whole."""

ASKED, ANSWER = b"\x1b[?2026$p", b"\x1b[?2026;2$y"
"""Whether the terminal knows synchronised updates, and that it does."""

BLOCK = 1 << 16


class PtyScreen:
    """One program with a terminal of its own. Its output is read only while it is being waited for.

    Attributes:
        frames: Frames drawn so far.
        written: Bytes written so far.
    """

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], columns: int, rows: int
    ) -> None:
        self._leader, follower = pty.openpty()
        fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.process = subprocess.Popen(
            command,
            stdin=follower,
            stdout=follower,
            stderr=follower,
            env={**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", **environment},
            start_new_session=True,
        )
        os.close(follower)
        self.frames = 0
        self.written = 0
        self._tail = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(psutil.NoSuchProcess):
            for child in psutil.Process(self.process.pid).children(recursive=True):
                child.kill()
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        os.close(self._leader)

    def press(self, key: str) -> float:
        """Press a key; gives the time."""
        pressed = time.perf_counter()
        os.write(self._leader, key.encode())
        return pressed

    def wait_for(self, text: str, timeout_s: float = 60.0) -> float:
        """Read until a text is drawn in one piece; gives the time when it was read.

        Raises:
            TimeoutError: It was not drawn in time.
        """
        wanted = text.encode()
        seen = b""
        deadline = time.perf_counter() + timeout_s
        while wanted not in seen:
            seen = seen[-len(wanted) :] + self._read(deadline)
            if time.perf_counter() > deadline:
                raise TimeoutError(f"{text!r} was not drawn within {timeout_s:.0f} s")
        return time.perf_counter()

    def watch(self, seconds: float) -> None:
        """Read for some time."""
        deadline = time.perf_counter() + seconds
        while time.perf_counter() < deadline:
            self._read(deadline)

    def read_to_end(self) -> str:
        """Everything that is still written, until the program ends."""
        blocks = []
        with contextlib.suppress(OSError):  # Linux says with an error that the other side has gone
            while block := os.read(self._leader, BLOCK):
                blocks.append(block)
        return b"".join(blocks).decode(errors="replace")

    def cpu_s(self) -> float:
        """Processor seconds of the program without the processes that it started."""
        times = psutil.Process(self.process.pid).cpu_times()
        return float(times.user + times.system)

    def _read(self, deadline: float) -> bytes:
        """What comes next, or nothing at the deadline; counts frames, and answers the program."""
        remaining = max(0.0, deadline - time.perf_counter())
        if not select.select([self._leader], [], [], remaining)[0]:
            return b""
        block = os.read(self._leader, BLOCK)
        self.written += len(block)
        joined = self._tail + block
        self.frames += joined.count(FRAME_BEGINS)
        if ASKED in joined:
            os.write(self._leader, ANSWER)
        keep = len(FRAME_BEGINS) - 1
        self._tail = joined[-keep:] if not joined.endswith(ASKED) else b""
        return block
