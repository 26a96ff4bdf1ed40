"""Ends a child process with all that it started, and reads what it complained about."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from asyncio.subprocess import Process
from typing import IO

from engine.deliver.sanitize import for_terminal

LAST_LINES = 4096
"""Bytes at the end of a file of complaints in which the last line is looked for."""

SHOWN = 200
"""Characters of a child's last words that are shown."""


async def end_group(process: Process) -> None:
    """Kill a child and its process group, unless it has ended by itself: what it left behind may live on.

    Args:
        process: A child that was started in a session of its own (`start_new_session`).
    """
    if process.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    await process.wait()


def last_words(complaints: IO[bytes]) -> str:
    """The last line that a child wrote to its file of complaints; "" where there is none.

    Such a child has a file in the place of standard error, for a pipe would stay open behind what it
    leaves running, and be waited for.

    Returns:
        Without a full stop and without control characters, `SHOWN` characters at most.
    """
    size = complaints.seek(0, os.SEEK_END)
    complaints.seek(max(0, size - LAST_LINES))
    return last_line(complaints.read().decode(errors="replace"))


def last_line(text: str) -> str:
    """The last line of what a program said, as `last_words` gives it."""
    lines = for_terminal(text).strip().splitlines()
    return lines[-1].strip().rstrip(".")[:SHOWN] if lines else ""
