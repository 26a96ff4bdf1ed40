"""Fixtures of all tests: a home of their own, voices, and a virtual microphone."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.support.virtual_microphone import VirtualMicrophone
from tests.support.virtual_microphone import virtual_microphone as running_microphone
from tests.support.voices import Voices

# A busy machine is no mistake of an example.
settings.register_profile("utter", deadline=None)
settings.load_profile("utter")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A run in the background of a shell inherits that Ctrl-C is ignored, and so would the programs that
    # the tests interrupt.
    signal.signal(signal.SIGINT, signal.default_int_handler)


NOBODY = "127.0.0.1:9"
"""Where no server of language models listens: the port of a service that discards everything."""


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give every test an empty home folder, so that none reads or writes the user's own files or asks their server."""
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("OLLAMA_HOST", NOBODY)
    for kind in ("CONFIG", "DATA", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(folder / kind.lower()))
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
