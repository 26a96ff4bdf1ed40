import pytest

from engine.state import TRANSITIONS, DictationState, IllegalTransitionError, follow


def test_every_state_has_a_way_back_to_ready():
    for start in DictationState:
        reached, frontier = {start}, {start}
        while frontier:
            frontier = {to for state in frontier for to in TRANSITIONS[state]} - reached
            reached |= frontier
        assert DictationState.READY in reached, start


def test_every_state_may_fail():
    for state in set(DictationState) - {DictationState.FAILED}:
        assert follow(state, DictationState.FAILED) is DictationState.FAILED


def test_recording_is_entered_through_arming_alone():
    assert {state for state, to in TRANSITIONS.items() if DictationState.RECORDING in to} == {
        DictationState.ARMING
    }


def test_a_move_outside_the_table_is_a_defect():
    with pytest.raises(IllegalTransitionError, match="ready cannot be followed by finishing"):
        follow(DictationState.READY, DictationState.FINISHING)
