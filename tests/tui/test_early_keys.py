"""Keys before the session is there and after it is gone, and the mouse selection, in the real app."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from engine import paths
from engine.audio.file import FileSource
from engine.audio.sample import sample_path
from engine.session import DictationSession
from engine.settings.schema import Settings
from engine.state import DictationState
from tests.tui.running import running
from tui.actions import ACTIONS
from tui.app import UtterApp


async def test_a_selection_is_copied_the_way_of_all_texts(settings: Settings):
    async with running(settings) as it:
        it.app.workstation.transcript.words(1, "one two three", "")
        await it.pilot.pause()
        await it.pilot.mouse_down(it.app.workstation.transcript, offset=(2 + 4, 1))
        await it.pilot.hover(it.app.workstation.transcript, offset=(2 + 6, 1))
        await it.pilot.mouse_up(it.app.workstation.transcript, offset=(2 + 6, 1))
        await it.pilot.press("ctrl+c")
        await it.until(lambda: it.written)
        assert it.copied() == "two"


async def test_keys_of_the_first_moment_are_done_as_soon_as_they_can_be(settings: Settings):
    async with running(settings, early=("v", "m", "space")) as it:
        await it.until(lambda: it.session.state is DictationState.RECORDING)
        assert it.session.settings.audio.auto_stop != settings.audio.auto_stop
        assert it.session.settings.enhancement.mode != settings.enhancement.mode


async def test_an_early_key_is_taken_back(settings: Settings):
    async with running(settings, early=("space", "escape")) as it:
        await it.pilot.pause(0.3)
        assert it.session.state is DictationState.READY


async def test_keys_before_the_session_is_there_do_no_harm(settings: Settings):
    waiting: list[Path] = []

    def make(_terminal: Callable[[str], None]) -> DictationSession:
        waiting.append(paths.recordings())
        return DictationSession(settings, source=FileSource(sample_path()))

    app = UtterApp(settings, make_session=make)
    async with app.run_test(size=(80, 24)) as pilot:
        app._runner.session = None
        for action in ACTIONS:
            if action.id not in {"quit", "command_palette"}:
                await app.run_action(f"app.{action.id}")
        await pilot.pause()


async def test_keys_after_the_last_one_open_nothing_and_lose_nothing(
    settings: Settings, capsys: pytest.CaptureFixture[str]
):
    async with running(settings) as it:
        await it.pilot.press("space")
        await it.until(lambda: "00:01 recording" in it.shown())
        for key in "qtq?i":
            it.app.simulate_key(key)
        await it.until(lambda: it.app._exit)
    assert it.app.return_code == 0
    (kept,) = paths.recordings().glob("*.wav")
    assert f"kept: {kept}\n" in capsys.readouterr().err
