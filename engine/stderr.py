"""Keeps what libraries print away from the screen.

PortAudio, ALSA, JACK, ONNX Runtime and others write to file descriptor 2 from C, in whatever
thread they happen to be. A program that draws on the terminal would be garbled by it, and
redirecting the descriptor around such calls would swallow what the program itself draws there
meanwhile (sounddevice does just that in each initialisation, and Textual draws on standard error).
So the two are parted once, at the start of a program and for good: Python keeps the terminal
under a descriptor of its own, and descriptor 2 leads to a log.

It leads there through the pipe of `engine.log`, which no library can flood. Python's log records
and warnings, which would be printed on the terminal for want of a handler, go to the same log.
"""

from __future__ import annotations

import atexit
import os
import sys
from pathlib import Path

from engine.log import LogPipe
from engine.log_records import log_records

DESCRIPTOR = 2
"""Where C programs write what went wrong."""


def part_native_stderr(log: Path) -> None:
    """Send to `log` what is written to descriptor 2, while Python's `sys.stderr` stays as it was.

    Log records and warnings go to `log` too (`engine.log_records`).

    To be called before Textual makes its driver, which takes hold of `sys.__stderr__`. Holds until
    the process ends; child processes inherit it. A process without standard error has nothing to
    part. Where the log cannot be written, what would go there is dropped.
    """
    log_records(log)
    terminal = sys.__stderr__
    if terminal is None or terminal.fileno() != DESCRIPTOR:
        return
    terminal.flush()
    own = os.fdopen(os.dup(DESCRIPTOR), "w", encoding=terminal.encoding, errors=terminal.errors, buffering=1)
    pipe = LogPipe(log)
    os.dup2(pipe.writing, DESCRIPTOR)
    os.close(pipe.writing)
    vars(sys).update({name: own for name in ("stderr", "__stderr__") if vars(sys)[name] is terminal})
    # A thread that is stuck in writing holds C's lock on its stderr, for which the exit would wait.
    atexit.register(pipe.close)
