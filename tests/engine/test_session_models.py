"""A session whose models are chosen, loaded and let go while it runs; real recognisers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import psutil
import pytest

from engine import paths
from engine.audio.file import FileSource
from engine.events import (
    Delivered,
    DictationFinished,
    Event,
    ModelsChanged,
    Notice,
    RecognizerChanged,
    RecordingStarted,
    SettingChanged,
    TranscriptChanged,
)
from engine.models.loaded_file import read_all
from engine.models.shelf_model import BUILT_IN, ShelfModel
from tests.support import random_whisper
from tests.support.dictating import Driver, driving, worker
from tests.support.voices import SENTENCES, Voices, word_errors

SPHINX: dict[str, Any] = {"recognition__recognizer": "pocketsphinx"}


@pytest.fixture
def tiny() -> str:
    """The name of a Whisper model in utter's own folder."""
    random_whisper.build(paths.models() / "noise")
    return "noise"


def settled(driver: Driver, *names: str) -> Any:
    """Wait until just these models are in memory, all of them ready."""

    def fits(event: ModelsChanged) -> bool:
        return sorted((model.name, model.state) for model in event.loaded) == sorted(
            (name, "ready") for name in names
        )

    return driver.wait_until(ModelsChanged, fits)


async def until(true: Callable[[], bool]) -> None:
    """Wait for what no event tells of."""
    async with asyncio.timeout(30):
        while not true():  # noqa: ASYNC110 - a file, and a call on another thread
            await asyncio.sleep(0.05)


async def row(driver: Driver, name: str) -> ShelfModel:
    return next(model for model in await driver.session.models.rows() if model.name == name)


async def test_a_change_while_recording_holds_from_the_next_phrase_on(voices: Voices, tiny: str) -> None:
    talk = voices.talk(voices.folder / "switch.wav", "rms", 3)
    async with driving(FileSource(talk), stop_at_end=True, **SPHINX) as driver:
        await driver.wait_for(RecognizerChanged, status="ready")
        driver.session.start_recording()
        await driver.wait_until(TranscriptChanged, lambda event: bool(event.committed))
        driver.session.models.choose(tiny)
        await driver.wait_for(RecognizerChanged, model=tiny, status="ready")
        await driver.wait_for(Delivered)
        first = " ".join(driver.session.raw_text.split()[: len(SENTENCES[0].split())])
        assert word_errors(SENTENCES[0], first) <= 0.25, "the first phrase was not PocketSphinx's"
        uses = {model.name: (model.uses, model.in_use) for model in _loaded(driver.events)}
        assert uses == {BUILT_IN: (1, False), tiny: (1, False)}
        assert driver.all(SettingChanged)[-1] == SettingChanged("recognition.model", tiny)


async def test_a_model_that_cannot_be_used_leaves_the_one_before_at_work(voices: Voices) -> None:
    broken = random_whisper.build(paths.models() / "broken")
    (broken / "tokenizer.json").write_text("{}")
    talk = voices.talk(voices.folder / "stays.wav", "slt", 2)
    overrides = {**SPHINX, "recognition__model": "broken"}
    async with driving(FileSource(talk), stop_at_end=True, **overrides) as driver:
        await driver.wait_for(RecognizerChanged, status="ready")
        driver.session.start_recording()
        await driver.wait_until(TranscriptChanged, lambda event: bool(event.partial))
        driver.session.models.choose("broken")
        failed = await driver.wait_for(RecognizerChanged, model="broken", status="failed")
        assert "broken" in failed.remark
        await driver.wait_for(Delivered)
        assert word_errors(" ".join(SENTENCES[:2]), driver.session.raw_text) <= 0.25


async def test_a_model_that_is_not_there_is_refused_with_the_way_to_get_it() -> None:
    async with driving(**SPHINX) as driver:
        await driver.wait_for(RecognizerChanged, status="ready")
        driver.session.models.choose("small.en")
        notice = await driver.wait_for(Notice, severity="warning")
        assert "small.en" in notice.message
        assert "utter models pull small.en" in notice.remedy
        assert driver.session.settings.recognition.recognizer == "pocketsphinx"
        assert (await row(driver, BUILT_IN)).chosen


