"""Which comparison the panel shows when texts are made while they are still being spoken."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.enhance.diff import Change
from engine.events import (
    DictationCancelled,
    DictationFailed,
    DictationFinished,
    Enhanced,
    EnhancementGrew,
    Event,
    RecordingStarted,
)
from tests.tui.conftest import Stage, publish, shown

MakeStage = Callable[..., Stage]

HINT = "What the enhancer changes appears here."

WITHOUT_TEXT = {
    "cancelled": lambda number: DictationCancelled(number, None),
    "failed": lambda number: DictationFailed(number, "recognition", "It ended.", "", None, "Words."),
    "silent": lambda number: DictationFinished(number, "", ""),
}
"""The ways in which a dictation ends without a comparison."""


def grew(number: int) -> Event:
    return EnhancementGrew(number, f"raw{number}", f"live{number}")


def enhanced(number: int) -> Event:
    added = (Change("added", "", f"final{number}"),)
    return Enhanced(number, "", f"final{number}", added, "tidy")


@pytest.fixture(params=WITHOUT_TEXT)
def ended(request: pytest.FixtureRequest) -> Callable[[int], Event]:
    """Makes the event with which a dictation ends without a comparison."""
    end: Callable[[int], Event] = WITHOUT_TEXT[request.param]
    return end


async def test_a_text_that_comes_to_nothing_leaves_the_panel_as_it_was(
    stage: MakeStage, ended: Callable[[int], Event]
):
    app = stage()
    async with app.run_test(size=(80, 24)) as pilot:
        diff = app.workstation.diff
        await publish(pilot, RecordingStarted(1, 1.0), grew(1))
        assert diff.text == "live1▌"
        await publish(pilot, ended(1), grew(1))
        assert diff.text == HINT
        assert [mark.name for mark in diff._marks] == ["hint"]
        assert "writing" not in shown(app)


async def test_the_last_finished_comparison_comes_back(stage: MakeStage, ended: Callable[[int], Event]):
    app = stage()
    async with app.run_test(size=(80, 24)) as pilot:
        diff = app.workstation.diff
        await publish(pilot, grew(1), enhanced(1), DictationFinished(1, "raw1", "final1"), grew(2))
        assert diff.text == "live2▌"
        assert "enhancement · writing" in shown(app)
        await publish(pilot, ended(2))
        assert diff.text == "+final1+"
        assert "tidy · 1 change" in shown(app)


async def test_a_comparison_that_ends_while_the_next_text_is_made_is_not_lost(
    stage: MakeStage, ended: Callable[[int], Event]
):
    app = stage()
    async with app.run_test(size=(80, 24)) as pilot:
        diff = app.workstation.diff
        await publish(pilot, grew(1), grew(2), enhanced(1), DictationFinished(1, "raw1", "final1"))
        assert diff.text == "live2▌"
        assert "enhancement · writing" in shown(app)
        await publish(pilot, ended(2))
        assert diff.text == "+final1+"
        assert "tidy · 1 change" in shown(app)


async def test_an_older_text_is_seen_again_once_the_newer_one_is_cancelled(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(80, 24)) as pilot:
        diff = app.workstation.diff
        await publish(pilot, grew(1), grew(2), DictationCancelled(2, None))
        assert diff.text == "live1▌"
        await publish(pilot, enhanced(1))
        assert diff.text == "+final1+"


async def test_a_finished_comparison_outlives_the_failure_of_what_follows_it(
    stage: MakeStage, ended: Callable[[int], Event]
):
    app = stage()
    async with app.run_test(size=(80, 24)) as pilot:
        await publish(pilot, grew(1), enhanced(1), ended(1))
        assert app.workstation.diff.text == "+final1+"
        await publish(pilot, grew(2), enhanced(2))
        assert app.workstation.diff.text == "+final2+"


async def test_a_late_comparison_does_not_take_the_place_of_a_newer_one(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(80, 24)) as pilot:
        diff = app.workstation.diff
        await publish(pilot, RecordingStarted(1, 1.0), RecordingStarted(2, 1.0), enhanced(1))
        assert diff.text == "+final1+"
        await publish(pilot, grew(2))
        assert diff.text == "live2▌"
        await publish(pilot, grew(1), enhanced(1))
        assert diff.text == "live2▌"
        assert "writing" in shown(app)


async def test_a_comparison_says_that_it_is_of_the_dictation_before(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(80, 24)) as pilot:
        diff = app.workstation.diff
        await publish(pilot, RecordingStarted(1, 0.5))
        assert "previous" not in shown(app)
        await publish(pilot, enhanced(1))
        current = diff.render_line(0)._segments[-1].style
        assert "previous" not in shown(app)
        await publish(pilot, RecordingStarted(2, 0.5))
        assert "previous dictation" in shown(app)
        assert diff.render_line(0)._segments[-1].style != current
        await publish(pilot, grew(2))
        assert "previous" not in shown(app)
