"""A session that works ahead of the stop: guesses, texts in advance, modes, revisions; real parts."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from engine.audio.file import FileSource
from engine.audio.format import SAMPLE_RATE
from engine.events import (
    Delivered,
    DictationFailed,
    DictationFinished,
    EnhancementGrew,
    Event,
    Measured,
    RecognizerChanged,
    RecordingStarted,
    RecordingStopped,
    Revised,
    SettingChanged,
    StateChanged,
    TranscriptChanged,
)
from engine.metrics import Performance
from engine.state import DictationState
from tests.support import random_whisper
from tests.support.dictating import Driver, driving
from tests.support.voices import SENTENCES, VOICES, Voice, Voices, word_errors

SPHINX: dict[str, Any] = {"recognition__recognizer": "pocketsphinx"}


def whisper(**overrides: object) -> dict[str, Any]:
    model = str(random_whisper.shared())
    return {"recognition__recognizer": "whisper", "recognition__model": model, **overrides}


async def dictated(driver: Driver, seconds: float) -> Performance:
    """Record so many seconds; the figures of the delivered dictation."""
    await driver.wait_for(RecognizerChanged, status="ready")
    driver.session.start_recording()
    await driver.wait_for(RecordingStarted)
    await asyncio.sleep(seconds)
    driver.session.stop_recording()
    await driver.wait_for(Delivered)
    measured = await driver.wait_until(Measured, lambda event: event.performance.dictations > 0)
    return measured.performance


def before_the_stop(driver: Driver) -> list[Event]:
    """What was reported before the recording was being stopped."""
    states = [
        at
        for at, event in enumerate(driver.events)
        if isinstance(event, StateChanged) and event.state is DictationState.FINISHING
    ]
    return driver.events[: states[0]]


@pytest.mark.alone
@pytest.mark.parametrize("voice", VOICES)
async def test_after_a_pause_the_text_was_there_before_the_stop(voices: Voices, voice: Voice) -> None:
    talk = voices.talk(voices.folder / f"two-{voice}.wav", voice, 2)
    said = " ".join(SENTENCES[:2])
    async with driving(FileSource(talk), **SPHINX) as driver:
        seconds = sum(len(voices.speak(text, voice).samples()) / SAMPLE_RATE for text in SENTENCES[:2])
        figures = await dictated(driver, seconds + 0.9 + 1.4)
        assert word_errors(said, driver.session.raw_text) <= 0.25
        assert figures.speculation.used >= 2
        assert figures.speculation.cpu_s > 0
        assert figures.first_partial_ms is not None
        assert "cleanup" not in figures.stages_ms, "cleanup was not done in advance"
        kept = EnhancementGrew(1, driver.session.raw_text, driver.session.final_text)
        assert kept in before_the_stop(driver), "the final text was not shown before the stop"
        assert driver.all(Revised) == []


async def test_a_stop_in_mid_speech_has_the_words_up_to_it(voices: Voices) -> None:
    # Long enough that it is still being spoken when a busy machine has recognised its beginning.
    spoken = voices.speak(" ".join(SENTENCES[1:6]), "slt")
    async with driving(FileSource(spoken.path), **SPHINX) as driver:
        await driver.wait_for(RecognizerChanged, status="ready")
        driver.session.start_recording()
        await driver.wait_until(TranscriptChanged, lambda event: len(event.partial.split()) >= 6)
        driver.session.stop_recording()
        stopped = await driver.wait_for(RecordingStopped)
        await driver.wait_for(Delivered)
        assert stopped.duration_s < len(spoken.samples()) / SAMPLE_RATE
        got, said = driver.session.raw_text.split(), spoken.text.split()
        assert 4 < len(got) < len(said) + 2
        # The stop cuts a word in two, which may become anything, two words of it included.
        assert word_errors(" ".join(said[:4]), " ".join(got[:4])) <= 0.25


async def test_without_working_ahead_the_text_is_the_same(voices: Voices) -> None:
    texts = []
    for switched in (True, False):
        names = ("speculation", "partials", "ahead", "agreement")
        row: dict[str, Any] = {f"balanced__{name}": switched for name in names}
        talk = voices.talk(voices.folder / "same.wav", "rms", 2)
        async with driving(FileSource(talk), stop_at_end=True, **SPHINX, **row) as driver:
            await driver.wait_for(RecognizerChanged, status="ready")
            driver.session.start_recording()
            await driver.wait_for(Delivered)
            texts.append(driver.session.final_text)
            shown = [event for event in driver.all(TranscriptChanged) if event.partial]
            assert bool(shown) == switched
    assert texts[0] == texts[1]


async def test_the_performance_mode_changes_live_and_costs_no_way_back(voices: Voices) -> None:
    talk = voices.talk(voices.folder / "modes.wav", "slt", 3)
    async with driving(FileSource(talk), stop_at_end=True, **whisper()) as driver:
        await driver.wait_for(RecognizerChanged, status="ready")
        driver.session.start_recording()
        await driver.wait_until(TranscriptChanged, lambda event: bool(event.committed))
        driver.session.live.set_performance("speed")
        changed = await driver.wait_for(SettingChanged)
        assert (changed.key, changed.value) == ("recognition.performance", "speed")
        await driver.wait_for(Delivered)
        figures = (
            await driver.wait_until(Measured, lambda event: event.performance.dictations > 0)
        ).performance
        assert figures.fallbacks == 0, figures.fallback_why


async def test_with_whisper_texts_arrive_in_the_order_of_speaking(voices: Voices) -> None:
    talk = voices.talk(voices.folder / "order.wav", "slt", 2)
    row: dict[str, Any] = {"balanced__speculation": False, "balanced__partials": False}
    async with driving(FileSource(talk), **whisper(**row)) as driver:
        await driver.wait_for(RecognizerChanged, status="ready")
        for number in (1, 2):
            driver.session.start_recording()
            await driver.wait_for(RecordingStarted, dictation=number)
            await asyncio.sleep(1.5)
            driver.session.stop_recording()
            await driver.wait_for(RecordingStopped, dictation=number)
        await driver.wait_for(DictationFinished, dictation=2)
        assert [event.dictation for event in driver.all(DictationFinished)] == [1, 2]
        raw = [event.raw for event in driver.all(DictationFinished)]
        assert all(raw), "no words, and so no order"
        assert driver.all(DictationFailed) == []


async def test_quality_decodes_the_whole_again_and_says_what_changed(
    voices: Voices, monkeypatch: pytest.MonkeyPatch
) -> None:
    # How much random weights say has nothing to do with how much was said.
    monkeypatch.setattr("engine.speech.streaming.KEPT", (0.0, 1e9))
    talk = voices.talk(voices.folder / "quality.wav", "rms", 2)
    quality = whisper(recognition__performance="quality")
    async with driving(FileSource(talk), stop_at_end=True, **quality) as driver:
        await driver.wait_for(RecognizerChanged, status="ready")
        driver.session.start_recording()
        revised = await driver.wait_for(Revised)
        await driver.wait_for(Delivered)
        firm = [event.committed for event in driver.all(TranscriptChanged)]
        assert revised.before == firm[-1]
        assert revised.changes
        kinds = [type(event) for event in driver.events]
        assert kinds.index(Revised) > max(at for at, kind in enumerate(kinds) if kind is TranscriptChanged), (
            "words moved after the revision"
        )
        assert revised.after.split()[:3] == driver.session.final_text.split()[:3]
