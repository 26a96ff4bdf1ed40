"""Counts what the workstation writes to its terminal."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.support.pty_screen import PtyScreen

SETTLE_S = 2.0
FAR = "192.0.2.1 50000 192.0.2.2 22"
"""What sshd tells a login that comes from another machine; addresses that are kept for documentation."""


@dataclass(frozen=True)
class Sent:
    """Bytes a second: while it listens, and while it records speech."""

    ready: float
    recording: float


def bytes_a_second(speech: Path, columns: int, rows: int, *, over_ssh: bool, seconds: float) -> Sent:
    """Run the workstation over speech without end, and count for so many seconds in each state."""
    with tempfile.TemporaryDirectory() as home:
        environment = dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"), home)
        environment |= {"SSH_CONNECTION": FAR if over_ssh else "", "SSH_TTY": "", "SSH_CLIENT": ""}
        program = [sys.executable, "-m", "tests.support.interface_child", "utter", str(speech)]
        with PtyScreen(program, environment, columns, rows) as screen:
            screen.wait_for("pocketsphinx")
            screen.watch(SETTLE_S)
            ready = _count(screen, seconds)
            screen.press(" ")
            screen.wait_for("recording")
            screen.watch(SETTLE_S)
            return Sent(ready, _count(screen, seconds))


def _count(screen: PtyScreen, seconds: float) -> float:
    before = screen.written
    screen.watch(seconds)
    return (screen.written - before) / seconds
