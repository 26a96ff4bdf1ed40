"""Fixtures of the tests of sound."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.audio.receiver import Receiver


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[Receiver]:
    made = Receiver(tmp_path / "m.sock")
    yield made
    made.source.close()
    assert not made.sink.lost_why
