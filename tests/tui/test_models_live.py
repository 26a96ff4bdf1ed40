"""Models and languages in the real app: a real session, a hub on this machine, a real model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import paths
from engine.settings.schema import Settings
from engine.state import DictationState
from tests.support import random_whisper
from tests.support.hub_server import REPOSITORY, Hub, files_of, running_hub
from tests.tui.running import Running, running
from tui.screens.models import ModelsScreen


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model for many languages."""
    return random_whisper.build(tmp_path_factory.mktemp("whisper"))


@pytest.fixture(scope="module")
def model_files(folder: Path) -> dict[str, bytes]:
    return files_of(folder)


@pytest.fixture
def hub(model_files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    with running_hub(model_files) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        yield hub


async def look(it: Running) -> ModelsScreen:
    """Open the models screen and wait for its rows."""
    await it.pilot.press("M")
    screen = it.app.screen
    assert isinstance(screen, ModelsScreen)
    await it.until(lambda: "● " in it.shown() and "in use" in it.shown())
    return screen


async def ask_for_another(it: Running, name: str) -> None:
    await it.pilot.press("o", *name, "enter")


def used(it: Running) -> str:
    return it.session.settings.recognition.model


async def test_a_model_is_fetched_used_kept_let_go_and_removed(settings: Settings, hub: Hub):
    async with running(settings) as it:
        await look(it)
        assert "built-in · in use" in it.shown()
        await ask_for_another(it, REPOSITORY)
        await it.until(lambda: f"{REPOSITORY} · in use · loaded" in it.shown())
        assert used(it) == REPOSITORY
        assert it.remembered == {}
        await it.pilot.press("D")
        await it.until(lambda: "loaded · used at every start" in it.shown())
        assert it.remembered["recognition.model"] == REPOSITORY
        await it.pilot.press("u")
        await it.until(lambda: f"{REPOSITORY} · in use · used at every start" in it.shown())
        await it.pilot.press("x", "x")
        await it.until(lambda: f"{REPOSITORY} was removed from the disk." in it.shown())
        assert not [folder for folder in paths.models().iterdir() if (folder / "model.bin").exists()]


async def test_a_download_goes_on_without_its_screen_and_the_model_is_used_then(settings: Settings, hub: Hub):
    hub.fail("model.bin", "stall", after=2_000_000)
    async with running(settings) as it:
        await look(it)
        await ask_for_another(it, REPOSITORY)
        await it.until(lambda: f"{REPOSITORY} · being fetched, then used" in it.shown())
        await it.pilot.press("escape")
        assert it.app.screen is it.app.workstation
        await it.until(lambda: "↓ whisper-tiny " in it.shown().splitlines()[0])
        assert used(it) != REPOSITORY
        hub.released.set()
        await it.until(lambda: used(it) == REPOSITORY)
        await it.until(lambda: "↓" not in it.shown().splitlines()[0])


async def test_a_download_is_cancelled(settings: Settings, hub: Hub):
    hub.fail("model.bin", "stall", after=2_000_000)
    async with running(settings) as it:
        await look(it)
        await ask_for_another(it, REPOSITORY)
        await it.until(lambda: "c cancel" in it.shown())
        await it.pilot.press("c")
        await it.until(lambda: "being fetched, then" not in it.shown())
        assert used(it) != REPOSITORY


async def test_what_the_hub_refuses_is_said_and_the_screen_stays(settings: Settings, hub: Hub):
    async with running(settings) as it:
        screen = await look(it)
        await ask_for_another(it, "nobody/nothing")
        await it.until(lambda: "! " in it.shown() and "nobody/nothing" in it.shown())
        assert it.app.screen is screen
        assert it.session.state is DictationState.READY


async def test_language_and_translation_are_switched(settings: Settings, folder: Path):
    async with running(settings) as it:
        it.session.models.make_default(str(folder))
        await it.until(lambda: f" {folder.name}" in it.shown().splitlines()[0])
        await it.until(lambda: "loading" not in it.shown().splitlines()[0])
        it.remembered.clear()
        await it.pilot.press("L", *"germ", "enter")
        await it.until(lambda: " · de · " in it.shown())
        await it.pilot.press("T")
        await it.until(lambda: "· de → en" in it.shown())
        assert it.remembered == {"recognition.language": "de", "recognition.translate": True}
        await it.pilot.press("T", "L", *"detect", "enter")
        await it.until(lambda: " · auto · " in it.shown())
        assert it.remembered == {"recognition.language": "auto", "recognition.translate": False}


async def test_a_model_for_english_only_takes_no_other_language(settings: Settings):
    async with running(settings) as it:
        await it.pilot.press("L")
        await it.until(lambda: "knows English only" in it.shown())
        await it.pilot.press(*"germ", "enter")
        await it.until(lambda: "for German." in it.shown())
        await it.pilot.press("escape")
        await it.until(lambda: it.app.screen is it.app.workstation)
        await it.pilot.press("T")
        await it.until(lambda: "cannot translate" in it.shown())
        assert "→ en" not in it.shown().splitlines()[0]
        assert it.session.settings.recognition.language == "en"
        assert it.remembered == {}


async def test_a_recording_begins_from_the_models_screen(settings: Settings):
    async with running(settings) as it:
        await look(it)
        await it.pilot.press("space")
        await it.until(lambda: it.session.state is DictationState.RECORDING)
        assert it.app.screen is it.app.workstation
