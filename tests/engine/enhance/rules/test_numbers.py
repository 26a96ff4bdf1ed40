"""Number words read back: every number is what was said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.enhance.rules.numbers import read_number
from tests.engine.enhance.rules.spoken_numbers import cardinal, year


@given(st.integers(0, 999_999), st.booleans())
def test_a_spoken_cardinal_is_read_as_its_value(value: int, joined: bool) -> None:
    words = cardinal(value, joined)
    number = read_number(words)
    assert number is not None
    assert (number.value, number.length) == (value, len(words))
    assert number.text.replace(",", "") == str(value)


@given(st.integers(1600, 2099).filter(lambda value: value % 100))
def test_a_year_in_two_halves_is_read_as_said(value: int) -> None:
    words = year(value)
    number = read_number(words)
    assert number is not None
    counting = value % 100 == value // 100 + 1 and value < 2000
    assert counting or (number.text, number.length) == (str(value), len(words))


def test_between_parts_two_numbers() -> None:
    words = ["between", "one", "hundred", "and", "two", "thousand"]
    number = read_number(words, 1)
    assert number is not None
    assert (number.text, number.length) == ("100", 2)


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
        ("twenty twenty one", "2021", 3),
        ("nineteen twenty twenty one twenty two", "19", 1),
        ("twenty twenty one twenty two", "20", 1),
        ("nine hundred and ninety nine thousand", "999,000", 6),
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
