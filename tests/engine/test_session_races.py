"""What a session does when things happen while its recogniser is at work: no word and no order is lost."""

from __future__ import annotations

import threading
import time

import pytest

from engine.audio.format import FRAME, FRAME_S, Samples
from engine.events import (
    Delivered,
    DictationCancelled,
    DictationFailed,
    DictationFinished,
    Measured,
    Notice,
    RecordingStarted,
    RecordingStopped,
    TranscriptChanged,
)
from engine.state import DictationState
from tests.engine.audio.scripted import ByLevel
from tests.support.gated import Gated
from tests.support.scripted import Speech, speech
from tests.support.scripted_dictation import HESITATION, sentence
from tests.support.scripted_session import Stage, staged

SAID = speech(sentence(4, HESITATION))
WORDS = "w0 w1 w2 w3"


async def guessing(stage: Stage, said: Speech = SAID) -> None:
    """A dictation of `said` that is still being recorded, with its guess held up."""
    stage.recognizer.hold("speculate")
    stage.session.start_recording()
    await stage.play(said, 0, len(said.voice))
    await stage.recognizer.reached("speculate")


def stand_still(heard: threading.Semaphore, frames: int) -> None:
    """Hold up the event loop until so many frames were heard, so that all their facts come at one go."""
    for _ in range(frames):
        assert heard.acquire(timeout=20)
    time.sleep(0.1)


async def test_a_stop_while_a_guess_runs_delivers_it(monkeypatch: pytest.MonkeyPatch) -> None:
    async with staged(monkeypatch, Gated()) as stage:
        await guessing(stage)
        stage.session.stop_recording()
        await stage.driver.wait_for(RecordingStopped)
        stage.recognizer.release("speculate")
        await stage.driver.wait_for(Delivered)
        figures = await stage.driver.wait_until(Measured, lambda event: event.performance.dictations == 1)
        assert stage.session.raw_text == WORDS
        assert figures.performance.speculation.used == 1
        assert stage.recognizer.speculations == 1


