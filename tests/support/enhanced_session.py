"""A session over scripted sound whose words are given, with a server of language models behind it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from engine.events import Delivered, EnhancerChanged, Event, Reviewed
from tests.support.dictating import recordings
from tests.support.gated import Gated
from tests.support.ollama_server import OllamaServer
from tests.support.scripted import Speech, speech
from tests.support.scripted_session import Stage, staged

WORD = (8, 3)
"""Frames of a word and of the gap behind it."""

PAUSE = (8, 40)
"""The same with a pause behind it, which ends a phrase."""


SPOKEN = "um the report is due on friday and bob will send it to all the people"
READABLE = "Um the report is due on Friday and bob will send it to all the people."
TIDIED = "The report is due on Friday and bob will send it to all the people."
GOOD = "The report is due on Friday, and Bob will send it to all the people."
"""Words as recognised; in readable sentences; as tidy edits them; as a good model does."""

AT_ONCE = 200
"""Frames that are said without waiting until they were heard."""


def saying(*phrases: str) -> Speech:
    """These words, with a pause behind each phrase."""
    words = [phrase.split() for phrase in phrases]
    pattern = [WORD if at < len(phrase) - 1 else PAUSE for phrase in words for at in range(len(phrase))]
    said = speech(pattern)
    texts = [word for phrase in words for word in phrase]
    named = tuple(replace(one, text=text) for one, text in zip(said.words, texts, strict=True))
    return Speech(named, said.voice)


async def until(holds: Callable[[], bool]) -> None:
    """Wait for something that makes no event: a file, a request at a server."""
    async with asyncio.timeout(20):
        while not holds():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


class Desk:
    """A session that is spoken to in words, and all that it reports."""

    def __init__(self, stage: Stage, recognizer: Gated) -> None:
        self.stage = stage
        self.session = stage.session
        self.driver = stage.driver
        self.recognizer = recognizer
        self.dictations = 0
        self.said_until = 0

    async def say(self, *phrases: str) -> None:
        """Speak, with the recording already on; returns when all was heard."""
        said = saying(*phrases)
        self.said_until = len(said.voice)
        for begin in range(0, self.said_until, AT_ONCE):  # a microphone's ring holds some seconds
            await self.stage.play(said, begin, min(begin + AT_ONCE, self.said_until))

    async def say_more(self, *phrases: str) -> None:
        """Speak on: words of frames that come after those of before."""
        said = saying(*phrases)
        begin = self.said_until
        moved = tuple(replace(one, first=one.first + begin, last=one.last + begin) for one in said.words)
        later = Speech(moved, (0.0,) * begin + said.voice)
        await self.stage.play(later, begin, begin + len(said.voice))

    async def until_asked(self, server: OllamaServer, times: int) -> None:
        """Wait until the server has been asked so many times to write."""
        await until(lambda: len(server.asked()) >= times)

    async def until_kept(self, count: int) -> None:
        """Wait until so many recordings are kept as files to be heard."""
        await until(lambda: len(recordings(".wav")) == count)

    async def dictate(self, *phrases: str, until: type[Event] = Delivered) -> Any:
        """One dictation; returns its first event of a kind."""
        self.dictations += 1
        self.session.start_recording()
        await self.say(*phrases)
        self.session.stop_recording()
        return await self.driver.wait_for(until, dictation=self.dictations)

    async def delivered(self, text: str) -> None:
        """Wait until a text has been delivered last."""
        await self.driver.wait_until(Delivered, lambda _: self.texts[-1:] == [text])

    async def reviewed(self, **fields: Any) -> Reviewed:
        return await self.driver.wait_for(Reviewed, **fields)

    @property
    def texts(self) -> list[str]:
        """What was delivered."""
        return self.driver.target.texts


@asynccontextmanager
async def at_desk(
    monkeypatch: pytest.MonkeyPatch, server: OllamaServer | None = None, **overrides: Any
) -> AsyncIterator[Desk]:
    """A started session; with a server, one that has loaded its model."""
    if server is not None:
        overrides = {"ollama__host": server.host, "enhancement__enhancer": "ollama", **overrides}
    recognizer = Gated()
    async with staged(monkeypatch, recognizer, **overrides) as stage:
        if server is not None and overrides["enhancement__enhancer"] != "tidy":
            await stage.driver.wait_until(
                EnhancerChanged, lambda event: (event.status.name, event.status.state) == ("ollama", "ready")
            )
        yield Desk(stage, recognizer)
