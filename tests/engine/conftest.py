"""Whole files with Whisper, what is told about them, and a server of language models."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.transcribe import FileTranscriber
from tests.support.enhanced_session import GOOD
from tests.support.file_talk import transcriber_for
from tests.support.ollama_server import OllamaServer, running_ollama


@pytest.fixture
def told() -> list[str]:
    """What the user is told."""
    return []


@pytest.fixture
def transcriber(told: list[str]) -> Iterator[FileTranscriber]:
    """Transcribes with random weights."""
    made = transcriber_for("whisper", told)
    yield made
    made.close()


@pytest.fixture
def server() -> Iterator[OllamaServer]:
    """A server whose model makes the good text of whatever it is given."""
    with running_ollama() as running:
        running.answer = lambda _: GOOD
        yield running
