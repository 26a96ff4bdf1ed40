"""Drives a real `DictationSession` without a user interface."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import psutil

from engine import paths
from engine.audio.sources import AudioSource
from engine.bus import EventStream
from engine.deliver.target import Delivery, Outcome, Target
from engine.events import Delivered, DictationFinished, Event
from engine.session import DictationSession
from engine.settings.load import load

E = TypeVar("E", bound=Event)


class Collected(Target):
    """A target that keeps what it is given.

    Attributes:
        texts: What was given to it, and taken.
        begun: The same, with what is not taken yet.
        is_open: Set while it takes texts; else they are held up at it.
        replaces: As of `Target`; a clipboard's by itself.
    """

    name = "collection"
    replaces = True

    def __init__(self, outcome: Delivery = Delivery.DELIVERED) -> None:
        self.texts: list[str] = []
        self.begun: list[str] = []
        self.is_open = asyncio.Event()
        self.is_open.set()
        self._outcome = outcome

    def can_deliver(self) -> str | None:
        return None

    async def deliver(self, text: str) -> Outcome:
        self.begun.append(text)
        await self.is_open.wait()
        self.texts.append(text)
        return Outcome(self._outcome, self.name)


class Driver:
    """A session and all that it has reported.

    Attributes:
        session: The session, started.
        target: Where its texts arrive.
        events: Everything it reported so far, oldest first.
    """

    def __init__(self, session: DictationSession, target: Collected) -> None:
        self.session = session
        self.target = target
        self.events: list[Event] = []
        self._came = asyncio.Condition()

    async def follow(self, stream: EventStream) -> None:
        async for event in stream:
            async with self._came:
                self.events.append(event)
                self._came.notify_all()

    async def wait_for(self, kind: type[E], timeout_s: float = 30.0, **fields: Any) -> E:
        """Wait until an event of `kind` with these fields has come, and give the newest."""

        return await self.wait_until(
            kind, lambda event: all(getattr(event, key) == fields[key] for key in fields), timeout_s
        )

    async def wait_until(self, kind: type[E], fits: Callable[[E], bool], timeout_s: float = 30.0) -> E:
        """Wait until an event of `kind` has come that fits, and give the newest."""

        def found() -> E | None:
            for event in reversed(self.events):
                if isinstance(event, kind) and fits(event):
                    return event
            return None

        async with asyncio.timeout(timeout_s), self._came:
            await self._came.wait_for(lambda: found() is not None)
        event = found()
        assert event is not None
        return event

    def all(self, kind: type[E]) -> list[E]:
        """All events of `kind` so far."""
        return [event for event in self.events if isinstance(event, kind)]


@asynccontextmanager
async def driving(
    source: AudioSource | None = None,
    *,
    target: Collected | None = None,
    stop_at_end: bool = False,
    remember: Callable[[str, str | bool], None] | None = None,
    **overrides: Any,
) -> AsyncIterator[Driver]:
    """A started session with the shipped settings.

    Args:
        source: Where sound comes from; None is the microphone of the settings.
        target: Where texts go; None collects them.
        stop_at_end: Whether the end of a file ends the recording.
        remember: Told of settings that are to last.
        **overrides: Settings, with two underscores for the dot: `audio__auto_stop=True`.
    """
    changed = {key.replace("__", "."): value for key, value in overrides.items()}
    collected = target or Collected()
    session = DictationSession(
        load(overrides=changed).settings,
        source=source,
        target=collected,
        stop_at_end=stop_at_end,
        remember=remember,
    )
    driver = Driver(session, collected)
    following = asyncio.create_task(driver.follow(session.events()))
    try:
        await session.start()
        yield driver
    finally:
        await session.close()
        await following


async def dictate(driver: Driver) -> None:
    """One dictation to the end of its file, delivered."""
    driver.session.start_recording()
    await driver.wait_for(DictationFinished)
    await driver.wait_for(Delivered)


def worker() -> psutil.Process:
    """The process of the recogniser."""
    (found,) = _workers()
    return found


async def worker_begun() -> psutil.Process:
    """The process of a recogniser that is being loaded, once there is one."""
    async with asyncio.timeout(30):
        while not _workers():  # noqa: ASYNC110 - a process, of which no event tells
            await asyncio.sleep(0.01)
    return worker()


def _workers() -> list[psutil.Process]:
    return [one for one in psutil.Process().children() if "engine.speech.worker" in one.cmdline()]


def recordings(ending: str) -> list[Path]:
    return sorted(paths.recordings().glob(f"*{ending}"))
