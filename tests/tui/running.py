"""The real app over a real session that hears a real recording."""

from __future__ import annotations

import base64
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from textual.pilot import Pilot

from engine.audio.file import FileSource
from engine.audio.sample import sample_path
from engine.session import DictationSession
from engine.settings.schema import Settings
from engine.state import DictationState
from tests.tui.conftest import screen_lines
from tui.app import UtterApp

PATIENCE = 600
"""Pauses of 50 ms that are waited for something at most."""


@dataclass
class Running:
    """A running app with what it wrote to the terminal and what it remembered."""

    app: UtterApp
    pilot: Pilot[None]
    session: DictationSession
    written: list[str] = field(default_factory=list)
    remembered: dict[str, str | bool] = field(default_factory=dict)

    async def until(self, holds: Callable[[], object]) -> None:
        for _ in range(PATIENCE):
            if holds():
                await self.pilot.pause()
                return
            await self.pilot.pause(0.05)
        raise AssertionError(f"waited in vain; the screen shows:\n{self.shown()}")

    async def dictate(self, key: str = "space") -> None:
        """Record the whole file and wait for its delivery."""
        delivered = len(self.written)
        await self.pilot.press(key)
        await self.until(lambda: "report" in self.app.workstation.transcript.text)
        await self.pilot.press(key)
        await self.until(lambda: len(self.written) > delivered)

    def shown(self) -> str:
        return "\n".join(screen_lines(self.app))

    def copied(self) -> str:
        """The text in the newest OSC 52 sequence."""
        payload = re.search(r"\x1b\]52;[a-z]*;([^\x07\x1b]*)", self.written[-1])
        assert payload is not None
        return base64.b64decode(payload[1]).decode()


@asynccontextmanager
async def running(
    settings: Settings, keys: dict[str, str] | None = None, *, early: tuple[str, ...] = ()
) -> AsyncIterator[Running]:
    written: list[str] = []
    remembered: dict[str, str | bool] = {}
    delivery = settings.delivery.model_copy(update={"clipboard": "osc52"})
    recognition = settings.recognition.model_copy(update={"recognizer": "pocketsphinx"})
    mine = settings.model_copy(update={"delivery": delivery, "recognition": recognition, "keys": keys or {}})
    made: list[DictationSession] = []

    def make(_terminal: Callable[[str], None]) -> DictationSession:
        made.append(
            DictationSession(
                mine,
                source=FileSource(sample_path()),
                terminal=written.append,
                remember=remembered.__setitem__,
            )
        )
        return made[0]

    app = UtterApp(mine, make_session=make)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press(*early)
        for _ in range(PATIENCE):
            if made and made[0].state is not DictationState.STARTING:
                break
            await pilot.pause(0.05)
        yield Running(app, pilot, made[0], written, remembered)
