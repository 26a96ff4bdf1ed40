"""Keeps what libraries print away from the screen.

PortAudio, ALSA, JACK, ONNX Runtime and others write to file descriptor 2 from C, in whatever
thread they happen to be. A program that draws on the terminal would be garbled by it, and
redirecting the descriptor around such calls would swallow what the program itself draws there
meanwhile (sounddevice does just that in each initialisation, and Textual draws on standard error).
So the two are parted once, at the start of a program and for good: Python keeps the terminal
under a descriptor of its own, and descriptor 2 leads to a log.

It leads there through a pipe that is read slowly and logged to a limit, for there are libraries
that repeat one line without end: PortAudio does, seven hundred thousand times a second, when a
sound server dies under it. Writing into a full pipe also keeps such a thread from eating a core.
"""

from __future__ import annotations

import atexit
import os
import sys
import threading
import time
from pathlib import Path

DESCRIPTOR = 2
"""Where C programs write what went wrong."""

LOG_LIMIT = 1_000_000
"""Bytes that one run logs, and the size from which a log is put aside as *.old at the start."""

READ_SIZE = 65_536
"""Bytes that are read at a time: what a pipe holds on Linux."""

PAUSE_S = 0.25
"""Seconds between two reads of a pipe that fills up."""


def part_native_stderr(log: Path) -> None:
    """Send to `log` what is written to descriptor 2, while Python's `sys.stderr` stays as it was.

    To be called before Textual makes its driver, which takes hold of `sys.__stderr__`. Holds until
    the process ends; child processes inherit it. Does nothing in a process without standard error.
    Where the log cannot be written, what would go there is dropped.
    """
    terminal = sys.__stderr__
    if terminal is None or terminal.fileno() != DESCRIPTOR:
        return
    terminal.flush()
    own = os.fdopen(os.dup(DESCRIPTOR), "w", encoding=terminal.encoding, errors=terminal.errors, buffering=1)
    reading, writing = os.pipe()
    os.dup2(writing, DESCRIPTOR)
    os.close(writing)
    vars(sys).update({name: own for name in ("stderr", "__stderr__") if vars(sys)[name] is terminal})
    # A thread that is stuck in writing holds C's lock on its stderr, for which the exit would wait.
    atexit.register(os.close, reading)
    threading.Thread(target=_log, args=(reading, log), name="native stderr", daemon=True).start()


def _log(reading: int, log: Path) -> None:
    """Read the pipe to its end; write the first `LOG_LIMIT` bytes to `log`, drop the rest."""
    target: int | None = _open_log(log)
    written = 0
    while data := _read(reading):
        if target is not None and written < LOG_LIMIT:
            try:
                written += os.write(target, data)
            except OSError:
                target = None
        if len(data) > READ_SIZE // 2:
            time.sleep(PAUSE_S)


def _read(reading: int) -> bytes:
    """Read what there is; nothing when all writers are gone or the process is about to end."""
    try:
        return os.read(reading, READ_SIZE)
    except OSError:
        return b""


def _open_log(log: Path) -> int | None:
    """Open the log for appending; None where that is not possible."""
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        if log.exists() and log.stat().st_size > LOG_LIMIT:
            log.replace(log.with_name(f"{log.name}.old"))
        return os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    except OSError:
        return None
