"""A whole session over real parts: a file as the microphone, a real decoder in its own process."""

from __future__ import annotations

import asyncio
import wave
from pathlib import Path

import numpy as np
import psutil
import pytest

from engine.audio.file import FileSource
from engine.audio.format import SAMPLE_RATE
from engine.audio.sample import sample_path
from engine.events import (
    Delivered,
    DictationCancelled,
    DictationFailed,
    DictationFinished,
    Enhanced,
    Measured,
    Notice,
    RecognizerChanged,
    RecordingStarted,
    RecordingStopped,
    SettingChanged,
    TranscriptChanged,
)
from engine.state import DictationState
from tests.support.dictating import dictate, driving, recordings
from tests.support.random_whisper import shared
from tests.support.sound_files import write_wav
from tests.support.voices import SENTENCES, VOICES, Voice, Voices, word_errors

SPHINX = {"recognition__recognizer": "pocketsphinx"}


def sound(path: Path, seconds: float, level: float, seed: int = 1) -> Path:
    noise = np.random.default_rng(seed).normal(0, level, round(seconds * 16_000))
    write_wav(path, np.clip(noise, -1, 1))
    return path


@pytest.mark.parametrize("voice", VOICES)
async def test_spoken_words_are_delivered_as_a_sentence(voice: Voice, voices: Voices) -> None:
    spoken = voices.speak(SENTENCES[0], voice)
    async with driving(FileSource(spoken.path), stop_at_end=True, **SPHINX) as driver:
        await dictate(driver)
        assert driver.target.texts == [driver.session.final_text]
        assert word_errors(spoken.text, driver.session.final_text) <= 0.15
        assert driver.session.final_text.startswith("The quarterly")
        assert driver.session.final_text.endswith(".")
        assert driver.session.raw_text == driver.session.raw_text.lower()
        partial = [event for event in driver.all(TranscriptChanged) if event.partial]
        assert partial, "no word was shown while it was spoken"
        measured = await driver.wait_until(Measured, lambda event: event.performance.dictations > 0)
        figures = measured.performance
        assert {"capture", "recognition", "enhancement", "delivery"} <= set(figures.stages_ms)
        assert figures.stop_to_text_ms is not None
        assert figures.lost_frames == 0
    assert recordings("") == [], "the sound of a delivered text is not needed any more"


async def test_clean_mode_removes_what_verbatim_keeps_and_the_mode_at_stop_counts() -> None:
    async with driving(FileSource(sample_path()), stop_at_end=True, **SPHINX) as driver:
        session = driver.session
        session.live.set_mode("verbatim")
        session.start_recording()
        await driver.wait_for(TranscriptChanged)
        session.live.set_mode("clean")
        await driver.wait_for(Delivered)
        assert "we we" not in session.final_text
        assert "um we we" in session.raw_text
        changes = driver.all(Enhanced)[-1].changes
        assert any(change.kind == "removed" and "um" in change.before for change in changes)
        assert SettingChanged("enhancement.mode", "clean") in driver.events


async def test_without_enhancement_every_word_is_kept() -> None:
    async with driving(FileSource(sample_path()), stop_at_end=True, **SPHINX) as driver:
        driver.session.live.set_enhancement(False)
        await dictate(driver)
        assert "um we we" in driver.session.final_text
        assert driver.session.final_text[0].isupper()
        assert driver.all(Enhanced)[-1].enhancer == "off"


async def test_silence_stops_only_after_speech(voices: Voices, tmp_path: Path) -> None:
    spoken = voices.speak(SENTENCES[2]).samples()
    quiet = np.zeros(round(1.5 * 16_000), np.float32)
    path = tmp_path / "late.wav"
    write_wav(path, np.concatenate([quiet, spoken]))
    async with driving(FileSource(path), audio__auto_stop=True, **SPHINX) as driver:
        driver.session.start_recording()
        stopped = await driver.wait_for(RecordingStopped)
        assert stopped.reason == "silence"
        assert stopped.duration_s > 1.5 + len(spoken) / 16_000
        await driver.wait_for(Delivered)
        assert word_errors(SENTENCES[2], driver.session.final_text) <= 0.25


@pytest.mark.parametrize("level", [0.0, 0.02])
async def test_silence_and_noise_yield_no_text_and_are_explained(level: float, tmp_path: Path) -> None:
    path = sound(tmp_path / "quiet.wav", 1.5, level)
    async with driving(FileSource(path), stop_at_end=True, **SPHINX) as driver:
        driver.session.start_recording()
        assert (await driver.wait_for(DictationFinished)).text == ""
        notice = driver.all(Notice)[-1]
        assert ("Nothing was heard" in notice.message) == (level == 0.0)
        assert driver.target.texts == []
        assert driver.session.state is DictationState.READY
    assert len(recordings(".wav")) == (1 if level else 0)


