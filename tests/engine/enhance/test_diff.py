"""Word-level changes: exact, readable, and no noise."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.enhance.alignment import align
from engine.enhance.diff import count, joined, plain, word_diff
from engine.enhance.enhancer import Draft
from engine.enhance.tidy import tidy
from tests.engine.enhance.speech import drafts
from tests.support.modes import CLEAN

TEXT = st.text(alphabet="ab, .\n\tA’'", max_size=40)
LONG = st.lists(st.integers(0, 4), min_size=300, max_size=500)
ITEMS = st.lists(st.integers(0, 4), max_size=14)


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("", "", ""),
        ("", "Hello.", "{+Hello.+}"),
        ("um", "", "[-um-]"),
        ("same words", "same words", "same words"),
        ("due on friday", "due on Friday,", "due on [-friday-] {+Friday,+}"),
        ("um the report", "The report", "[-um-] [-the-] {+The+} report"),
        ("twenty three of them", "23 of them", "[-twenty three-] {+23+} of them"),
        ("we we went home", "we went home", "we [-we-] went home"),
        ("a b", "a b\n\nc", "a [-b-] {+b+}\n\n{+c+}"),
        ("i’m in", "I'm in", "[-i’m-] {+I'm+} in"),
        ("one two three four and five six seven", "9 8 7 6 and 5 4 3", None),
    ],
)
def test_changes_are_readable_without_colour(before: str, after: str, shown: str | None) -> None:
    changes = word_diff(before, after)
    if shown is None:
        assert [change.kind for change in changes] == ["replaced"], "a lone common word is chance"
    else:
        assert plain(changes) == shown


def test_only_what_differs_is_counted() -> None:
    assert count(word_diff("um the report is due", "The report is due.")) == 3
    assert count(word_diff("the same", "the same")) == 0


@given(TEXT, TEXT)
@settings(max_examples=300)
def test_pieces_joined_are_both_texts(before: str, after: str) -> None:
    changes = word_diff(before, after)
    assert joined(change.before for change in changes) == before
    assert joined(change.after for change in changes) == after


@given(drafts())
@settings(max_examples=200)
def test_kinds_tell_the_truth_about_tidied_text(spoken: Draft) -> None:
    changes = word_diff(spoken.text, tidy(spoken, CLEAN))
    for change in changes:
        sides = (bool(change.before), bool(change.after))
        assert sides == {"removed": (True, False), "added": (False, True)}.get(change.kind, (True, True))
        assert change.kind != "equal" or change.before == change.after
    assert all(a.kind != "equal" or b.kind != "equal" for a, b in pairwise(changes))


@given(TEXT)
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert count(word_diff(text, text)) == 0


@given(ITEMS, ITEMS)
@settings(max_examples=300)
def test_short_sequences_are_aligned_at_best(before: list[int], after: list[int]) -> None:
    matches = align(before, after)
    _assert_rising(before, after, matches)
    assert len(matches) == _longest_common(before, after)


@given(
    st.lists(st.integers(0, 2), min_size=300, max_size=500),
    st.lists(st.integers(1, 9), min_size=300, max_size=500),
)
@settings(max_examples=10, deadline=None)
def test_long_unlike_sequences_are_aligned_in_order(before: list[int], after: list[int]) -> None:
    _assert_rising(before, after, align(before, after))


def test_a_long_text_with_scattered_edits_keeps_every_common_word() -> None:
    before = list(range(5000))
    after = [item for item in before if item % 7]
    assert len(align(before, after)) == len(after)


def _assert_rising(before: list[int], after: list[int], matches: list[tuple[int, int]]) -> None:
    assert all(before[x] == after[y] for x, y in matches)
    assert all(a[0] < b[0] and a[1] < b[1] for a, b in pairwise(matches))


def _longest_common(before: list[int], after: list[int]) -> int:
    row = [0] * (len(after) + 1)
    for item in before:
        previous = row
        row = [0]
        for at, other in enumerate(after):
            row.append(previous[at] + 1 if item == other else max(previous[at + 1], row[at]))
    return row[-1]
