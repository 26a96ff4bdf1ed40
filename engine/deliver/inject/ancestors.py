"""The processes that we were started by: the terminal that shows us is one of them, where it is here."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

PROC = Path("/proc")
"""Where Linux tells of its processes."""


def ancestors(pid: int | None = None) -> frozenset[int]:
    """Give the process ids of a process and of all that are above it; ours, where none is named.

    Not found in this way: a terminal beyond tmux or screen, whose server is nobody's child.
    """
    return frozenset(_upwards(os.getpid() if pid is None else pid))


def _upwards(pid: int) -> Iterator[int]:
    while pid > 1:
        yield pid
        try:
            # proc(5): "pid (name) state ppid …"; the name may have spaces and brackets in it.
            pid = int((PROC / str(pid) / "stat").read_text(errors="replace").rpartition(")")[2].split()[1])
        except (OSError, ValueError, IndexError):
            return
