"""A real X server, and programs that misbehave as real ones do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.display import x_server


@pytest.fixture(scope="session")
def x_display() -> Iterator[str]:
    """The value of DISPLAY for a real X server."""
    with x_server() as name:
        yield name


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