async def test_a_cancelled_dictation_keeps_its_sound(voices: Voices) -> None:
    async with driving(FileSource(voices.speak(SENTENCES[0]).path), **SPHINX) as driver:
        driver.session.start_recording()
        await driver.wait_for(RecordingStarted)
        await asyncio.sleep(1.0)
        assert driver.session.cancel()
        cancelled = await driver.wait_for(DictationCancelled)
        assert driver.session.state is DictationState.READY
        assert driver.target.texts == []
        assert not driver.session.cancel()
    assert [cancelled.audio] == recordings(".wav")
    with wave.open(str(cancelled.audio)) as kept:
        assert kept.getnframes() >= 16_000


async def test_closing_right_after_a_cancel_leaves_nothing_open(voices: Voices) -> None:
    spoken, before = voices.speak(SENTENCES[0]).path, psutil.Process().num_fds()
    async with driving(FileSource(spoken), **SPHINX) as driver:
        driver.session.start_recording()
        await driver.wait_for(RecordingStarted)
        await asyncio.sleep(1.0)
        driver.session.cancel()
        await driver.wait_for(DictationCancelled)
    assert psutil.Process().num_fds() <= before, "the pipes of the recogniser's process are still open"


async def test_closing_while_recording_keeps_the_sound(voices: Voices) -> None:
    async with driving(FileSource(voices.speak(SENTENCES[0]).path), **SPHINX) as driver:
        driver.session.start_recording()
        await driver.wait_for(RecordingStarted)
        await asyncio.sleep(0.5)
        kept = await driver.session.close()
    assert [kept] == recordings(".wav")


async def test_dictations_follow_one_another_with_their_own_ids(voices: Voices) -> None:
    async with driving(FileSource(voices.speak(SENTENCES[8]).path), stop_at_end=True, **SPHINX) as driver:
        await dictate(driver)
        driver.session.start_recording()
        await driver.wait_for(DictationFinished, dictation=2)
        await driver.wait_for(Delivered, dictation=2)
        first, second = driver.target.texts
        assert word_errors(first, second) <= 0.2


async def test_whisper_runs_through_the_same_path(voices: Voices) -> None:
    source = FileSource(voices.speak(SENTENCES[0]).path)
    model = {"recognition__recognizer": "whisper", "recognition__model": str(shared())}
    async with driving(source, stop_at_end=True, **model) as driver:
        assert (await driver.wait_for(RecognizerChanged, status="ready")).name == "whisper"
        driver.session.start_recording()
        finished = await driver.wait_for(DictationFinished)
        assert not driver.all(DictationFailed)
        # The weights are random: the words, if the guards believe any, mean nothing.
        assert driver.target.texts == ([finished.text] if finished.text else [])


async def test_auto_says_that_accuracy_is_limited_and_a_missing_model_is_named(voices: Voices) -> None:
    source = FileSource(voices.speak(SENTENCES[0]).path)
    async with driving(source) as driver:
        remark = (await driver.wait_for(RecognizerChanged, status="ready")).remark
        assert "accuracy is limited" in remark
        assert "utter models pull base.en" in remark
    async with driving(source, recognition__recognizer="whisper") as driver:
        failed = await driver.wait_for(RecognizerChanged, status="failed")
        assert "base.en" in failed.remark


async def test_the_next_dictation_may_begin_while_the_last_is_recognised(voices: Voices) -> None:
    async with driving(FileSource(voices.speak(SENTENCES[8]).path), stop_at_end=True, **SPHINX) as driver:
        driver.session.start_recording()
        await driver.wait_for(RecordingStarted)
        await driver.wait_for(RecordingStopped, dictation=1)
        assert driver.session.state is DictationState.FINISHING
        driver.session.start_recording()
        await driver.wait_for(RecordingStarted, dictation=2)
        await driver.wait_for(Delivered, dictation=2)
        assert [event.dictation for event in driver.all(Delivered)] == [1, 2]
        first, second = driver.target.texts
        assert word_errors(first, second) <= 0.2


async def test_cancelling_while_speaking_raises_no_false_alarm(voices: Voices) -> None:
    async with driving(FileSource(voices.speak(SENTENCES[0]).path), **SPHINX) as driver:
        driver.session.start_recording()
        await driver.wait_for(TranscriptChanged)
        driver.session.cancel()
        await driver.wait_for(DictationCancelled)
        await asyncio.sleep(0.3)
        assert driver.all(Notice) == []
        assert driver.all(DictationFailed) == []


async def test_closing_right_after_the_stop_still_delivers(voices: Voices) -> None:
    spoken = voices.speak(SENTENCES[0], "rms")
    async with driving(FileSource(spoken.path), **SPHINX) as driver:
        driver.session.start_recording()
        await driver.wait_for(RecordingStarted)
        await asyncio.sleep(len(spoken.samples()) / SAMPLE_RATE)
        driver.session.stop_recording()
        assert await driver.session.close() is None
        assert word_errors(spoken.text, driver.target.texts[0]) <= 0.25
    assert recordings("") == []


async def test_a_key_pressed_twice_by_accident_says_nothing(voices: Voices) -> None:
    async with driving(FileSource(voices.speak(SENTENCES[0]).path), **SPHINX) as driver:
        driver.session.start_recording()
        await driver.wait_for(RecordingStarted)
        driver.session.stop_recording()
        await driver.wait_for(DictationFinished)
        assert driver.all(Notice) == []
    assert recordings("") == []
