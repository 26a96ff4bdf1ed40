"""A workstation without a session: tests publish real engine events into it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.screen import Screen

from engine import paths
from engine.events import Event
from engine.settings.schema import Settings
from tests.support.shipped_settings import shipped_settings
from tui.actions import bindings, effective_keys
from tui.messages import EngineEvent
from tui.screens.workstation import Workstation
from tui.themes import load_themes


class Stage(App[None], inherit_bindings=False):
    """The workstation's screen with the shipped themes."""

    CSS_PATH = paths.shipped("tui/screens/workstation.tcss")
    BINDINGS = bindings()

    def __init__(self, settings: Settings, theme: str = "utter-dark") -> None:
        super().__init__()
        for loaded in load_themes([paths.shipped("themes")])[0]:
            self.register_theme(loaded)
        self.theme = theme
        self.settings = settings
        self.workstation = Workstation(settings, effective_keys({}))

    def get_default_screen(self) -> Screen[None]:
        return self.workstation


async def publish(pilot: Pilot[None], *events: Event) -> None:
    """Hand events to the workstation and wait until they are shown."""
    app = pilot.app
    assert isinstance(app, Stage)
    for event in events:
        app.workstation.post_message(EngineEvent(event))
    await pilot.pause()


def screen_lines(app: App[None]) -> list[str]:
    """What the screen shows, as text without colours."""
    width, height = app.size
    strips = app.screen._compositor.render_strips()
    assert len(strips) == height
    return [strip.text[:width] for strip in strips]


def shown(app: App[None]) -> str:
    """What the screen shows, as one text."""
    return "\n".join(screen_lines(app))


def words(app: App[None]) -> str:
    """The screen without frames, on one line."""
    return " ".join(shown(app).replace("│", " ").split())


@pytest.fixture(scope="session")
def settings() -> Settings:
    """The shipped defaults."""
    return shipped_settings()


@pytest.fixture
def stage(settings: Settings) -> Callable[..., Stage]:
    """Makes a stage, for one theme."""
    return lambda theme="utter-dark": Stage(settings, theme)


@pytest.fixture(autouse=True)
def no_multiplexer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let OSC 52 go out as it is, wherever the tests run."""
    for name in ("TMUX", "STY"):
        monkeypatch.delenv(name, raising=False)