async def test_a_stop_in_mid_word_keeps_every_word_before_it_and_the_tail(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = speech(sentence(8, 2))
    async with staged(monkeypatch, Gated()) as stage:
        stage.recognizer.hold("partial")
        stage.session.start_recording()
        stop = said.words[5].first + 4
        await stage.play(said, 0, stop)
        await stage.recognizer.reached("partial")
        stage.session.stop_recording()
        await stage.play(said, stop, len(said.voice))
        stopped = await stage.driver.wait_for(RecordingStopped)
        stage.recognizer.release("partial")
        await stage.driver.wait_for(Delivered)
        assert stopped.duration_s < len(said.voice) * FRAME_S
        assert stage.session.raw_text in ("w0 w1 w2 w3 w4 w5", "w0 w1 w2 w3 w4 w5 w6")


async def test_a_cancel_while_a_guess_runs_delivers_nothing_and_the_next_one_works(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with staged(monkeypatch, Gated()) as stage:
        await guessing(stage)
        shown = len(stage.driver.all(TranscriptChanged))
        assert stage.session.cancel()
        stage.recognizer.release("speculate")
        cancelled = await stage.driver.wait_for(DictationCancelled, dictation=1)
        assert cancelled.audio is not None
        stage.session.start_recording()
        await stage.play(SAID, 0, len(SAID.voice))
        stage.session.stop_recording()
        await stage.driver.wait_for(Delivered)
        assert [event.dictation for event in stage.driver.all(Delivered)] == [2]
        assert {event.dictation for event in stage.driver.all(TranscriptChanged)[shown:]} == {2}
        assert stage.session.raw_text == WORDS


async def test_a_guess_counts_though_its_dictation_was_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    async with staged(monkeypatch, Gated()) as stage:
        stage.session.start_recording()
        await stage.play(SAID, 0, len(SAID.voice))
        await stage.driver.wait_until(TranscriptChanged, lambda event: event.partial == WORDS)
        assert stage.session.cancel()
        measured = await stage.driver.wait_until(
            Measured, lambda event: event.performance.speculation.discarded > 0
        )
        assert measured.performance.speculation.cpu_s > 0


async def test_a_source_that_breaks_with_a_guess_pending_still_yields_its_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with staged(monkeypatch, Gated()) as stage:
        await guessing(stage)
        assert stage.source.sink is not None
        stage.source.sink.lost("The cable was pulled.")
        stopped = await stage.driver.wait_for(RecordingStopped)
        assert stopped.reason == "lost"
        stage.recognizer.release("speculate")
        await stage.driver.wait_for(Delivered)
        assert stage.session.raw_text == WORDS
        assert stage.session.state is DictationState.FAILED
        assert stage.driver.all(DictationFailed) == []


async def test_silence_that_stops_the_recording_while_a_guess_runs_takes_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    silent = speech(sentence(4))
    async with staged(monkeypatch, Gated(), audio__auto_stop=True, audio__auto_stop_s=0.5) as stage:
        stage.recognizer.hold("speculate")
        stage.session.start_recording()
        quiet = silent.words[-1].last + 1 + HESITATION
        await stage.play(silent, 0, quiet)
        await stage.recognizer.reached("speculate")
        await stage.play(silent, quiet, len(silent.voice))
        stopped = await stage.driver.wait_for(RecordingStopped)
        assert stopped.reason == "silence"
        stage.recognizer.release("speculate")
        await stage.driver.wait_for(Delivered)
        assert stage.session.raw_text == WORDS
        assert stage.recognizer.speculations == 1


async def test_the_next_dictation_waits_its_turn_behind_one_that_is_still_decoded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one, two = speech(sentence(5, HESITATION)), speech(sentence(2, HESITATION))
    async with staged(monkeypatch, Gated(one.words), balanced__speculation=False) as stage:
        stage.recognizer.hold("finish")
        stage.session.start_recording()
        await stage.play(one, 0, len(one.voice))
        stage.session.stop_recording()
        await stage.recognizer.reached("finish")
        assert stage.session.state is DictationState.FINISHING
        stage.session.start_recording()
        await stage.play(two, 0, len(two.voice))
        await stage.driver.wait_for(RecordingStarted, dictation=2)
        stage.session.stop_recording()
        await stage.driver.wait_for(RecordingStopped, dictation=2)
        stage.recognizer.release("finish")
        await stage.driver.wait_for(Delivered, dictation=2)
        assert [event.dictation for event in stage.driver.all(Delivered)] == [1, 2]
        finished = {event.dictation: event.raw for event in stage.driver.all(DictationFinished)}
        assert finished == {1: "w0 w1 w2 w3 w4", 2: "w0 w1"}
        assert len(stage.driver.target.texts) == 2


async def test_sound_of_the_next_dictation_never_overtakes_the_end_of_the_last(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard = threading.Semaphore(0)
    probability = ByLevel.probability

    def counting(detector: ByLevel, frame: Samples) -> float:
        heard.release()
        return probability(detector, frame)

    one, two = speech(sentence(3, 2), lead=5), speech(sentence(2, HESITATION), lead=5)
    async with staged(monkeypatch, Gated()) as stage:
        stage.session.start_recording()
        await stage.play(one, 0, len(one.voice))
        monkeypatch.setattr(ByLevel, "probability", counting)
        stage.session.stop_recording()
        stage.session.start_recording()
        stage.source.push(two.sound(0, len(two.voice)), FRAME)
        stand_still(heard, len(two.voice))
        await stage.driver.wait_for(RecordingStarted, dictation=2)
        stage.recognizer.said = two.words
        stage.session.stop_recording()
        await stage.driver.wait_for(DictationFinished, dictation=2)
        finished = {event.dictation: event.raw for event in stage.driver.all(DictationFinished)}
        assert finished[1] == "w0 w1 w2"
        assert stage.driver.all(DictationFailed) == []
        assert stage.driver.all(Notice) == []


async def test_a_mode_changed_in_mid_phrase_reaches_the_recogniser_with_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = speech(sentence(4) + sentence(3, HESITATION))
    async with staged(monkeypatch, Gated()) as stage:
        stage.session.start_recording()
        half = said.words[2].last
        await stage.play(said, 0, half)
        await stage.driver.wait_for(TranscriptChanged)
        stage.session.live.set_performance("speed")
        await stage.play(said, half, len(said.voice))
        stage.session.stop_recording()
        await stage.driver.wait_for(Delivered)
        efforts = [context.effort for context in stage.recognizer.contexts]
        assert [effort.encoder_context for effort in efforts] == ["full", "floor"]
        assert stage.session.raw_text == "w0 w1 w2 w3 w4 w5 w6"
