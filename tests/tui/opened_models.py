"""A models screen that is open over a shelf of models for tests."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from textual.pilot import Pilot
from textual.widgets import OptionList

from engine.events import Event
from tests.tui.conftest import Stage, screen_lines
from tests.tui.shelves import BASE, FakeShelf
from tui.messages import EngineEvent
from tui.screens.models import ModelsScreen
from tui.then_use import ThenUse

MakeStage = Callable[..., Stage]


@dataclass
class Open:
    """An open models screen, with its cursor on the model in use."""

    app: Stage
    pilot: Pilot[None]
    shelf: FakeShelf
    then_use: ThenUse
    screen: ModelsScreen

    async def publish(self, *happened: Event) -> None:
        for event in happened:
            self.screen.post_message(EngineEvent(event))
        await self.settle()

    async def settle(self) -> None:
        """Wait until rows that are being read are shown."""
        await self.app.workers.wait_for_complete()
        await self.pilot.pause()

    async def go(self, name: str) -> None:
        names = [model.name for model in self.shelf.models]
        self.list.highlighted = names.index(name)
        await self.pilot.pause()

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.settle()

    @property
    def list(self) -> OptionList:
        return self.screen.query_one("#list", OptionList)

    @property
    def keys(self) -> str:
        return str(self.screen.query_one("#keys").render())

    def row(self, name: str) -> str:
        """What the screen shows of a model, in words."""
        return next(line for line in screen_lines(self.app) if f" {name} " in line)


@asynccontextmanager
async def opened(stage: MakeStage, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Open]:
    app, shelf, then_use = stage(), FakeShelf(), ThenUse()
    now = time.time()
    shelf.put("base.en", loaded=replace(BASE, last_used=now - 130, unload_at=now + 1710))
    async with app.run_test(size=size) as pilot:
        screen = ModelsScreen(shelf, then_use)
        await app.push_screen(screen)
        it = Open(app, pilot, shelf, then_use, screen)
        await it.settle()
        yield it
