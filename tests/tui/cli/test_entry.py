"""The console script on its way out."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

WAITING = """
import sys, threading
from tui.cli import main
from tui.cli.entry import main as utter
thread = threading.Thread(target=threading.Event().wait)
main._dispatch = lambda _: thread.start() or {}
code = utter()
print(code, flush=True)
sys.exit(code)
"""
"""A command that ends while a thread, for which Python waits, is at work and does not come to an end."""


@pytest.mark.parametrize("code", [0, 2, 130])
def test_ctrl_c_while_a_thread_is_waited_for_ends_it_with_the_code_it_has(code: int) -> None:
    command = [sys.executable, "-c", WAITING.format(code)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == f"{code}\n"
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=30) == ("", "")
    assert process.returncode == code
