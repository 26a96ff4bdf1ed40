"""A whole session over scripted sound and a gated recogniser: real rings, threads, rules and events."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from engine.audio.format import FRAME
from engine.events import Levels, RecognizerChanged
from engine.session import DictationSession
from tests.engine.audio.scripted import ByLevel, ScriptedSource
from tests.support.dictating import Driver, driving
from tests.support.gated import Gated
from tests.support.scripted import Speech


class Stage:
    """A session whose microphone says what a test has it say.

    Attributes:
        driver: The session and what it reported.
        source: The microphone.
        recognizer: The recogniser.
    """

    def __init__(self, driver: Driver, source: ScriptedSource, recognizer: Gated) -> None:
        self.driver = driver
        self.source = source
        self.recognizer = recognizer
        self._played = 0

    @property
    def session(self) -> DictationSession:
        return self.driver.session

    async def play(self, said: Speech, start: int, end: int) -> None:
        """Say these frames, and wait until the session has heard them."""
        self.recognizer.said = said.words
        self._played += end - start
        self.source.push(said.sound(start, end - start), FRAME)
        await self.driver.wait_until(
            Levels, lambda _: sum(len(event.columns) for event in self.driver.all(Levels)) >= self._played
        )


@asynccontextmanager
async def staged(
    monkeypatch: pytest.MonkeyPatch, recognizer: Gated, **overrides: Any
) -> AsyncIterator[Stage]:
    """A started session without pre-roll, whose recogniser is loaded."""
    monkeypatch.setattr("engine.audio.recorder.StreamingVoice", ByLevel)
    recognizer.install(monkeypatch)
    source = ScriptedSource()
    chosen = {"recognition__recognizer": "pocketsphinx", "audio__preroll_s": 0.0, **overrides}
    async with driving(source, **chosen) as driver:
        await driver.wait_for(RecognizerChanged, status="ready")
        yield Stage(driver, source, recognizer)
