"""Reads English number words; pure.

The grammar knows cardinals ("two thousand twenty six"), ordinals ("twenty first"), decimals
("three point one four") and years ("nineteen ninety nine"). It looks ahead by a constant number of
words, so reading is linear.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from engine.speech.vocabulary import counted, vocabulary

UNITS = counted("zero one two three four five six seven eight nine", start=0)
"""Cardinals under ten → their value."""

_TEENS = counted("ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen", start=10)
_TENS = counted("twenty thirty forty fifty sixty seventy eighty ninety", start=20, step=10)
UNDER_HUNDRED = UNITS | _TEENS | _TENS
"""Every word with which a cardinal begins → its value."""

SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
"""What stands behind a cardinal and multiplies it → by how much."""

ORDINAL_UNITS = counted("first second third fourth fifth sixth seventh eighth ninth", start=1)
"""Ordinals under ten → their value."""
_ORDINAL_TEENS = counted(
    "tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth",
    start=10,
)
_ORDINAL_TENS = counted(
    "twentieth thirtieth fortieth fiftieth sixtieth seventieth eightieth ninetieth", start=20, step=10
)
_ORDINAL_FROM_TEN = _ORDINAL_TEENS | _ORDINAL_TENS
ORDINAL_VALUES = ORDINAL_UNITS | _ORDINAL_FROM_TEN
"""Every word that can end an ordinal → its value."""

_CENTURIES = {"sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20}
NOUGHTS = vocabulary("oh o")
"""What else a nought is called among digits."""

DIGITS = UNITS | dict.fromkeys(NOUGHTS, 0)
"""Every word of a digit that is read out by itself."""

CARDINALS = frozenset(UNDER_HUNDRED)
"""Every word with which a cardinal begins."""

NUMBER_WORDS = CARDINALS | frozenset(SCALES) | {"hundred"}
"""Every word of a cardinal."""

ORDINALS = frozenset(ORDINAL_VALUES)
"""Every word that can end an ordinal."""

HYPHENATED = frozenset(
    f"{tens}-{unit}" for tens in _TENS for unit in (*UNITS, *ORDINAL_UNITS) if unit != "zero"
)
"""Numbers that are written with a hyphen: "twenty-three", "twenty-third"."""


class Number(NamedTuple):
    """A number that was read.

    Attributes:
        text: It in figures, such as "25,000", "3.5 million" or "21st".
        value: Its value; that of the whole part for a decimal.
        length: How many words it took.
        exact: Whether it is a plain cardinal: no decimal, ordinal or year.
    """

    text: str
    value: int
    length: int
    exact: bool = True

    @property
    def ordinal(self) -> bool:
        """Whether it says a place in an order."""
        return self.text.endswith(("st", "nd", "rd", "th"))

    @property
    def year(self) -> bool:
        """Whether it was said as years are, in two halves."""
        return not self.exact and self.text.isdigit()


def is_figure(key: str) -> bool:
    """Whether a word in lower case is, or contains, a number."""
    return key in NUMBER_WORDS or key in HYPHENATED or any(char.isdigit() for char in key)


def read_number(words: Sequence[str], start: int = 0) -> Number | None:
    """The longest number that begins at `start`, or None where none begins.

    Args:
        words: Words in lower case with nothing between them.
        start: Index of the first word to read.
    """
    year = _year(words, start)
    if year is not None:
        return year
    value, end = _cardinal(words, start)
    more = _ordinal(words, start, value, end) or (_decimal(words, start, value, end) if end > start else None)
    if more is not None or end == start:
        return more
    return Number(_figures(value, SCALES.get(words[end - 1], 1)), value, end - start)


def _word_at(words: Sequence[str], at: int) -> str:
    """The word at an index, which may lie outside; empty there."""
    return words[at] if 0 <= at < len(words) else ""


def _cardinal(words: Sequence[str], start: int) -> tuple[int, int]:
    """Value and end of the cardinal at `start`; the end is `start` where there is none."""
    total, at, limit = 0, start, 10**15
    while True:
        joined = at > start and _word_at(words, at) == "and"
        group, end = _below_thousand(words, at + joined)
        scale = SCALES.get(_word_at(words, end), 1)
        if end == at + joined or scale >= limit or (joined and (group >= 100 or scale > 1)):
            return total, at
        if group == 0 or scale == 1:
            return (total, at) if group == 0 and at > start else (total + group, end)
        total, at, limit = total + group * scale, end + 1, scale


def _below_thousand(words: Sequence[str], start: int) -> tuple[int, int]:
    """Value and end of a number under 1000, or of hundreds such as "twelve hundred"."""
    value, end = below_hundred(words, start)
    if value % 10 == 0 or _word_at(words, end) != "hundred":
        return value, end
    value, end = value * 100, end + 1
    joined = _word_at(words, end) == "and"
    rest, after = below_hundred(words, end + joined)
    follows = _word_at(words, after)
    two = follows == "hundred" or (follows in SCALES and _word_at(words, start - 1) == "between")
    if rest == 0 or follows == "hundred" or (joined and two):
        return value, end
    return value + rest, after


def below_hundred(words: Sequence[str], start: int) -> tuple[int, int]:
    """Value and end of a number under 100; the end is `start` where there is none."""
    value = UNDER_HUNDRED.get(words[start]) if 0 <= start < len(words) else None
    if value is None:
        return 0, start
    unit = UNITS.get(_word_at(words, start + 1), 0) if value >= 20 else 0
    return value + unit, start + 1 + (unit > 0)


def _year(words: Sequence[str], start: int) -> Number | None:
    """A year in two halves: "nineteen ninety nine", "twenty twenty six", "nineteen oh five"."""
    century = _CENTURIES.get(_word_at(words, start))
    if century is None:
        return None
    following = _word_at(words, start + 1)
    if following in NOUGHTS:
        value, end = UNITS.get(_word_at(words, start + 2), 0), start + 3
    elif following in _TENS or following in _TEENS:
        value, end = below_hundred(words, start + 1)
    else:
        return None
    if value == 0 or _word_at(words, end) in ("hundred", "point", "dot", *SCALES):
        return None
    if value == century + 1 and (century < 20 or _counts(words, start, end)):
        return None
    return Number(str(century * 100 + value), century * 100 + value, end - start, exact=False)


def _counts(words: Sequence[str], start: int, end: int) -> bool:
    """Whether "twenty twenty one" is a part of counting: "nineteen twenty twenty one twenty two"."""
    return _word_at(words, end) in _TENS or (start > 0 and words[start - 1] == "nineteen")


def _ordinal(words: Sequence[str], start: int, value: int, end: int) -> Number | None:
    """The ordinal that goes on from a cardinal, or stands alone from "tenth" on."""
    joined = end > start and value % 100 == 0 and _word_at(words, end) == "and"
    word = _word_at(words, end + joined)
    room = value % 100
    if (
        word in ORDINAL_UNITS
        and value
        and room % 10 == 0
        and room != 10
        and not (word == "second" and room == 0)
    ):
        value += ORDINAL_UNITS[word]
    elif word in _ORDINAL_FROM_TEN and room == 0 and (value > 0 or end == start):
        value += _ORDINAL_FROM_TEN[word]
    else:
        return None
    suffix = "th" if value % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
    return Number(_figures(value) + suffix, value, end + joined + 1 - start, exact=False)


def _decimal(words: Sequence[str], start: int, value: int, end: int) -> Number | None:
    """The decimal that goes on from a cardinal: "three point one four", "two point five million"."""
    if _word_at(words, end) != "point":
        return None
    at = end + 1
    digits = ""
    while _word_at(words, at) in DIGITS:
        digits += str(DIGITS[words[at]])
        at += 1
    if not digits:
        fraction, at = below_hundred(words, end + 1)
        digits = str(fraction) if fraction else ""
    if not digits:
        return None
    scale = _word_at(words, at)
    text = f"{_figures(value)}.{digits}"
    if scale in SCALES:
        return Number(f"{text} {scale}", value, at + 1 - start, exact=False)
    return Number(text, value, at - start, exact=False)


def _figures(value: int, scale: int = 1) -> str:
    """`value` in figures; whole millions keep their word, a comma parts thousands from 10,000 on."""
    if scale >= 10**6 and value % scale == 0:
        name = next(word for word, size in SCALES.items() if size == scale)
        return f"{value // scale} {name}"
    return str(value) if value < 10_000 else f"{value:,}"
