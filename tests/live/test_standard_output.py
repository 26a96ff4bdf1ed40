"""Standard output beside a screen: a pipe gets each text at once, a terminal when the screen is gone."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.audio.sample import sample_path
from tests.support.terminal import Terminal, terminal

UTTER = [
    *(sys.executable, "-m", "tui.cli", "--to", "stdout"),
    *("--recognizer", "pocketsphinx", "--source", str(sample_path())),
]
WORDS = "need to send it to"


@pytest.fixture
def pane(tmp_path: Path) -> Iterator[Terminal]:
    with terminal(tmp_path, 120, 36) as opened:
        yield opened


def dictate(pane: Terminal, home: Path, behind: str, said: str) -> None:
    """Open the workstation with something behind its command line, and dictate the sample."""
    kinds = ("CONFIG", "DATA", "STATE", "CACHE")
    folders = {f"XDG_{kind}_HOME": str(home / kind.lower()) for kind in kinds}
    runtime = {"XDG_RUNTIME_DIR": str(home / "runtime")}
    stale = {"COLUMNS": "80", "LINES": "24"}
    pane.start(
        ["sh", "-c", f"{shlex.join(UTTER)} {behind}"],
        {**folders, **runtime, **stale, "HOME": str(home), "TERM": "tmux-256color"},
    )
    pane.wait_for("○ ready", timeout_s=60)
    pane.type("Space")
    pane.wait_for("●", timeout_s=60)
    pane.wait_for(WORDS, timeout_s=60)
    pane.type("Space")
    pane.wait_for(said, timeout_s=60)


@pytest.mark.timeout(240)
def test_a_pipe_gets_the_text_while_the_screen_is_up(pane: Terminal, home: Path, tmp_path: Path) -> None:
    notes = tmp_path / "notes.txt"
    dictate(pane, home, f"| tee {notes} > {tmp_path}/copy", "delivered → standard output")
    pane.wait_for(lambda _: WORDS in notes.read_text(encoding="utf-8"))
    # The screen has the size of the terminal all the same, whatever COLUMNS says, also when that changes.
    pane.wait_for(lambda screen: len(screen.splitlines()[1]) == 120)
    pane.resize(100, 30)
    pane.wait_for(lambda screen: len(screen.splitlines()[1]) == 100)
    pane.type("q")
    pane.wait_for("ended with 0")


@pytest.mark.timeout(240)
def test_a_terminal_shows_the_text_when_the_screen_is_gone(pane: Terminal, home: Path) -> None:
    dictate(pane, home, "", "sent → standard output")
    pane.type("q")
    screen = pane.wait_for("ended with 0")
    assert WORDS in screen
    assert "transcript" not in screen
