"""A workstation in a real terminal, commanded by `utter ctl` from the moment it is begun."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from engine.runtime_folder import CONTROL, own
from tests.support.commanding import ctl, status
from tests.support.long_sample import long_sample
from tests.support.terminal import terminal

UTTER = [sys.executable, "-m", "tui.cli"]
KEPT = ("HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "OLLAMA_HOST")


def test_a_dictation_in_the_workstation_by_commands_alone(tmp_path: Path) -> None:
    socket = Path(own()) / CONTROL
    with terminal(tmp_path) as screen:
        screen.start(
            [*UTTER, "--source", str(long_sample()), "--recognizer", "pocketsphinx"],
            {name: os.environ[name] for name in KEPT},
        )
        screen.wait_for(lambda _: socket.exists(), timeout_s=60)
        # Before its screen is there; the answer comes when somebody can give it.
        first = ctl("start")
        assert first.returncode == 0, first.stderr
        screen.wait_for("report", timeout_s=60)
        assert status()["state"] == "recording"
        assert ctl("mode", "email").returncode == 0
        screen.wait_for("email")
        assert ctl("cancel").returncode == 0
        screen.wait_for("ready")
        assert ctl("cancel").returncode == 1
        screen.type("q")
        screen.wait_for("ended with 0")
    assert ctl("status").returncode == 2
    assert os.listdir(own()) == []
