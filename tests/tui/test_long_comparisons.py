"""A comparison of thousands of words is drawn beside the event loop, and shown once that is done."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest

from engine.enhance.diff import word_diff
from engine.events import Enhanced, Reviewed
from tests.tui.conftest import Stage, publish
from tui.panels import diff as diff_module
from tui.panels.comparison import LONG, NOTHING, Comparison, View, compared

MakeStage = Callable[..., Stage]
COUNT = 150
RAW = " ".join(f"word{number} um same same same" for number in range(COUNT))
TEXT = RAW.replace("um ", "")
CHANGES = word_diff(RAW, TEXT)
EDITED = Enhanced(1, RAW, TEXT, CHANGES, "tidy")
REVIEWED = Reviewed(1, RAW, TEXT, CHANGES, (True,) * COUNT, enhancer="tidy")
LEFT = replace(REVIEWED, taken=(False, *(True,) * (COUNT - 1)))


async def test_the_loop_goes_on_while_it_is_drawn_and_the_newest_decision_is_shown(
    stage: MakeStage, monkeypatch: pytest.MonkeyPatch
):
    assert len(CHANGES) > LONG
    goes_on = threading.Event()
    drawn: list[View] = []

    def held(view: View, last: Comparison) -> Comparison:
        drawn.append(view)
        assert goes_on.wait(60)
        return compared(view, last)

    monkeypatch.setattr(diff_module, "compared", held)
    app = stage()
    async with app.run_test(size=(80, 24)) as pilot:
        diff = app.workstation.diff
        before = diff.text
        await publish(pilot, EDITED, REVIEWED, LEFT)
        assert diff.text == before
        assert not diff.steps
        assert not diff.step(1)
        goes_on.set()
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert diff.text.startswith("word0 (-um-) same same same word1 -um- same")
        assert f"tidy · {COUNT - 1} of {COUNT} changes" in str(diff.border_title)
        assert len(drawn) <= 2
        assert drawn[-1].taken == LEFT.taken
        assert diff.step(1)
        assert diff.text.startswith("word0 ▸(-um-) same")
        await publish(pilot, REVIEWED)
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert diff.text.startswith("word0 ▸um- same")


def test_what_was_counted_of_the_same_changes_is_not_counted_again(monkeypatch: pytest.MonkeyPatch):
    first = compared(View(1, changes=CHANGES, taken=REVIEWED.taken), NOTHING)
    assert first.found == (COUNT, 0)
    monkeypatch.delattr("tui.panels.comparison.tally")
    assert compared(View(1, changes=CHANGES, taken=LEFT.taken), first).found == (COUNT, 0)
