"""The console script on its way out."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

ENDING = """
import atexit, os, signal, sys, threading
from engine.deliver.stdout import StandardOutput
from tui.cli import main
from tui.cli.entry import main as utter

def ignored():
    print(signal.getsignal(signal.SIGINT) is signal.SIG_IGN, flush=True)

def for_ever():
    os.write(1, b"begun\\n")
    threading.Event().wait()

def command(_):
    {does}
    return {code}

main._dispatch = command
atexit.register(ignored)
code = utter()
os.write(1, b"%d\\n" % code)
sys.exit(code)
"""
"""A command, and how it ends."""

THREAD = "threading.Thread(target=for_ever).start()"
"""Leaves a thread for which Python waits, and which does not come to an end."""

HELD = "StandardOutput()._hold('What was said.\\n')"
"""Holds a text until the end."""


@contextmanager
def ending(*does: str, code: int = 0) -> Iterator[subprocess.Popen[str]]:
    """A command that does these things as a process; killed where it still lives at the end."""
    command = [sys.executable, "-c", ENDING.format(does="; ".join(does), code=code)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def read(process: subprocess.Popen[str], *lines: str) -> None:
    assert process.stdout is not None
    assert sorted(process.stdout.readline() for _ in lines) == sorted(f"{line}\n" for line in lines)


@pytest.mark.parametrize("code", [0, 2, 130])
def test_ctrl_c_while_a_thread_is_waited_for_ends_it_with_the_code_it_has(code: int) -> None:
    with ending(THREAD, code=code) as process:
        read(process, "begun", str(code))
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=30) == ("True\n", "")
    assert process.returncode == code


def test_ctrl_c_while_a_thread_is_waited_for_loses_no_text_that_was_held() -> None:
    with ending(THREAD, HELD) as process:
        read(process, "begun", "0")
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=30) == ("What was said.\nTrue\n", "")
    assert process.returncode == 0


def test_ctrl_c_ends_what_is_done_last_at_once_and_nothing_is_done_twice() -> None:
    with ending("atexit.register(for_ever)", HELD, code=2) as process:
        read(process, "2", "What was said.", "begun")
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=30) == ("", "")
    assert process.returncode == 2


def test_another_ctrl_c_ends_what_the_first_has_done_at_the_end() -> None:
    with ending(THREAD, "atexit.register(for_ever)") as process:
        read(process, "begun", "0")
        process.send_signal(signal.SIGINT)
        read(process, "begun")
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=30) == ("", "")
    assert process.returncode == 0


def test_ctrl_c_is_ignored_once_all_is_done() -> None:
    with ending("pass") as process:
        assert process.communicate(timeout=30) == ("0\nTrue\n", "")
