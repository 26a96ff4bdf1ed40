"""What is said around a text: that it is being edited, that it waits, what became of its edit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from engine.enhance.diff import word_diff
from engine.enhance.enhancer_status import EnhancerStatus
from engine.events import (
    DictationCancelled,
    DictationFinished,
    Enhanced,
    EnhancementGrew,
    EnhancerChanged,
    Notice,
    RecognizerChanged,
    RecordingStarted,
    Reviewed,
    StateChanged,
)
from engine.state import DictationState
from tests.tui.conftest import Stage, publish, screen_lines, words

MakeStage = Callable[..., Stage]
RAW, TEXT = "um we go now", "We must go now."
CHANGES = word_diff(RAW, TEXT)
TAKEN = tuple(True for change in CHANGES if change.kind != "equal")
EDITED = Enhanced(1, RAW, TEXT, CHANGES, "ollama", first_ms=100.0)
REVIEWED = Reviewed(1, RAW, TEXT, CHANGES, TAKEN, enhancer="ollama")
LEFT = replace(REVIEWED, text=RAW, taken=(False,) * len(TAKEN))
FAILURE = Notice("warning", "The model did not answer.", "Try again.", topic="edit")


def state(now: DictationState) -> StateChanged:
    return StateChanged(now, DictationState.FINISHING)


def head(app: Stage) -> str:
    return screen_lines(app)[0]


def keys(app: Stage) -> str:
    return screen_lines(app)[-1]


async def test_a_text_that_is_still_edited_is_told_from_one_that_is_there(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(80, 24)) as pilot:
        await publish(pilot, RecordingStarted(1, 0.5), state(DictationState.RECORDING))
        assert "editing…" not in head(app)
        assert "esc cancel" in keys(app)
        await publish(pilot, state(DictationState.READY), EnhancementGrew(1, RAW, "We", 100.0))
        assert "◐ editing…" in head(app)
        assert "esc stop" in keys(app)
        await publish(pilot, EDITED, REVIEWED, DictationFinished(1, RAW, TEXT))
        assert "○ ready" in head(app)
        assert "esc cancel" in keys(app)


async def test_a_text_that_went_out_is_edited_behind_a_ready_screen(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(80, 24)) as pilot:
        await publish(pilot, RecordingStarted(1, 0.5), state(DictationState.READY))
        await publish(pilot, DictationFinished(1, RAW, RAW), EnhancementGrew(1, RAW, "We", 100.0))
        assert "○ ready" in head(app)
        assert "esc stop" in keys(app)
        await publish(pilot, state(DictationState.RECORDING))
        assert "esc cancel" in keys(app)


async def test_a_dictation_that_was_cancelled_is_not_edited(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(80, 24)) as pilot:
        await publish(pilot, RecordingStarted(1, 0.5), DictationCancelled(1, None))
        await publish(pilot, state(DictationState.READY))
        assert "○ ready" in head(app)


async def test_a_passing_note_goes_when_the_text_is_there(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(100, 30)) as pilot:
        await publish(pilot, Notice("information", "The text is still being edited."))
        assert "still being edited" in words(app)
        await publish(pilot, DictationFinished(1, RAW, TEXT))
        assert "still being edited" not in words(app)


@pytest.mark.parametrize("mended", [EDITED, DictationFinished(2, RAW, TEXT)])
async def test_an_edit_that_failed_is_forgotten_once_one_succeeds(stage: MakeStage, mended: Enhanced):
    app = stage()
    async with app.run_test(size=(100, 30)) as pilot:
        await publish(pilot, FAILURE, replace(EDITED, remark="It did not answer."), REVIEWED)
        assert "! The model did not answer." in words(app)
        await publish(pilot, mended)
        assert app.workstation.messages.notices == ()


async def test_what_is_no_success_has_another_sign(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(60, 20)) as pilot:
        await publish(
            pilot, Notice("information", "There is no room to show changes; a larger window has it.")
        )
        assert "· There is no room" in words(app)
        assert "✓" not in words(app)


async def test_texts_that_wait_are_counted(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(80, 24)) as pilot:
        await publish(pilot, replace(REVIEWED, waits=True))
        assert "· 1 waits" in head(app)
        app.workstation.remind()
        await pilot.pause()
        assert "a accepts it, r delivers the raw text." in words(app)
        await publish(pilot, replace(REVIEWED, dictation=2, waits=True, place=2, count=2))
        assert "· 2 wait " in head(app)
        await publish(pilot, replace(REVIEWED, dictation=2, place=2, count=2))
        assert "· 1 waits" in head(app)
        app.workstation.remind()
        await pilot.pause()
        assert "1 text waits: [ goes back to it." in words(app)
        await publish(pilot, replace(REVIEWED, shown=False))
        assert "wait" not in head(app)


async def test_a_screen_without_the_comparison_says_in_short_what_was_edited(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(60, 20)) as pilot:
        await publish(pilot, EDITED, REVIEWED)
        await pilot.pause()
        assert "╭─ transcript · ollama · 2 changes " in words(app)
        await publish(pilot, LEFT)
        await pilot.pause()
        assert "╭─ transcript · ollama · 2 changes · raw · a takes all " in words(app)
        assert keys(app).startswith(" a accept ")
        await pilot.resize_terminal(40, 8)
        await publish(pilot, REVIEWED)
        await pilot.pause()
        assert "clean · 2 changes" in head(app)
        await pilot.resize_terminal(100, 30)
        await pilot.pause()
        await pilot.pause()
        assert "transcript ─" in words(app)
        assert "2 changes" not in head(app)


async def test_a_small_screen_says_where_the_text_goes(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(60, 20)) as pilot:
        gone = EnhancerStatus("ollama", "127.0.0.1:11434", "qwen2.5:3b", state="unreachable")
        recognizer = RecognizerChanged("pocketsphinx", "", "ready")
        await publish(pilot, state(DictationState.READY), EnhancerChanged(gone), recognizer)
        app.workstation.aim("terminal (OSC 52)")
        await pilot.pause()
        assert head(app).rstrip().endswith("no ollama · pocketsphinx      → terminal")
