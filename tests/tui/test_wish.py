"""What is asked for too early is done in time, once, or taken back."""

from __future__ import annotations

import pytest

from engine.state import DictationState
from tui.wish import WAITING, Wishes


def test_early_actions_are_handed_out_once_in_order():
    wishes = Wishes()
    wishes.early("next_mode")
    wishes.early("record")
    assert wishes.take_early() == ["next_mode", "record"]
    assert wishes.take_early() == []


@pytest.mark.parametrize("wish", WAITING)
def test_a_wish_waits_for_the_session_to_be_ready(wish: str):
    wishes = Wishes()
    assert wishes.wait(wish)
    for state in WAITING[wish]:
        assert wishes.due(state) is None
    assert wishes.due(DictationState.READY) == wish
    assert wishes.due(DictationState.READY) is None


def test_a_recording_that_is_wished_for_is_known_until_it_begins():
    wishes = Wishes()
    wishes.early("record")
    assert wishes.recording
    wishes.take_early()
    assert not wishes.recording
    assert wishes.wait("sample")
    assert not wishes.recording
    assert wishes.wait("record")
    assert wishes.recording
    assert wishes.due(DictationState.READY) == "record"
    assert not wishes.recording


def test_only_the_sample_waits_for_the_last_dictation():
    assert DictationState.FINISHING in WAITING["sample"]
    assert DictationState.FINISHING not in WAITING["record"]


def test_the_last_of_two_wishes_counts_and_the_same_twice_is_none():
    wishes = Wishes()
    assert wishes.wait("sample")
    assert wishes.wait("record")
    assert not wishes.wait("record")
    assert wishes.due(DictationState.READY) is None


@pytest.mark.parametrize(("wish", "wanted"), [("record", None), ("sample", "sample")])
def test_after_a_failure_only_the_sample_is_played(wish: str, wanted: str | None):
    wishes = Wishes()
    wishes.wait(wish)
    assert wishes.due(DictationState.FAILED) == wanted
    assert wishes.due(DictationState.READY) is None


def test_a_wish_ends_where_recording_began_otherwise():
    wishes = Wishes()
    wishes.wait("record")
    assert wishes.due(DictationState.ARMING) is None
    assert wishes.due(DictationState.READY) is None


def test_dropping_tells_whether_there_was_something():
    wishes = Wishes()
    assert not wishes.drop()
    wishes.early("record")
    assert wishes.drop()
    assert wishes.take_early() == []
