"""What tests of the language model server share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.ollama_server import OllamaServer, running_ollama


@pytest.fixture
def server() -> Iterator[OllamaServer]:
    with running_ollama() as one:
        yield one
