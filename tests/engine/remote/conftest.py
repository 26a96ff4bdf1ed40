"""What tests of a sender share: a receiver that listens, and no pauses between its attempts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine.remote import backoff, capture_gaps, kept_source
from tests.support.sound_receiver import SoundReceiver, sound_receiver


@pytest.fixture
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing waits before it is tried again, and a test that says nothing for a while has lost nothing."""
    monkeypatch.setattr(capture_gaps, "LEAST_GAP_S", 1e6)
    monkeypatch.setattr(backoff, "FIRST_PAUSE_S", 0.01)
    monkeypatch.setattr(backoff, "LONGEST_PAUSE_S", 0.02)
    monkeypatch.setattr(kept_source, "LOOK_S", 0.02)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "sound.sock"


@pytest.fixture
async def receiver(path: Path) -> AsyncIterator[SoundReceiver]:
    async with sound_receiver(path) as listening:
        yield listening
