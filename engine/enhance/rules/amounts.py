"""Reads amounts, which measure or count something: "two point five", "ten and a half"; pure."""

from __future__ import annotations

from engine.enhance.rules.breath import Amount, Breath, Piece
from engine.enhance.rules.numbers import DIGITS, SCALES
from engine.speech.vocabulary import vocabulary

_PARTS = {("and", "a", "half"): "5", ("and", "a", "quarter"): "25", ("and", "three", "quarters"): "75"}
"""What can follow a whole number → the digits of its decimal."""

LARGE_SCALES = frozenset(SCALES) - {"thousand"}
"""Scales that stay words: "3.5 million"."""

_EQUALS = vocabulary("is was of by below under above over than about around equals least most")
"""Before these, "point" and two digits or more are a decimal by themselves."""

_LONGEST_PART = 8
"""Digits that are read behind a point without a whole number before it."""


def read_amount(breath: Breath, start: int) -> Amount | None:
    """The amount that begins at an index, or None: an ordinal, or a year, is no amount.

    Another number right behind it leaves open what was meant, so that is none either.
    """
    if start not in breath.amounts:
        amount = _point_something(breath, start) if breath.word(start) == "point" else _amount(breath, start)
        goes_on = amount is not None and breath.number_goes_on(amount.end)
        breath.amounts[start] = None if goes_on else amount
    return breath.amounts[start]


def read_mixed(breath: Breath, at: int) -> Piece | None:
    """A number with a fraction: "two and a half million", "ten and a half", "below point zero five"."""
    amount = _part(breath, at)
    if amount is None:
        amount = read_amount(breath, at)
        if amount is None or amount.whole or not (amount.value >= 10 or amount.text[-1].isalpha()):
            return None
    return Piece((amount.text,), amount.end - at)


def _part(breath: Breath, start: int) -> Amount | None:
    """A decimal that begins with its point and stands by itself: "below point zero five"."""
    if breath.word(start) != "point" or breath.word(start - 1) not in _EQUALS:
        return None
    amount = read_amount(breath, start)
    return amount if amount is not None and amount.end > start + 2 else None


def _amount(breath: Breath, start: int) -> Amount | None:
    number = breath.number(start)
    if number is None or number.ordinal or number.year:
        return None
    end = start + number.length
    part = ""
    if breath.word(end) == "and" and number.text.isdigit():
        part = next((digits for said, digits in _PARTS.items() if breath.phrase(end, *said)), "")
    if not part:
        return Amount(number.text, number.value, end, number.exact)
    text, end = f"{number.text}.{part}", end + 3
    if breath.word(end) in LARGE_SCALES:
        text, end = f"{text} {breath.word(end)}", end + 1
    return Amount(text, number.value, end, whole=False)


def _point_something(breath: Breath, start: int) -> Amount | None:
    """A decimal whose nought was not said: "point five percent"."""
    digits = ""
    while len(digits) < _LONGEST_PART and breath.word(start + 1 + len(digits)) in DIGITS:
        digits += str(DIGITS[breath.word(start + 1 + len(digits))])
    return Amount(f"0.{digits}", 0, start + 1 + len(digits), whole=False) if digits else None
