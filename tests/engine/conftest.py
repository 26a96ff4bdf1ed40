"""Whole files with Whisper, and what is told about them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.transcribe import FileTranscriber
from tests.support.file_talk import transcriber_for


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
