"""A whole session over real parts: a file as the microphone, a real decoder in its own process."""

from __future__ import annotations

import asyncio
import threading
import wave
from pathlib import Path

import numpy as np
import psutil
import pytest

from engine import paths
from engine.audio.file import FileSource
from engine.audio.format import AudioFormat
from engine.audio.sample import sample_path
from engine.audio.sources import AudioSink, SourceInfo
from engine.deliver.target import Delivery
from engine.enhance.enhancer import WritingMode
from engine.errors import AudioError
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
    SourceChanged,
    TranscriptChanged,
)
from engine.state import DictationState
from tests.support.dictating import Collected, Driver, driving
from tests.support.random_whisper import shared
from tests.support.sound_files import write_wav
from tests.support.voices import SENTENCES, VOICES, Voice, Voices, word_errors

SPHINX = {"recognition__recognizer": "pocketsphinx"}


class BrokenMicrophone:
    """A source that cannot be opened until it is mended."""

    def __init__(self, source: FileSource) -> None:
        self.mended = False
        self._source = source

    def open(self, sink: AudioSink) -> AudioFormat:
        if not self.mended:
            raise AudioError("The microphone is on fire.", "Put it out.")
        return self._source.open(sink)

    def close(self) -> None:
        self._source.close()

    def describe(self) -> SourceInfo:
        return self._source.describe()

    def recording_started(self) -> None:
        self._source.recording_started()


class Unplugged:
    """A source that breaks some seconds after its recording began."""

    def __init__(self, source: FileSource, after_s: float) -> None:
        self._source = source
        self._after_s = after_s
        self._sink: AudioSink | None = None

    def open(self, sink: AudioSink) -> AudioFormat:
        self._sink = sink
        return self._source.open(sink)

    def close(self) -> None:
        self._source.close()

    def describe(self) -> SourceInfo:
        return self._source.describe()

    def recording_started(self) -> None:
        self._source.recording_started()
        threading.Timer(self._after_s, self._pull).start()

    def _pull(self) -> None:
        assert self._sink is not None
        self._source.close()
        self._sink.lost("The cable was pulled.")


def sound(path: Path, seconds: float, level: float, seed: int = 1) -> Path:
    noise = np.random.default_rng(seed).normal(0, level, round(seconds * 16_000))
    write_wav(path, np.clip(noise, -1, 1))
    return path


async def dictate(driver: Driver) -> None:
    """One dictation to the end of its file, delivered."""
    driver.session.start_recording()
    await driver.wait_for(DictationFinished)
    await driver.wait_for(Delivered)


def worker() -> psutil.Process:
    """The process of the recogniser."""
    (found,) = [one for one in psutil.Process().children() if "engine.speech.worker" in one.cmdline()]
    return found


def recordings(ending: str) -> list[Path]:
    return sorted(paths.recordings().glob(f"*{ending}"))


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
        figures = (await driver.wait_for(Measured)).performance
        assert {"capture", "recognition", "cleanup", "enhancement", "delivery"} <= set(figures.stages_ms)
        assert figures.stop_to_text_ms is not None
        assert figures.lost_frames == 0
    assert recordings("") == [], "the sound of a delivered text is not needed any more"


async def test_clean_mode_removes_what_verbatim_keeps_and_the_mode_at_stop_counts() -> None:
    async with driving(FileSource(sample_path()), stop_at_end=True, **SPHINX) as driver:
        session = driver.session
        session.set_mode(WritingMode.VERBATIM)
        session.start_recording()
        await driver.wait_for(TranscriptChanged)
        session.set_mode(WritingMode.CLEAN)
        await driver.wait_for(Delivered)
        assert "we we" not in session.final_text
        assert "um we we" in session.raw_text
        changes = driver.all(Enhanced)[-1].changes
        assert any(change.kind == "removed" and "um" in change.before for change in changes)
        assert SettingChanged("enhancement.mode", WritingMode.CLEAN) in driver.events


async def test_without_enhancement_every_word_is_kept() -> None:
    async with driving(FileSource(sample_path()), stop_at_end=True, **SPHINX) as driver:
        driver.session.set_enhancement(False)
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


async def test_closing_while_recording_keeps_the_sound(voices: Voices) -> None:
    async with driving(FileSource(voices.speak(SENTENCES[0]).path), **SPHINX) as driver:
        driver.session.start_recording()
        await driver.wait_for(RecordingStarted)
        await asyncio.sleep(0.5)
        kept = await driver.session.close()
    assert [kept] == recordings(".wav")


