"""A real X server, and programs that misbehave as real ones do."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.debian import require


@pytest.fixture(scope="session")
def x_display() -> Iterator[str]:
    """Run Xvfb on a free display; gives the value of DISPLAY."""
    require("Xvfb", "xvfb")
    require("xclip", "xclip")
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "64x64x24", "-nolisten", "tcp"],
        pass_fds=[writing],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading) as ready:
        number = ready.readline().strip()
    assert number, "Xvfb did not start"
    yield f":{number}"
    server.terminate()
    server.wait()


@pytest.fixture
def program(tmp_path: Path) -> Callable[[str, str], dict[str, str]]:
    """Give a function that makes an environment in which a command is the shell script given."""

    def make(name: str, script: str) -> dict[str, str]:
        folder = tmp_path / "bin"
        folder.mkdir(exist_ok=True)
        path = folder / name
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(0o755)
        return {"PATH": f"{folder}:/usr/bin:/bin", "DISPLAY": ":0", "TERM": "xterm"}

    return make
