"""Where long speech may be cut: what two decodes must have in common, and what they must not."""

import numpy as np
import pytest

from engine.audio.format import FRAME, FRAME_S
from engine.speech.agreement import Agreement
from engine.speech.cadence import FIRST_S, Cadence
from engine.speech.open_phrase import quietest_frame
from engine.speech.recognizer import Word


def words(text: str, shift_s: float = 0.0) -> list[Word]:
    """Words of 0.4 s with gaps of 0.1 s, from the phrase's start."""
    return [Word(word, at * 0.5 + shift_s, at * 0.5 + 0.4 + shift_s) for at, word in enumerate(text.split())]


LONG = "the report is due on friday. and it must be sent before noon to all of them without fail today"


def test_the_first_decode_of_a_phrase_agrees_with_nothing():
    assert Agreement().push(words(LONG), 10.0) is None


def test_the_cut_lies_in_a_gap_both_decodes_have_and_rather_behind_a_clause():
    agreement = Agreement()
    early = "one two three four five six seven eight nine, ten eleven twelve thirteen"
    agreement.push(words(early + " fourteen"), 8.0)
    assert agreement.push(words(early + " for tin fifteen sixteen"), 9.0) == pytest.approx((4.4, 4.5))


def test_without_punctuation_it_lies_as_late_as_it_can_and_a_second_before_the_end():
    agreement = Agreement()
    text = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    agreement.push(words(text), 7.5)
    assert agreement.push(words(text), 7.5) == pytest.approx((6.4, 6.5))


def test_words_that_moved_do_not_agree():
    agreement = Agreement()
    agreement.push(words(LONG), 10.0)
    assert agreement.push(words(LONG, 0.5), 10.0) is None


def test_a_loop_looks_stable_and_is_not_believed():
    agreement, loop = Agreement(), "so we went on and on " + "and then we " * 6
    agreement.push(words(loop), 12.0)
    assert agreement.push(words(loop), 12.0) is None


def test_partials_come_at_the_modes_pace_and_leave_half_of_a_slow_machine_free():
    cadence = Cadence(0.7)
    cadence.heard(FIRST_S)
    assert cadence.due
    cadence.took(0.1)
    cadence.heard(0.6)
    assert not cadence.due
    cadence.heard(0.2)
    assert cadence.due
    cadence.took(3.0)
    cadence.heard(5.9)
    assert not cadence.due
    cadence.heard(0.2)
    assert cadence.due


def test_the_cut_goes_through_the_quietest_frame_near_the_gap():
    sound = np.full(40 * FRAME, 0.5, np.float32)
    sound[20 * FRAME : 21 * FRAME] = 0.01
    assert quietest_frame(sound, 18 * FRAME_S, 24 * FRAME_S) == 20
    assert quietest_frame(sound, 0.0, 0.0) == 1
    assert quietest_frame(sound, 99.0, 99.0) == 39
