"""A session and the memory that there is: of the machine, and of a graphics card that is a pretence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine import machine, paths
from engine.audio.file import FileSource
from engine.events import DictationFinished, ModelsChanged, Notice, RecognizerChanged
from engine.models.loaded import LoadedModel
from engine.models.shelf_model import BUILT_IN
from engine.speech import host
from tests.support import random_whisper
from tests.support.dictating import Driver, driving
from tests.support.fake_card import card_in_children, nvidia_smi
from tests.support.voices import SENTENCES, Voices

CARD = "NVIDIA GeForce RTX 3060, 550.54.14, {size}, 100"
WHISPER: dict[str, Any] = {"recognition__recognizer": "whisper", "recognition__model": "large-v3-turbo"}
SPHINX: dict[str, Any] = {"recognition__recognizer": "pocketsphinx"}


@pytest.fixture
def trials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A card for workers that nothing lists yet, and a model; gives the file with a line for each worker."""
    random_whisper.build(paths.models() / "large-v3-turbo")
    return card_in_children(tmp_path, monkeypatch)


def workers(trials: Path) -> int:
    """How many processes with Whisper were started."""
    return len(trials.read_text().splitlines())


def only(driver: Driver) -> LoadedModel:
    """The one model in memory."""
    (model,) = driver.all(ModelsChanged)[-1].loaded
    return model


async def test_a_model_runs_on_a_card_that_has_room_and_tells_where_it_is(
    trials: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nvidia_smi(tmp_path, monkeypatch, CARD.format(size=12288))
    async with driving(**WHISPER) as driver:
        await driver.wait_for(RecognizerChanged, status="ready")
        assert (only(driver).place, only(driver).runs_on) == ("cuda", "cuda int8_float16")
        assert driver.all(Notice) == []


@pytest.mark.parametrize("device", ["auto", "cuda"])
async def test_a_model_that_a_small_card_has_no_room_for_runs_on_the_cpu(
    trials: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, device: str
) -> None:
    nvidia_smi(tmp_path, monkeypatch, CARD.format(size=2000))
    async with driving(**WHISPER, recognition__device=device) as driver:
        ready = await driver.wait_for(RecognizerChanged, status="ready")
        assert (ready.name, ready.model) == ("whisper", "large-v3-turbo")
        notice = await driver.wait_for(Notice)
        assert "on the graphics card" in notice.message
        assert "runs on the CPU" in notice.message
        assert only(driver).place == "memory"
        assert only(driver).runs_on.startswith("cpu")


async def test_a_card_that_cannot_be_used_is_asked_for_once_and_room_is_sought_in_the_machine(
    trials: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nvidia_smi(tmp_path, monkeypatch, CARD.format(size=12288))
    monkeypatch.setenv("TROUBLE", "raise Library libcublas.so.12 is not found or cannot be loaded")
    random_whisper.build(paths.models() / "second", seed=1)
    async with driving(**WHISPER) as driver:
        await driver.wait_for(RecognizerChanged, status="ready")
        assert only(driver).place == "memory"
        room = only(driver).memory_bytes + 100_000_000
        monkeypatch.setattr(machine, "memory_bytes", lambda: 2 * room)
        driver.session.models.choose("second")
        await driver.wait_for(RecognizerChanged, model="second", status="ready")
        assert [model.name for model in driver.all(ModelsChanged)[-1].loaded] == ["second"]
        notice = await driver.wait_for(Notice, severity="information")
        assert "large-v3-turbo" in notice.message
        assert "was unloaded to make room for second" in notice.message


async def test_cuda_without_a_card_that_is_listed_is_no_reason_to_refuse(
    trials: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TROUBLE", "raise CUDA failed with error no CUDA-capable device is detected")
    async with driving(**WHISPER, recognition__device="cuda") as driver:
        ready = await driver.wait_for(RecognizerChanged, status="ready")
        assert "because CUDA failed" in ready.remark
        assert only(driver).place == "memory"


async def test_two_names_of_one_model_are_one_in_memory_and_both_are_shown_loaded(trials: Path) -> None:
    async with driving(**WHISPER | {"recognition__model": "turbo"}, recognition__device="cpu") as driver:
        await driver.wait_for(RecognizerChanged, status="ready")
        before = workers(trials)
        driver.session.models.choose("large-v3-turbo")
        await driver.wait_for(RecognizerChanged, model="large-v3-turbo", status="ready")
        rows = {row.name: row for row in await driver.session.models.rows()}
        assert rows["turbo"].loaded == rows["large-v3-turbo"].loaded == only(driver)
        assert rows["turbo"].removable
        assert rows["large-v3-turbo"].removable
        assert rows["small"].loaded is None
        assert workers(trials) == before
        told = len(driver.all(ModelsChanged))
        driver.session.models.load("turbo")
        await driver.wait_until(ModelsChanged, lambda _: len(driver.all(ModelsChanged)) > told)
        driver.session.models.choose(BUILT_IN)
        await driver.wait_for(RecognizerChanged, name="pocketsphinx", status="ready")
        assert "unloaded" not in {event.status for event in driver.all(RecognizerChanged)}


async def test_no_more_is_loaded_than_other_programs_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "available_bytes", lambda: 50_000_000)
    async with driving(**SPHINX) as driver:
        failed = await driver.wait_for(RecognizerChanged, status="failed")
        assert "other programs leave 50.0 MB for models" in failed.remark
    async with driving(**SPHINX, models__memory="300 MB") as driver:
        await driver.wait_for(RecognizerChanged, status="ready")


async def test_a_model_leaves_so_many_minutes_after_its_last_use() -> None:
    async with driving(**SPHINX, models__idle_minutes=2) as driver:
        await driver.wait_for(RecognizerChanged, status="ready")
        model = await driver.wait_until(ModelsChanged, lambda event: _rests(event.loaded))
        (loaded,) = model.loaded
        assert loaded.unload_at == pytest.approx(loaded.last_used + 120)


async def test_a_model_is_loaded_anew_after_so_many_dictations(
    voices: Voices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(host, "SWEEP_S", 0.0)
    spoken = voices.speak(SENTENCES[0], "rms")
    async with driving(FileSource(spoken.path), stop_at_end=True, **SPHINX, models__reload_after=1) as driver:
        await driver.wait_for(RecognizerChanged, status="ready")
        driver.session.start_recording()
        await driver.wait_for(DictationFinished)
        await driver.wait_until(ModelsChanged, lambda event: _is(event.loaded, "loading", 1))
        await driver.wait_until(ModelsChanged, lambda event: _is(event.loaded, "ready", 1))


def _rests(loaded: tuple[LoadedModel, ...]) -> bool:
    return any(model.unload_at is not None for model in loaded)


def _is(loaded: tuple[LoadedModel, ...], state: str, uses: int) -> bool:
    return [(model.name, model.state, model.uses) for model in loaded] == [(BUILT_IN, state, uses)]
