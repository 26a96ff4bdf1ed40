"""When messages go: once what they tell of does not hold any more, or words need their room."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.audio.sources import SourceInfo
from engine.events import (
    LevelColumn,
    Levels,
    Notice,
    RecognizerChanged,
    SettingChanged,
    SourceChanged,
    StateChanged,
    TranscriptChanged,
)
from engine.state import DictationState
from tests.tui.conftest import Stage, publish, words

MakeStage = Callable[..., Stage]


async def test_what_was_wrong_with_a_source_is_withdrawn_when_one_is_open(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(80, 24)) as pilot:
        await publish(
            pilot,
            Notice("error", "The disk is full."),
            SourceChanged(None, "The microphone went away.", "Look at it."),
            SourceChanged(None, "There is no microphone.", "Plug one in."),
        )
        problems = [notice.message for notice in app.workstation.messages.notices]
        assert problems == ["The disk is full.", "There is no microphone."]
        await publish(pilot, SourceChanged(SourceInfo("USB", "microphone")))
        assert [notice.message for notice in app.workstation.messages.notices] == ["The disk is full."]


async def test_what_the_last_model_could_not_do_is_taken_back(stage: MakeStage):
    app = stage()
    about = Notice("warning", "small writes what is spoken.", "", "language")
    async with app.run_test(size=(80, 24)) as pilot:
        hot = Notice("warning", "It is hot.")
        await publish(pilot, RecognizerChanged("whisper", "small", "ready"), hot, about)
        assert "small writes what is spoken." in words(app)
        await publish(pilot, RecognizerChanged("whisper", "base", "loading"))
        assert [notice.message for notice in app.workstation.messages.notices] == ["It is hot."]
        await publish(pilot, about, SettingChanged("recognition.translate", False))
        assert [notice.message for notice in app.workstation.messages.notices] == ["It is hot."]


async def test_what_a_model_cannot_do_is_still_said_once_it_is_loaded(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(80, 24)) as pilot:
        await publish(
            pilot,
            RecognizerChanged("whisper", "small.en", "loading"),
            Notice("warning", "It has crashed.", "", "model"),
            Notice("warning", "small.en cannot translate.", "", "language"),
            RecognizerChanged("whisper", "small.en", "ready"),
        )
        assert [notice.message for notice in app.workstation.messages.notices] == [
            "small.en cannot translate."
        ]


async def test_why_a_model_waits_is_said_until_it_is_there(stage: MakeStage):
    app = stage()
    why = "It takes its turn when there is room."
    async with app.run_test(size=(80, 24)) as pilot:
        waits = RecognizerChanged("whisper", "mine", "unloaded", why)
        await publish(pilot, TranscriptChanged(1, "first", ""), RecognizerChanged("whisper", "mine", "ready"))
        await publish(pilot, waits)
        assert why not in words(app)
        await publish(pilot, RecognizerChanged("whisper", "mine", "loading"), waits)
        assert f"mine is not loaded yet. {why}" in words(app)
        await publish(pilot, RecognizerChanged("whisper", "mine", "ready"))
        assert "not loaded yet" not in words(app)


@pytest.mark.parametrize("size", [(80, 24), (40, 8)])
async def test_what_was_said_in_passing_is_past_once_a_recording_begins(
    stage: MakeStage, size: tuple[int, int]
):
    app = stage()
    async with app.run_test(size=size) as pilot:
        app.workstation.tell("information", "Record begins soon.")
        await pilot.pause()
        assert "Record begins soon." in words(app)
        await publish(pilot, StateChanged(DictationState.ARMING, DictationState.READY))
        assert "Record begins soon." not in words(app)


async def test_on_few_rows_a_message_leaves_the_words_their_room(stage: MakeStage):
    app = stage()
    long = Notice("warning", "Nothing was heard.", "Speak louder, or choose another microphone with i. " * 2)
    async with app.run_test(size=(40, 8)) as pilot:
        await publish(pilot, long)
        assert app.workstation.messages.region.height > 2
        for state in (DictationState.ARMING, DictationState.RECORDING):
            await publish(pilot, StateChanged(state, DictationState.READY))
            assert app.workstation.messages.region.height == 1
            assert "! Nothing was heard." in words(app)


async def test_the_first_sound_withdraws_that_a_microphone_is_silent(stage: MakeStage):
    app = stage()
    silence, sound = LevelColumn(0.0, 0.0, 0.0, False, True), LevelColumn(0.1, 0.1, 0.0, False, True)
    async with app.run_test(size=(80, 24)) as pilot:
        await publish(
            pilot,
            Notice("warning", "It delivers silence.", "Switch it on.", "silent"),
            Notice("warning", "It is hot."),
            Levels((silence,) * 9),
        )
        assert len(app.workstation.messages.notices) == 2
        await publish(pilot, Levels((silence, sound)))
        assert [notice.message for notice in app.workstation.messages.notices] == ["It is hot."]
