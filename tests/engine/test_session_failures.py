"""A session whose recogniser, target or enhancer fails: no word and no sound is lost."""

from __future__ import annotations

import asyncio

import pytest

from engine import paths
from engine.audio.file import FileSource
from engine.deliver.target import Delivery, Outcome
from engine.events import (
    Delivered,
    DictationCancelled,
    DictationFailed,
    Enhanced,
    Measured,
    Notice,
    RecognizerChanged,
    RecordingStarted,
    RecordingStopped,
    TranscriptChanged,
)
from engine.state import DictationState
from tests.engine.audio.scripted import ScriptedSource
from tests.support.dictating import Collected, dictate, driving, recordings, worker, worker_begun
from tests.support.voices import SENTENCES, Voices, word_errors

SPHINX = {"recognition__recognizer": "pocketsphinx"}


def keep_dead(monkeypatch: pytest.MonkeyPatch) -> None:
    """Kill the recogniser's process, and let no other one begin."""
    monkeypatch.setattr("engine.speech.child.sys.executable", "/bin/false")
    worker().kill()


async def test_a_recogniser_that_dies_is_begun_anew_and_no_word_is_lost(voices: Voices) -> None:
    spoken = voices.speak(SENTENCES[2], "rms")
    async with driving(FileSource(spoken.path), stop_at_end=True, **SPHINX) as driver:
        await driver.wait_for(RecognizerChanged, status="ready")
        driver.session.start_recording()
        await driver.wait_for(TranscriptChanged)
        worker().kill()
        await driver.wait_for(Delivered)
        assert word_errors(spoken.text, driver.session.final_text) <= 0.25
        measured = await driver.wait_until(Measured, lambda event: event.performance.dictations > 0)
        figures = measured.performance
        assert figures.fallbacks == 1
        assert "SIGKILL" in figures.fallback_why
    assert recordings(".wav") == []


