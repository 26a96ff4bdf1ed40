"""The yardstick of every recognition test: counted by hand here."""

import pytest

from tests.support.voices import word_errors


@pytest.mark.parametrize(
    ("reference", "hypothesis", "errors"),
    [
        ("", "", 0.0),
        ("one two three four", "one two three four", 0.0),
        ("one two three four", "One, two; three four.", 0.0),
        ("one two three four", "one too three four", 0.25),
        ("one two three four", "one three four", 0.25),
        ("one two three four", "one two two three four", 0.25),
        ("one two three four", "", 1.0),
        ("one two", "a b c d", 2.0),
        ("it's so", "its so", 0.5),
    ],
)
def test_substitutions_insertions_and_deletions_are_counted_per_word(
    reference: str, hypothesis: str, errors: float
) -> None:
    assert word_errors(reference, hypothesis) == errors
