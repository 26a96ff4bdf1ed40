"""What is told in words: failures, kept sound, a missing microphone, limited accuracy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.deliver.target import Delivery, Outcome
from engine.events import (
    Delivered,
    DictationCancelled,
    DictationFailed,
    Notice,
    RecognizerChanged,
    RecordingStarted,
    SourceChanged,
    StateChanged,
    TranscriptChanged,
)
from engine.recordings import how_to_recognize, recovered
from engine.state import DictationState
from tests.tui.conftest import Stage, publish, screen_lines, words

MakeStage = Callable[..., Stage]


async def test_an_error_stays_until_dismissed_and_carries_its_remedy(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(80, 24)) as pilot:
        await publish(
            pilot,
            Notice("warning", "Accuracy is limited.", "Put base.en on disk."),
            DictationFailed(1, "recognition", "the process ended.", "Press space.", Path("/data/a.wav")),
            Notice("warning", "A later warning."),
        )
        text = words(app)
        assert "recognition failed: the process ended. Its sound is kept at /data/a.wav. Press space." in text
        assert "(2 more)" in text
        for left in (2, 1, 0):
            assert app.workstation.messages.dismiss()
            assert len(app.workstation.messages.notices) == left
        assert not app.workstation.messages.dismiss()


async def test_the_same_message_is_not_shown_twice(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(80, 24)) as pilot:
        await publish(pilot, *[Notice("error", "The disk is full.", "Delete something.")] * 3)
        assert len(app.workstation.messages.notices) == 1


async def test_the_newest_of_what_stays_is_shown_unless_there_is_an_error(stage: MakeStage):
    app = stage()
    cancelled = DictationCancelled(1, Path("/data/a.wav"))
    async with app.run_test(size=(80, 24)) as pilot:
        await publish(pilot, Notice("warning", "It is muted."), cancelled)
        assert "Cancelled." in words(app)
        await publish(pilot, Notice("warning", "The recogniser ended."))
        assert "The recogniser ended." in words(app)
        await publish(pilot, Notice("error", "The disk is full."), Notice("warning", "It is hot."))
        assert "The disk is full." in words(app)
        assert "(4 more)" in words(app)


async def test_of_warnings_that_differ_in_numbers_the_newest_is_shown(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(80, 24)) as pilot:
        heard = [f"Nothing was heard ({seconds} s, peak -{seconds}0 dBFS)." for seconds in (1.5, 2, 13)]
        await publish(pilot, *[Notice("warning", message, "See to it.") for message in heard])
        assert [notice.message for notice in app.workstation.messages.notices] == heard[-1:]
        await publish(pilot, *[Notice("error", message, "See to it.") for message in heard])
        assert len(app.workstation.messages.notices) == 4


async def test_a_recovered_recording_is_told_until_it_is_dismissed(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(80, 24)) as pilot:
        await publish(
            pilot,
            TranscriptChanged(1, "firm", ""),  # so that what passes is said in the strip
            recovered([Path("/data/a.wav")]),
            Notice("information", "Waiting for the sound of another machine.", topic="link"),
        )
        assert "Waiting for the sound" in words(app)
        app.workstation.messages.drop_passing()
        await pilot.pause()
        assert "Recognise it: utter transcribe /data/a.wav" in words(app)


async def test_a_standing_detail_of_deliveries_is_told_once(stage: MakeStage):
    app = stage()
    outcome = Outcome(Delivery.SENT, "terminal (OSC 52)", "There is no desktop here.", standing=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await publish(pilot, Delivered(1, outcome))
        assert "no desktop" in words(app)
        app.workstation.transcript.stop_informing()
        await publish(pilot, Delivered(2, outcome))
        assert "Sent to the terminal (OSC 52)." in words(app)
        assert "no desktop" not in words(app)


async def test_a_message_is_never_markup(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(80, 24)) as pilot:
        await publish(pilot, Notice("error", "[red]a[/red] [/nothing]", "\x1b[2J[x"))
        assert "[red]a[/red] [/nothing] [x" in words(app)


async def test_a_cancelled_dictation_says_where_its_sound_is(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(80, 24)) as pilot:
        await publish(
            pilot, TranscriptChanged(1, "firm", "loose"), DictationCancelled(1, Path("/data/a.wav"))
        )
        assert "Cancelled. Its sound is kept at /data/a.wav" in words(app)
        assert app.workstation.transcript.text == "firm"


async def test_without_a_microphone_it_says_so_and_offers_the_sample(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(80, 24)) as pilot:
        await publish(pilot, SourceChanged(None, "PortAudio is missing.", "Install libportaudio2."))
        text = words(app)
        assert "PortAudio is missing. Install libportaudio2." in text
        assert "Press d for the sample recording." in text
        assert "no microphone" not in screen_lines(app)[0]
        await publish(pilot, StateChanged(DictationState.FAILED, DictationState.STARTING))
        assert "✕ no microphone" in screen_lines(app)[0]


async def test_a_failure_takes_the_place_of_the_warning_that_announced_it(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(80, 24)) as pilot:
        await publish(
            pilot,
            RecordingStarted(1, 1.0),
            TranscriptChanged(1, "some wor", "ds"),
            Notice("warning", "The recogniser ended.", "The recording goes on."),
            DictationFailed(1, "recognition", "The recogniser ended.", "Try again.", None, "Some words."),
        )
        (notice,) = app.workstation.messages.notices
        assert notice.message == "recognition failed: The recogniser ended."
        assert app.workstation.transcript.text == "Some words."


async def test_only_a_dictation_has_failed_and_only_until_that_is_dismissed(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(80, 24)) as pilot:
        await publish(
            pilot,
            SourceChanged(None, "The microphone is gone.", ""),
            DictationFailed(1, "recognition", "the process ended.", "", None),
            StateChanged(DictationState.FAILED, DictationState.FINISHING),
        )
        assert "✕ failed" in screen_lines(app)[0]
        app.workstation.dismiss_message()
        await pilot.pause()
        assert "✕ no microphone" in screen_lines(app)[0]


@pytest.mark.parametrize("size", [(80, 24), (40, 8), (160, 48)])
async def test_the_whole_path_of_kept_sound_is_shown_until_dismissed(
    stage: MakeStage, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("HOME", "/home/a-person")
    kept = "recordings/of-some-length/20261121-085256-439-2.wav"
    app = stage()
    async with app.run_test(size=size) as pilot:
        for name in ("/data/a.wav", f"/home/a-person/{kept}"):
            await publish(pilot, DictationCancelled(1, Path(name)))
        await publish(pilot, Delivered(1, Outcome(Delivery.DELIVERED, "clipboard")))
        app.workstation.messages.drop_passing()
        await pilot.pause()
        assert f"kept at~/{kept}" in words(app).replace(" ", "").replace("keptat", "kept at")
        assert len(app.workstation.messages.notices) == 1
        assert app.workstation.messages.dismiss()


async def test_a_remedy_that_names_the_kept_sound_is_not_told_it_twice(stage: MakeStage):
    app = stage()
    audio = Path("/data/a.wav")
    async with app.run_test(size=(80, 24)) as pilot:
        remedy = how_to_recognize(audio)
        await publish(pilot, DictationFailed(1, "recognition", "It ended.", remedy, audio))
        assert words(app).count("/data/a.wav") == 1
        assert "Its sound is kept. Recognise it: utter transcribe" in words(app)


async def test_a_recogniser_of_limited_accuracy_says_so(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(80, 24)) as pilot:
        await publish(pilot, RecognizerChanged("pocketsphinx", "en-us", "ready", "Accuracy is limited."))
        transcript = app.workstation.transcript
        assert transcript.text.endswith("sample recording.\n\nAccuracy is limited.")
        assert app.workstation.messages.notices == ()
        await publish(pilot, TranscriptChanged(1, "", "first"))
        assert transcript.text == "first"


async def test_a_recogniser_that_failed_stays_an_error(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(80, 24)) as pilot:
        await publish(pilot, RecognizerChanged("whisper", "base.en", "failed", "The file is broken."))
        assert "✕ The file is broken." in words(app)
        assert "base.en failed" in words(app)
        await publish(pilot, RecognizerChanged("pocketsphinx", "", "ready", "It stands in."))
        assert "✕ The file is broken." in words(app)
        await publish(pilot, RecognizerChanged("whisper", "tiny.en", "ready"))
        assert "The file is broken." not in words(app)


async def test_the_key_is_named_only_while_it_dismisses(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(80, 24)) as pilot:
        await publish(pilot, Notice("warning", "Accuracy is limited."))
        assert "esc dismisses" in words(app)
        for state in (DictationState.RECORDING, DictationState.FINISHING):
            await publish(pilot, StateChanged(state, DictationState.READY))
            assert "Accuracy is limited." in words(app)
            assert "dismisses" not in words(app)
        await publish(pilot, StateChanged(DictationState.READY, DictationState.FINISHING))
        assert "esc dismisses" in words(app)