async def test_a_recogniser_that_stays_dead_costs_no_sound_and_the_next_dictation_works(
    voices: Voices, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoken = voices.speak(SENTENCES[2], "rms")
    async with driving(FileSource(spoken.path), stop_at_end=True, **SPHINX) as driver:
        await driver.wait_for(RecognizerChanged, status="ready")
        driver.session.start_recording()
        await driver.wait_for(TranscriptChanged)
        with monkeypatch.context() as patched:
            keep_dead(patched)
            failed = await driver.wait_for(DictationFailed)
        assert failed.audio in recordings(".wav")
        assert failed.remedy.startswith("Try again: the recogniser starts anew.")
        assert failed.remedy.endswith(f" Recognise it: utter transcribe {failed.audio}")
        assert driver.session.state is DictationState.FAILED
        assert driver.session.dismiss()
        await dictate(driver)
        assert word_errors(spoken.text, driver.session.final_text) <= 0.25
        measured = await driver.wait_until(Measured, lambda event: event.performance.dictations > 0)
        assert measured.performance.fallbacks == 0, "what failed for good took no other way"


async def test_a_failed_delivery_keeps_text_and_sound(voices: Voices) -> None:
    target = Collected(Delivery.FAILED)
    source = FileSource(voices.speak(SENTENCES[0]).path)
    async with driving(source, target=target, stop_at_end=True, **SPHINX) as driver:
        await dictate(driver)
        assert driver.session.final_text == target.texts[0]
        await driver.session.texts.copy_raw()
        assert target.texts[1] == driver.session.raw_text
        told = await driver.wait_until(Notice, lambda notice: "kept" in notice.message)
    (audio,) = recordings(".wav")
    assert told.message == f"The text is kept beside its sound: {audio}"
    assert audio.with_suffix(".txt").read_text(encoding="utf-8") == f"{target.texts[0]}\n"
    assert [kept.audio for kept in driver.session.undelivered] == [audio]


async def test_a_recogniser_that_hangs_is_ended_and_the_sound_kept(
    voices: Voices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.recognition.STUCK_S", 1.0)
    async with driving(FileSource(voices.speak(SENTENCES[0]).path), stop_at_end=True, **SPHINX) as driver:
        await driver.wait_for(RecognizerChanged, status="ready")
        worker().suspend()
        driver.session.start_recording()
        failed = await driver.wait_for(DictationFailed)
        assert [failed.audio] == recordings(".wav")
        monkeypatch.setattr("engine.recognition.STUCK_S", 60.0)  # a busy machine takes more than one
        await dictate(driver)
        assert driver.session.final_text.startswith("The quarterly")


async def test_cancelling_frees_a_recogniser_that_hangs(
    voices: Voices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.recognition.LET_GO_S", 0.5)
    async with driving(FileSource(voices.speak(SENTENCES[0]).path), stop_at_end=True, **SPHINX) as driver:
        await driver.wait_for(RecognizerChanged, status="ready")
        worker().suspend()
        driver.session.start_recording()
        await driver.wait_for(RecordingStopped)
        assert driver.session.cancel()
        assert (await driver.wait_for(DictationCancelled)).audio in recordings(".wav")
        await dictate(driver)
        assert driver.session.final_text.startswith("The quarterly")


async def test_cancelling_one_dictation_leaves_the_one_before_it_alone(
    voices: Voices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.recognition.LET_GO_S", 0.3)
    async with driving(FileSource(voices.speak(SENTENCES[0]).path), stop_at_end=True, **SPHINX) as driver:
        await driver.wait_for(RecognizerChanged, status="ready")
        driver.session.start_recording()
        await driver.wait_for(RecordingStarted)
        held = worker()
        held.suspend()
        await driver.wait_for(RecordingStopped)
        driver.session.start_recording()
        await driver.wait_for(RecordingStarted, dictation=2)
        assert driver.session.cancel()
        await driver.wait_for(DictationCancelled, dictation=2)
        await asyncio.sleep(1.0)
        held.resume()
        await driver.wait_for(Delivered, dictation=1)
        assert driver.session.final_text.startswith("The quarterly")


async def test_closing_does_not_wait_for_a_recogniser_that_is_being_loaded(voices: Voices) -> None:
    async with driving(FileSource(voices.speak(SENTENCES[0]).path), **SPHINX) as driver:
        driver.session.start_recording()
        await driver.wait_for(RecordingStarted)
        (await worker_begun()).suspend()
        async with asyncio.timeout(5):
            kept = await driver.session.close()
    assert [kept] == recordings(".wav")


async def test_after_a_failure_nothing_older_is_copied(
    voices: Voices, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with driving(
        FileSource(voices.speak(SENTENCES[2], "rms").path), stop_at_end=True, **SPHINX
    ) as driver:
        await dictate(driver)
        driver.session.start_recording()
        await driver.wait_for(RecordingStarted, dictation=2)
        keep_dead(monkeypatch)
        await driver.wait_for(DictationFailed)
        await driver.session.texts.copy_final()
        assert len(driver.target.texts) == 1
        warnings = [notice.message for notice in driver.all(Notice) if notice.severity == "warning"]
        assert len(warnings) == 1, "one failure, one warning while it is recorded"


class Exploding(Collected):
    """A target with a defect."""

    async def deliver(self, text: str) -> Outcome:
        raise IndexError("no such luck")


async def test_a_defect_of_a_target_or_an_enhancer_is_told_and_costs_no_text(
    voices: Voices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.enhance.tidy.tidy", lambda *_: 1 / 0)
    source = FileSource(voices.speak(SENTENCES[0]).path)
    async with driving(source, target=Exploding(), stop_at_end=True, **SPHINX) as driver:
        await dictate(driver)
        assert (
            "ZeroDivisionError" in driver.all(Enhanced)[-1].remark
            or "division" in driver.all(Enhanced)[-1].remark
        )
        assert "no such luck" in driver.all(Delivered)[-1].outcome.detail
        assert driver.session.final_text.startswith("The quarterly report")
    assert len(recordings(".wav")) == 1


async def test_a_recording_that_a_crash_left_is_told_with_the_command_that_reads_it() -> None:
    folder = paths.recordings()
    folder.mkdir(parents=True)
    (folder / "left behind.pcm").write_bytes(bytes(3200))
    async with driving(ScriptedSource(), **SPHINX) as driver:
        told = await driver.wait_until(Notice, lambda notice: "earlier run" in notice.message)
    (audio,) = recordings(".wav")
    assert told.remedy == f"Recognise it: utter transcribe '{audio}'"
