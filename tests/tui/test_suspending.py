"""Making room for the shell with ctrl+z, and coming back, in a real terminal under a real shell."""

from __future__ import annotations

import contextlib
import shlex
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from engine.deliver.file import File
from engine.settings.schema import Settings
from engine.state import DictationState
from tests.support.pty_screen import PtyScreen
from tests.tui.running import running

COMMAND = shlex.join([sys.executable, "-m", "tests.support.interface_child", "utter", "none"])

DRAWN = "auto-stop"
"""A word of the screen that does not change, and that the shell does not say."""

CTRL_Z = "\x1a"

PATIENCE_S = 60.0
"""Seconds after which a test that waits has failed."""


BEGINS, ENDS = b"\x1b[?1049h", b"\x1b[?1049l"
"""To the other screen, and back: what the driver of a terminal begins and ends with."""


def drawn_again(screen: PtyScreen, until: bytes = DRAWN.encode()) -> bytes:
    """Have the shell continue it; what is written until it is drawn."""
    screen.press("fg\n")
    written, deadline = b"", time.perf_counter() + PATIENCE_S
    while until not in written:
        assert time.perf_counter() < deadline, "it was not drawn"
        written += screen._read(deadline)
    return written


def wait_until_told(screen: PtyScreen, text: str) -> None:
    """Have the shell prompt until it says so of a job: that comes before a prompt alone."""
    for _ in range(int(PATIENCE_S)):
        screen.press("\n")
        with contextlib.suppress(TimeoutError):
            screen.wait_for(text, 1.0)
            return
    raise AssertionError(f"the shell has not said {text}")


def test_it_stops_for_the_shell_and_is_drawn_whole_when_it_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    # What is answered to a program that is stopped by then, the shell takes for a command.
    monkeypatch.setattr("tests.support.pty_screen.ANSWER", b"")
    shell = ["bash", "--norc", "--noprofile", "-i"]
    with PtyScreen(shell, {"PS1": "shell> "}, 120, 40) as screen:
        screen.wait_for("shell> ")
        screen.press(f"{COMMAND}\n")
        screen.wait_for("built-in")
        screen.watch(1.0)  # until what is drawn at the start is drawn: that is not to be taken for the rest
        (utter,) = psutil.Process(screen.process.pid).children()
        screen.press(CTRL_Z)
        screen.wait_for("Stopped")
        assert BEGINS in drawn_again(screen)
        utter.send_signal(signal.SIGTSTP)
        screen.wait_for("Stopped")
        assert BEGINS in drawn_again(screen)
        utter.send_signal(signal.SIGSTOP)
        screen.wait_for("Stopped")
        written = drawn_again(screen)
        assert 0 <= written.find(ENDS) < written.find(BEGINS), "it has not ended, and begins twice"
        utter.send_signal(signal.SIGTSTP)
        screen.wait_for("Stopped")
        screen.press("bg\n")
        screen.wait_for("&")
        wait_until_told(screen, "Stopped")
        assert ENDS not in drawn_again(screen, BEGINS)
        utter.send_signal(signal.SIGSTOP)  # while it begins, or just after that
        screen.wait_for("Stopped")
        # What it was about to draw may come first.
        assert ENDS in drawn_again(screen, BEGINS), "it has not ended, and begins twice"
        screen.press("q")
        screen.wait_for("shell> ")


async def test_a_dictation_is_not_suspended(settings: Settings) -> None:
    async with running(settings) as it:
        await it.pilot.press("ctrl+z")
        await it.until(lambda: "no shell waits" in it.shown())
        await it.pilot.press("space")
        await it.until(lambda: "00:01 recording" in it.shown())
        await it.pilot.press("ctrl+z")
        await it.until(lambda: "it would miss the dictation" in it.shown())
        await it.pilot.press("escape")


async def test_a_text_on_its_way_is_waited_for(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = threading.Event()
    monkeypatch.setattr("engine.deliver.file.TIME_OUT_S", PATIENCE_S)
    monkeypatch.setattr(File, "can_deliver", lambda _: None if answers.wait(PATIENCE_S) else "It hangs.")
    delivery = settings.delivery.model_copy(update={"target": f"file:{tmp_path}/notes.md"})
    async with running(settings.model_copy(update={"delivery": delivery})) as it:
        await it.pilot.press("space")
        await it.until(lambda: "report" in it.app.workstation.transcript.text)
        await it.pilot.press("space")
        await it.until(lambda: it.session.final_text)
        await it.until(lambda: it.session.state is DictationState.READY)
        await it.pilot.press("ctrl+z")
        await it.until(lambda: "still on its way" in it.shown())
        answers.set()
        await it.until(lambda: not it.session.busy)
        await it.pilot.press("ctrl+z")
        await it.until(lambda: "no shell waits" in it.shown())
        assert (tmp_path / "notes.md").read_text() == f"{it.session.final_text}\n"


@pytest.mark.parametrize(("own_session", "answer"), [(False, "True"), (True, "False")])
def test_only_a_shell_can_bring_it_back(*, own_session: bool, answer: str) -> None:
    asks = f"import os; os.setsid() if {own_session} else os.setpgid(0, 0)\n"
    asks += "from tui.suspending import has_shell_behind; print(has_shell_behind())"
    done = subprocess.run([sys.executable, "-c", asks], stdout=subprocess.PIPE, text=True, check=True)
    assert done.stdout.strip() == answer
