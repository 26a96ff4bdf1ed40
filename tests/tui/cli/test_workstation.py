"""The workstation opens on a terminal, and says so where there is none."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

UTTER = [sys.executable, "-m", "tui.cli"]
REMEDY = "Dictate with `utter record`, or run `utter daemon`.\n"


@pytest.mark.parametrize(
    ("terminal_in", "terminal_out", "term", "said"),
    [
        (False, True, "xterm", "The workstation needs a terminal, and standard input is none."),
        (True, False, "xterm", "The workstation needs a terminal, and standard error is none."),
        (True, True, "dumb", "This terminal cannot show a screen (TERM is dumb)."),
    ],
)
def test_where_no_screen_can_be_shown_that_is_said(
    terminal_in: bool, terminal_out: bool, term: str, said: str, tmp_path: Path
) -> None:
    ours, terminal = pty.openpty()
    file = tmp_path / "errors"
    with file.open("w+b") as errors:
        done = subprocess.run(
            UTTER,
            stdin=terminal if terminal_in else subprocess.DEVNULL,
            stdout=terminal,
            stderr=terminal if terminal_out else errors,
            env=os.environ | {"TERM": term},
            timeout=60,
            check=False,
        )
    os.close(terminal)
    shown = file.read_text()
    while terminal_out and not shown.endswith("\n"):
        shown += os.read(ours, 4096).decode()
    os.close(ours)
    assert (done.returncode, shown.replace("\r\n", "\n")) == (2, f"utter: {said} {REMEDY}")
