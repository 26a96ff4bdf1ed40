"""Changes that are taken or left one by one, and the text that follows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.enhance.diff import joined, word_diff
from engine.enhance.review import Review

RAW, PLAIN = "um the report is due on friday and bob", "Um the report is due on Friday and bob."
GOOD = "The report is due on Friday, and Bob."
TEXT = st.lists(st.sampled_from(["a", "b", "c", "D", "e,", "f.", "G\nh"]), max_size=12).map(" ".join)


def review(*, taken: bool = True) -> Review:
    return Review.of(word_diff(RAW, GOOD), PLAIN, taken=taken)


def test_all_changes_make_the_enhanced_text_and_none_the_plain_one() -> None:
    assert review().text == GOOD
    assert review(taken=False).text == PLAIN
    assert review().reject().text == PLAIN
    assert review().reject().accept().text == GOOD


def test_a_change_that_was_left_by_hand_stays_left_until_all_is_rejected() -> None:
    last = len(review().taken) - 1
    one_left = review().toggle(last)
    assert one_left.text == GOOD.replace("Bob.", "bob")
    assert one_left.accept() == one_left
    assert one_left.toggle(last).text == GOOD
    assert one_left.reject().accept().text == GOOD


@pytest.mark.parametrize("index", [-1, 99])
def test_a_change_that_is_not_there_cannot_be_decided_on(index: int) -> None:
    with pytest.raises(IndexError):
        review().toggle(index)


def test_what_the_plain_text_has_is_not_shown_as_left_out() -> None:
    rejected = review().reject()
    left = [(change.before, change.after) for change in rejected.changes if change.kind != "equal"]
    assert left == [("Um", ""), ("the", "The"), ("Friday", "Friday,"), ("bob.", "Bob.")]
    assert rejected.toggle(2).text == PLAIN.replace("Friday", "Friday,")
    readable = Review.of(word_diff("so it is", "So it is."), "So it is.", taken=False)
    assert (readable.text, readable.taken) == ("So it is.", ())


@given(TEXT, TEXT, TEXT, st.lists(st.integers(0, 30)))
def test_what_is_shown_is_what_stands(before: str, plain: str, after: str, toggled: list[int]) -> None:
    decided = Review.of(word_diff(before, after), plain, taken=True)
    if not decided.taken:  # nothing to decide on
        return
    for index in [*toggled, None, *toggled]:
        if index is None:
            decided = decided.reject()
        elif index < len(decided.taken):
            decided = decided.toggle(index)
        decisions = iter(decided.taken)
        shown = [
            change.after if change.kind == "equal" or next(decisions) else change.before
            for change in decided.changes
        ]
        assert joined(shown) == decided.text
        if not any(decided.taken):
            assert decided.text == plain
    assert decided.reject().accept().text == after


@given(TEXT, TEXT, st.lists(st.integers(0, 30)))
def test_any_decisions_can_be_taken_back(before: str, after: str, toggled: list[int]) -> None:
    begun = Review.of(word_diff(before, after), before, taken=True)
    decided = begun
    for index in toggled:
        if index < len(begun.taken):
            decided = decided.toggle(index)
    assert begun.text == after
    assert decided.reject().accept().text == after
    for index in range(len(begun.taken)):
        if not decided.taken[index]:
            decided = decided.toggle(index)
    assert decided.text == after
