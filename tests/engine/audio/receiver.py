"""A receiver of sound from other machines, and what it delivered."""

from __future__ import annotations

from pathlib import Path

from engine.audio.format import AudioFormat
from engine.audio.remote import RemoteSource
from tests.support.scripted_sender import KeptSound


class Receiver:
    """An open source and what it delivered."""

    def __init__(self, path: Path) -> None:
        self.path = str(path)
        self.source = RemoteSource(self.path)
        self.sink = KeptSound()
        assert self.source.open(self.sink) == AudioFormat(16_000, 1, "float32")

    @property
    def state(self) -> str:
        return self.source.link().state
