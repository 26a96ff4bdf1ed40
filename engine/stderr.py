"""Keeps what libraries print away from the screen.

PortAudio, ALSA, JACK, ONNX Runtime and others write to file descriptor 2 from C, in whatever
thread they happen to be. A program that draws on the terminal would be garbled by it, and
redirecting the descriptor around such calls would swallow what the program itself draws there
meanwhile (sounddevice does just that in each initialisation, and Textual draws on standard error).
So the two are parted once, at the start: Python keeps the terminal under a descriptor of its own,
and descriptor 2 leads to a log for as long as it lasts. Child processes inherit that.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DESCRIPTOR = 2
"""Where C programs write what went wrong."""


@contextmanager
def native_stderr_to(log: Path) -> Iterator[None]:
    """Send to `log` what is written to descriptor 2, while Python's `sys.stderr` stays as it was.

    To be entered before Textual makes its driver, which takes hold of `sys.__stderr__`. Does
    nothing in a process without standard error. Where the log cannot be opened, what would go
    there is dropped.
    """
    terminal = sys.__stderr__
    if terminal is None or terminal.fileno() != DESCRIPTOR:
        yield
        return
    terminal.flush()
    kept = os.dup(DESCRIPTOR)
    own = os.fdopen(
        os.dup(DESCRIPTOR), "w", encoding=terminal.encoding, errors=terminal.errors, buffering=1, closefd=True
    )
    before = {name: vars(sys)[name] for name in ("stderr", "__stderr__")}
    drawn = {name: own for name, stream in before.items() if stream is terminal}
    _lead_to(log)
    vars(sys).update(drawn)
    try:
        yield
    finally:
        own.flush()
        vars(sys).update({name: before[name] for name in drawn if vars(sys)[name] is own})
        os.dup2(kept, DESCRIPTOR)
        os.close(kept)


def _lead_to(log: Path) -> None:
    """Make the descriptor append to `log`, or to nowhere."""
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        target = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    except OSError:
        target = os.open(os.devnull, os.O_WRONLY)
    os.dup2(target, DESCRIPTOR)
    os.close(target)