async def test_what_was_unloaded_is_loaded_by_the_next_dictation(voices: Voices) -> None:
    spoken = voices.speak(SENTENCES[0], "rms")
    async with driving(FileSource(spoken.path), stop_at_end=True, **SPHINX) as driver:
        await driver.wait_for(RecognizerChanged, status="ready")
        driver.session.models.unload(BUILT_IN)
        await driver.wait_for(RecognizerChanged, status="unloaded")
        await settled(driver)
        driver.session.start_recording()
        await driver.wait_for(Delivered)
        assert word_errors(SENTENCES[0], driver.session.raw_text) <= 0.25
        assert (await row(driver, BUILT_IN)).loaded is not None


async def test_a_model_in_use_is_not_unloaded(voices: Voices) -> None:
    spoken = voices.speak(SENTENCES[1], "slt")
    async with driving(FileSource(spoken.path), stop_at_end=True, **SPHINX) as driver:
        await driver.wait_for(RecognizerChanged, status="ready")
        driver.session.start_recording()
        await driver.wait_until(TranscriptChanged, lambda event: bool(event.partial))
        driver.session.models.unload(BUILT_IN)
        await driver.wait_until(Notice, lambda notice: "stays loaded" in notice.message)
        await driver.wait_for(Delivered)
        assert word_errors(SENTENCES[1], driver.session.raw_text) <= 0.25


async def test_several_models_are_loaded_at_the_start_and_told_to_other_programs(tiny: str) -> None:
    random_whisper.build(paths.models() / "other", seed=1)
    async with driving(**SPHINX, models__preload=[tiny, "other", "nowhere"]) as driver:
        await settled(driver, BUILT_IN, tiny, "other")
        notice = await driver.wait_for(Notice, severity="warning")
        assert "nowhere is not on this machine" in notice.message
        loaded = (await row(driver, "other")).loaded
        assert loaded is not None
        assert loaded.memory_bytes > 0
        assert loaded.runs_on.startswith("cpu")
        await until(lambda: len([model for by in read_all() for model in by.models]) == 3)
    assert read_all() == []


async def test_words_wait_for_a_model_that_finds_room_only_once_the_other_leaves(
    voices: Voices, tiny: str
) -> None:
    talk = voices.talk(voices.folder / "room.wav", "rms", 2)
    async with driving(FileSource(talk), stop_at_end=True, **SPHINX, models__memory="300 MB") as driver:
        await driver.wait_for(RecognizerChanged, status="ready")
        driver.session.start_recording()
        await driver.wait_until(TranscriptChanged, lambda event: bool(event.partial))
        driver.session.models.choose(tiny)
        await driver.wait_until(Notice, lambda notice: "unloaded to make room" in notice.message)
        await driver.wait_for(RecognizerChanged, model=tiny, status="ready")
        await driver.wait_for(DictationFinished)
        assert [model.name for model in _loaded(driver.events)] == [tiny]
        assert word_errors(SENTENCES[0], " ".join(driver.session.raw_text.split()[:7])) <= 0.25


async def test_the_default_lasts_and_a_choice_does_not(tiny: str) -> None:
    kept: list[tuple[str, object]] = []
    async with driving(**SPHINX, remember=lambda key, value: kept.append((key, value))) as driver:
        await driver.wait_for(RecognizerChanged, status="ready")
        driver.session.models.choose(tiny)
        await driver.wait_for(RecognizerChanged, model=tiny, status="ready")
        assert kept == []
        assert (await row(driver, tiny)).chosen
        assert (await row(driver, BUILT_IN)).default
        driver.session.models.make_default(tiny)
        await until(lambda: len(kept) == 2)
        assert (await row(driver, tiny)).default
        assert kept == [("recognition.recognizer", "auto"), ("recognition.model", tiny)]


