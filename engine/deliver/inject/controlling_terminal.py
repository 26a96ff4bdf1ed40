"""Which pseudo-terminal a process reads its keys from, as Linux tells it; elsewhere nothing is known."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from engine.deliver.inject.ancestors import PROC

PSEUDO_TERMINALS = 136
"""Major number of the devices in /dev/pts (Documentation/admin-guide/devices.txt of Linux)."""


def tty_of(pid: int) -> str:
    """The device of a process's controlling terminal; empty where it has none or is not to be seen."""
    try:
        # proc(5): "pid (name) state ppid pgrp session tty_nr …"; the name may have spaces and brackets in it.
        number = int((PROC / str(pid) / "stat").read_text(errors="replace").rpartition(")")[2].split()[4])
        if sys.platform == "win32" or os.major(number) != PSEUDO_TERMINALS:
            return ""
        device = f"/dev/pts/{os.minor(number)}"
        return device if os.stat(device).st_rdev == number else ""
    except (OSError, ValueError, IndexError):
        return ""


def tty_of_child(parent: int, setting: str) -> str:
    """The device of the child that was started with a variable such as "WINDOW=1"; else empty."""
    wanted = setting.encode()
    try:
        children = (PROC / str(parent) / "task" / str(parent) / "children").read_text().split()
    except OSError:
        return ""
    for child in children:
        if wanted in _environment(PROC / child):
            return tty_of(int(child))
    return ""


def _environment(process: Path) -> list[bytes]:
    try:
        return (process / "environ").read_bytes().split(b"\0")
    except OSError:  # another user's, or gone
        return []
