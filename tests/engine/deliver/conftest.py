"""A real X server, and programs that misbehave as real ones do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.display import x_server
from tests.support.x_windows import ShownWindow, environment, text_field


@pytest.fixture(scope="module", autouse=True)
def patience() -> Iterator[None]:
    """Let programs take their time to fetch what is pasted: the machine may be very busy."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("engine.deliver.clipboard_holder.FETCH_S", 60.0)
        patch.setattr("engine.deliver.lending.AGAIN_S", 60.0)
        yield


@pytest.fixture(scope="session")
def x_display() -> Iterator[str]:
    """The value of DISPLAY for a real X server."""
    with x_server() as name:
        yield name


@pytest.fixture(scope="module")
def environ(x_display: str) -> dict[str, str]:
    """The environment of programs on that server."""
    return environment(x_display)


@pytest.fixture(scope="module")
def field(environ: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShownWindow]:
    """A window with a field for text, which is no terminal."""
    with text_field(environ, tmp_path_factory.mktemp("field")) as shown:
        yield shown


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
