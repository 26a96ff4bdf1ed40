"""Number words read back: every number is what was said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.enhance.numbers import read_number
from engine.speech.vocabulary import counted

_SMALL = list(
    counted(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
        "sixteen seventeen eighteen nineteen",
        start=0,
    )
)
_TENS = list(counted("- -- twenty thirty forty fifty sixty seventy eighty ninety", start=0))


@given(st.integers(0, 999_999), st.booleans())
def test_a_spoken_cardinal_is_read_as_its_value(value: int, joined: bool) -> None:
    words = _spoken(value, joined)
    number = read_number(words)
    assert number is not None
    assert (number.value, number.length) == (value, len(words))
    assert number.text.replace(",", "") == str(value)


@pytest.mark.parametrize(
    ("words", "text", "length"),
    [
        ("twenty first", "21st", 2),
        ("twenty second", "22nd", 2),
        ("thirty third", "33rd", 2),
        ("one hundred and eleventh", "111th", 4),
        ("twelfth", "12th", 1),
        ("three point one four one", "3.141", 5),
        ("zero point oh five", "0.05", 4),
        ("three point twenty five", "3.25", 4),
        ("two point five million", "2.5 million", 4),
        ("two million", "2 million", 2),
        ("nineteen ninety nine", "1999", 3),
        ("twenty twenty six", "2026", 3),
        ("twenty oh five", "2005", 3),
        ("nineteen hundred", "1900", 2),
        ("twenty one hundred", "2100", 3),
        ("one hundred and two hundred", "100", 2),
        ("five thousand six thousand", "5000", 2),
        ("twenty point", "20", 1),
        ("two thousand and", "2000", 2),
        ("one second", "1", 1),
        ("ten first", "10", 1),
    ],
)
def test_reading_stops_where_the_number_does(words: str, text: str, length: int) -> None:
    number = read_number(words.split())
    assert number is not None
    assert (number.text, number.length) == (text, length)


@pytest.mark.parametrize("words", ["", "and five", "point five", "hundred", "second", "thousand", "oh"])
def test_what_begins_no_number_is_none(words: str) -> None:
    assert read_number(words.split()) is None


def _spoken(value: int, joined: bool) -> list[str]:
    if value >= 1000:
        rest = value % 1000
        return [*_spoken(value // 1000, joined=False), "thousand", *(_spoken(rest, joined) if rest else [])]
    if value >= 100:
        rest = ["and"] * joined + _spoken(value % 100, joined) if value % 100 else []
        return [_SMALL[value // 100], "hundred", *rest]
    if value >= 20:
        return [_TENS[value // 10], *([_SMALL[value % 10]] if value % 10 else [])]
    return [_SMALL[value]]