async def test_a_recording_may_begin_before_any_model_is_ready(voices: Voices, tiny: str) -> None:
    spoken = voices.speak(SENTENCES[0], "slt")
    overrides: dict[str, Any] = {"recognition__recognizer": "whisper", "recognition__model": tiny}
    async with driving(FileSource(spoken.path), stop_at_end=True, **overrides) as driver:
        driver.session.start_recording()
        await driver.wait_for(RecordingStarted)
        await driver.wait_for(DictationFinished)
        began = next(at for at, event in enumerate(driver.events) if isinstance(event, RecordingStarted))
        ready = [
            at
            for at, event in enumerate(driver.events)
            if isinstance(event, RecognizerChanged) and event.status == "ready"
        ]
        assert began < ready[0], "the model was ready first"
        assert driver.session.raw_text


def _loaded(events: list[Event]) -> tuple[Any, ...]:
    return next(event for event in reversed(events) if isinstance(event, ModelsChanged)).loaded


async def test_sound_waits_for_a_model_that_works(voices: Voices, tiny: str) -> None:
    talk = voices.talk(voices.folder / "waits.wav", "rms", 2)
    missing: dict[str, Any] = {"recognition__recognizer": "whisper", "recognition__model": "large-v2"}
    async with driving(FileSource(talk), stop_at_end=True, **missing) as driver:
        await driver.wait_for(RecognizerChanged, status="failed")
        driver.session.start_recording()
        await driver.wait_until(Notice, lambda notice: "sound waits" in notice.remedy)
        driver.session.models.choose(BUILT_IN)
        await driver.wait_for(Delivered)
        assert word_errors(" ".join(SENTENCES[:2]), driver.session.raw_text) <= 0.25


async def test_what_the_model_in_use_does_not_know_is_refused(tiny: str) -> None:
    kept: list[tuple[str, object]] = []
    async with driving(**SPHINX, remember=lambda key, value: kept.append((key, value))) as driver:
        await driver.wait_for(RecognizerChanged, status="ready")
        driver.session.live.set_language("de")
        await driver.wait_until(Notice, lambda notice: "built-in does not know German" in notice.message)
        driver.session.live.set_translate(True)
        await driver.wait_until(Notice, lambda notice: "cannot translate" in notice.message)
        driver.session.models.choose(tiny)
        await driver.wait_for(RecognizerChanged, model=tiny, status="ready")
        driver.session.live.set_language("de")
        await driver.wait_for(SettingChanged, key="recognition.language", value="de")
        assert kept == [], "the next start begins with the built-in recogniser, which knows English"
        driver.session.models.choose(BUILT_IN)
        await driver.wait_until(Notice, lambda notice: "Choose another language first" in notice.remedy)
        assert driver.session.settings.recognition.model == tiny


async def test_the_chosen_model_is_loaded_first_and_stays(tiny: str) -> None:
    async with driving(**SPHINX, models__preload=[tiny], models__memory="300 MB") as driver:
        notice = await driver.wait_for(Notice, severity="warning")
        assert "does not fit beside built-in" in notice.message
        assert [model.name for model in _loaded(driver.events)] == [BUILT_IN]


async def test_an_idle_model_leaves_and_comes_back_with_the_next_words(
    voices: Voices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.speech.host.SWEEP_S", 0.1)
    spoken = voices.speak(SENTENCES[0], "slt")
    idle: dict[str, Any] = {**SPHINX, "models__idle_minutes": 0.02}
    async with driving(FileSource(spoken.path), stop_at_end=True, **idle) as driver:
        await driver.wait_for(RecognizerChanged, status="ready")
        await driver.wait_for(RecognizerChanged, status="unloaded")
        driver.session.start_recording()
        await driver.wait_for(Delivered)
        assert word_errors(SENTENCES[0], driver.session.raw_text) <= 0.25


async def test_a_model_is_loaded_anew_after_so_many_dictations(
    voices: Voices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.speech.host.SWEEP_S", 0.1)
    spoken = voices.speak(SENTENCES[0], "rms")
    async with driving(FileSource(spoken.path), stop_at_end=True, **SPHINX, models__reload_after=1) as driver:
        await driver.wait_for(RecognizerChanged, status="ready")
        first = worker().pid
        driver.session.start_recording()
        await driver.wait_for(Delivered)
        await until(lambda: not psutil.pid_exists(first))
        await until(lambda: [model.state for model in _loaded(driver.events)] == ["ready"])
        assert worker().pid != first
