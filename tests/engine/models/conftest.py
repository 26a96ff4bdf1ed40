"""A small model, and a hub that has it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.models.downloading import use
from tests.support import random_whisper
from tests.support.hub_server import Hub, files_of, running_hub


@pytest.fixture(scope="session")
def model_files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of a real model with random weights; model.bin is the largest."""
    files = files_of(random_whisper.build(tmp_path_factory.mktemp("whisper")))
    assert max(files, key=lambda name: len(files[name])) == "model.bin"
    return files


@pytest.fixture
def hub(model_files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A hub that has the model, and is the one in the environment."""
    with running_hub({**model_files, "README.md": b"# A model\n", "flax_model.msgpack": b"x" * 2000}) as hub:
        yield use(hub, monkeypatch)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where models lie; not made yet."""
    return tmp_path / "models"
