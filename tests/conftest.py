"""Fixtures of all tests: a home of their own, voices, and a virtual microphone; and who runs beside whom."""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator, Generator, Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import settings

from tests.support.commanding import Client, commanded
from tests.support.enhanced_session import Desk, at_desk
from tests.support.measured import said
from tests.support.turns import turn
from tests.support.virtual_microphone import VirtualMicrophone
from tests.support.virtual_microphone import virtual_microphone as running_microphone
from tests.support.voices import Voices

# A busy machine is no mistake of an example.
settings.register_profile("utter", deadline=None)
settings.load_profile("utter")

for number, usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
    if signal.getsignal(number) is signal.SIG_IGN:
        # A run in the background of a shell, or under nohup, inherits that it is ignored, and so would the
        # programs that the tests interrupt.
        signal.signal(number, usual)


MOST_WORKERS = 8
"""Processes in which tests run at most: each may take a gigabyte of memory."""

NOBODY = "127.0.0.1:9"
"""Where no server of language models listens: the port of a service that discards everything."""


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Run all tests in several processes, one more than there are cores, for tests often wait.

    Where some are named they run in this process, which has begun sooner.
    """
    return min((os.cpu_count() or 1) + 1, MOST_WORKERS) if config.args == config.getini("testpaths") else 0


@cache
def _meeting_place() -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix="utter-tests-")


def pytest_configure_node(node: Any) -> None:
    """Tell a process that runs tests where it meets the others."""
    node.workerinput["meeting_place"] = _meeting_place().name


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Wait for those whose figures others would spoil, before the clock of any time-out runs."""
    beside: dict[str, str] | None = getattr(item.config, "workerinput", None)
    if beside is None:
        return (yield)
    with turn(Path(beside["meeting_place"]), alone=item.get_closest_marker("alone") is not None):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_report_to_serializable() -> Generator[None, Any, Any]:
    """Let what a test printed or asserted travel between processes, halves of surrogate pairs included."""
    return _encodable((yield))


def _encodable(data: Any) -> Any:
    match data:
        case str():
            return data.encode("utf-8", "backslashreplace").decode()
        case dict():
            return {key: _encodable(value) for key, value in data.items()}
        case list() | tuple():
            return type(data)(map(_encodable, data))
    return data


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was measured: what a test prints is not seen where it runs in another process."""
    for line in said(report for reports in terminalreporter.stats.values() for report in reports):
        terminalreporter.write_line(line)


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give every test an empty home folder and no server, so that none touches what the user has."""
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("OLLAMA_HOST", NOBODY)
    for kind in ("CONFIG", "DATA", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(folder / kind.lower()))
    (folder / "runtime").mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder / "runtime"))
    return folder


@pytest.fixture(autouse=True)
def no_card_remembered() -> None:
    """Let no test see the graphics card that another one pretended to have."""
    from engine.models import cuda, graphics

    graphics._total_bytes.cache_clear()
    cuda._remembered.clear()


@pytest.fixture(scope="session")
def voices(tmp_path_factory: pytest.TempPathFactory) -> Voices:
    """Synthetic speech, kept for the whole run."""
    return Voices(tmp_path_factory.mktemp("voices"))


@pytest.fixture(scope="session")
def virtual_microphone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VirtualMicrophone]:
    """A virtual microphone that PortAudio in this process and in child processes records from."""
    from engine.audio import devices

    with (
        running_microphone(tmp_path_factory.mktemp("microphone")) as microphone,
        pytest.MonkeyPatch.context() as patch,
    ):
        for name, value in microphone.environment.items():
            patch.setenv(name, value)
        devices.refresh()
        yield microphone
    devices.refresh()


@pytest.fixture
async def desk(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    """A session whose texts are edited by rules, with its hand on what is said."""
    async with at_desk(monkeypatch, enhancement__enhancer="tidy") as opened:
        yield opened


@pytest.fixture
async def client(desk: Desk) -> AsyncIterator[Client]:
    """A program at the control socket of that session."""
    async with commanded(desk.session) as opened:
        yield opened