async def test_a_recogniser_that_dies_costs_no_sound_and_the_next_dictation_works(voices: Voices) -> None:
    spoken = voices.speak(SENTENCES[2], "rms")
    async with driving(FileSource(spoken.path), stop_at_end=True, **SPHINX) as driver:
        await driver.wait_for(RecognizerChanged, status="ready")
        driver.session.start_recording()
        await driver.wait_for(TranscriptChanged)
        worker().kill()
        failed = await driver.wait_for(DictationFailed)
        assert failed.audio in recordings(".wav")
        assert str(failed.audio) in failed.remedy
        assert driver.session.state is DictationState.FAILED
        assert driver.session.dismiss()
        await dictate(driver)
        assert word_errors(spoken.text, driver.session.final_text) <= 0.25


async def test_a_failed_delivery_keeps_text_and_sound(voices: Voices) -> None:
    target = Collected(Delivery.FAILED)
    source = FileSource(voices.speak(SENTENCES[0]).path)
    async with driving(source, target=target, stop_at_end=True, **SPHINX) as driver:
        await dictate(driver)
        assert driver.session.final_text == target.texts[0]
        await driver.session.copy_raw()
        assert target.texts[1] == driver.session.raw_text
    assert len(recordings(".wav")) == 1


async def test_a_source_that_cannot_be_opened_is_said_and_tried_again(voices: Voices) -> None:
    source = BrokenMicrophone(FileSource(voices.speak(SENTENCES[0]).path))
    async with driving(source, stop_at_end=True, **SPHINX) as driver:
        await driver.wait_for(SourceChanged, problem="The microphone is on fire.", remedy="Put it out.")
        assert driver.session.state is DictationState.FAILED
        source.mended = True
        await dictate(driver)
        assert driver.session.final_text


async def test_the_sample_is_dictated_without_any_microphone(voices: Voices) -> None:
    source = BrokenMicrophone(FileSource(voices.speak(SENTENCES[0]).path))
    async with driving(source, **SPHINX) as driver:
        await driver.session.play_sample()
        await driver.wait_for(Delivered)
        assert "quarterly report" in driver.session.final_text
        assert driver.session.state is DictationState.FAILED


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
        assert "faster-whisper-base.en" in remark
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


async def test_a_recogniser_that_hangs_is_ended_and_the_sound_kept(
    voices: Voices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.dictation.STUCK_S", 0.5)
    async with driving(FileSource(voices.speak(SENTENCES[0]).path), stop_at_end=True, **SPHINX) as driver:
        await driver.wait_for(RecognizerChanged, status="ready")
        worker().suspend()
        driver.session.start_recording()
        failed = await driver.wait_for(DictationFailed)
        assert [failed.audio] == recordings(".wav")
        await dictate(driver)
        assert driver.session.final_text.startswith("The quarterly")


async def test_cancelling_frees_a_recogniser_that_hangs(
    voices: Voices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.speech.host.PATIENCE_S", 0.5)
    async with driving(FileSource(voices.speak(SENTENCES[0]).path), stop_at_end=True, **SPHINX) as driver:
        await driver.wait_for(RecognizerChanged, status="ready")
        worker().suspend()
        driver.session.start_recording()
        await driver.wait_for(RecordingStopped)
        assert driver.session.cancel()
        assert (await driver.wait_for(DictationCancelled)).audio in recordings(".wav")
        await dictate(driver)
        assert driver.session.final_text.startswith("The quarterly")


async def test_a_source_that_breaks_while_recording_still_yields_its_words(voices: Voices) -> None:
    spoken = voices.speak(SENTENCES[0])
    source = Unplugged(FileSource(spoken.path), after_s=len(spoken.samples()) / 16_000)
    async with driving(source, **SPHINX) as driver:
        driver.session.start_recording()
        stopped = await driver.wait_for(RecordingStopped)
        assert stopped.reason == "lost"
        await driver.wait_for(Delivered)
        assert word_errors(spoken.text, driver.session.final_text) <= 0.25
        gone = await driver.wait_for(SourceChanged, info=None)
        assert gone.problem == "The cable was pulled."
        assert driver.session.state is DictationState.FAILED
