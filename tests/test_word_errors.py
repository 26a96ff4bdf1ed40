"""The yardstick of every recognition test: counted by hand here, and against the textbook's form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.word_errors import prefix_distances, word_errors

few_words = st.lists(st.sampled_from("abc"), max_size=9)


@pytest.mark.parametrize(
    ("reference", "hypothesis", "errors"),
    [
        ("", "", 0.0),
        ("", "one two", 2.0),
        ("one two three four", "one two three four", 0.0),
        ("one two three four", "One, two; three four.", 0.0),
        ("one two three four", "one too three four", 0.25),
        ("one two three four", "one three four", 0.25),
        ("one two three four", "one two two three four", 0.25),
        ("one two three four", "", 1.0),
        ("one two", "a b c d", 2.0),
        ("it's so", "its so", 0.5),
        ("it’s so", "it's so", 0.0),
    ],
)
def test_substitutions_insertions_and_deletions_are_counted_per_word(
    reference: str, hypothesis: str, errors: float
) -> None:
    assert word_errors(reference, hypothesis) == errors


@given(few_words, few_words)
def test_every_beginning_is_measured_as_the_textbook_does(said: list[str], heard: list[str]) -> None:
    def distance(i: int, j: int) -> int:
        return int(rows[i][j])

    rows = [list(range(len(heard) + 1))]
    for i, word in enumerate(said, 1):
        rows.append([i])
        for j, other in enumerate(heard, 1):
            substituted = distance(i - 1, j - 1) + (word != other)
            rows[i].append(min(substituted, distance(i - 1, j) + 1, distance(i, j - 1) + 1))
    assert prefix_distances(said, heard).tolist() == [row[-1] for row in rows]
