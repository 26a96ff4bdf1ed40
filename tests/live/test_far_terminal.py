"""The workstation on another machine, over a slow SSH connection, at 80×24, by keyboard alone."""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.debian import require
from tests.support.slow_link import slow_link
from tests.support.ssh_server import SshServer, ssh_server
from tests.support.terminal import Terminal, panel, terminal

ROUND_TRIP_S = 0.2
WORDS = ("quarterly report", "Friday", "23 people")
"""What the sample says, once it is tidied."""

UTTER = [sys.executable, "-m", "tui.cli"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SshServer]:
    """An SSH server whose logins have a home of their own and no microphone."""
    home = tmp_path_factory.mktemp("far")
    environment = {
        **{f"XDG_{kind}_HOME": str(home / kind.lower()) for kind in ("CONFIG", "DATA", "STATE", "CACHE")},
        "HOME": str(home),
        "SCREENDIR": str(home / "screens"),
        "OLLAMA_HOST": "127.0.0.1:9",
        "PULSE_SERVER": f"unix:{home}/nobody",
        "LANG": "C.UTF-8",
    }
    (home / "screens").mkdir(mode=0o700)
    with ssh_server(tmp_path_factory.mktemp("sshd"), environment) as running:
        yield running


@pytest.fixture
def pane(tmp_path: Path) -> Iterator[Terminal]:
    with terminal(tmp_path, 80, 24) as opened:
        yield opened


def far_tmux(folder: Path) -> list[str]:
    """Tmux over there, with a server of the test's own."""
    return ["tmux", "-S", str(folder / "far.sock")]


@pytest.fixture
def far(tmp_path: Path) -> Iterator[Path]:
    """A folder for what runs over there; what multiplexes terminals in it ends with the test."""
    folder = tmp_path / "far"
    (folder / "run").mkdir(parents=True, mode=0o700)
    yield folder
    if (folder / "far.sock").exists():
        subprocess.run([*far_tmux(folder), "kill-server"], capture_output=True, timeout=30, check=False)


def within(program: str, folder: Path) -> list[str]:
    """Utter, in a shell or in a program that multiplexes terminals."""
    if program == "screen":
        return [require("screen", package="screen"), "-c", "/dev/null", "-U", *UTTER]
    if program == "tmux":
        return [*far_tmux(folder), "-f", "/dev/null", "new-session", shlex.join(UTTER)]
    return UTTER


@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    ("program", "term"),
    [
        ("shell", "xterm-256color"),
        ("shell", "xterm-16color"),
        ("shell", "vt100"),
        ("screen", "xterm-256color"),
        ("tmux", "xterm-256color"),
    ],
)
def test_a_dictation_over_a_slow_link(
    server: SshServer, pane: Terminal, far: Path, program: str, term: str
) -> None:
    with slow_link(server.port, ROUND_TRIP_S) as port:
        known_as = ["-o", f"HostKeyAlias=[127.0.0.1]:{server.port}", "-p", str(port)]
        utter = ["env", f"XDG_RUNTIME_DIR={far / 'run'}", *within(program, far)]
        command = [*server.ssh, *known_as, "-tt", server.host, shlex.join(utter)]
        pane.start(command, {**server.environment, "TERM": term})
        pane.wait_for(lambda screen: "pocketsphinx" in screen and "starting" not in screen, 60)
        pane.type("d")
        pane.wait_for("dBFS", 60)  # while it is heard; a moment later what is waited for may stand there
        screen = pane.wait_for(
            lambda screen: all(word in panel(screen, "transcript") for word in WORDS) and "sent" in screen, 60
        )
        assert "space record" in screen
        assert all(len(row) <= 80 for row in screen.splitlines())
        pane.type("?")
        pane.wait_for("start or stop recording")
        pane.type("Escape")
        pane.wait_for(lambda screen: "start or stop recording" not in screen)
        pane.type("q")
        pane.wait_for("ended with 0", 30)
