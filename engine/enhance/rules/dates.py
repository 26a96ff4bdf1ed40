"""Writes dates, years and decades in figures: "june second" → "June 2"; pure.

The order of day and month stays as it was said. "May" and "march" are verbs too: they are months
only where the words around them leave no doubt.
"""

from __future__ import annotations

from engine.enhance.rules.breath import Breath, Piece
from engine.enhance.rules.numbers import ORDINAL_UNITS, ORDINALS, Number, below_hundred
from engine.enhance.rules.units import TIME_NOUNS
from engine.speech.capitals import capitalised
from engine.speech.vocabulary import counted, vocabulary

WEEKDAYS = vocabulary("monday tuesday wednesday thursday friday saturday sunday")
MONTHS = vocabulary("january february march april may june july august september october november december")
_VERBS_TOO = vocabulary("may march")
_DATING = WEEKDAYS | vocabulary(
    "on in by since until till before after from of to through during between due dated early late mid"
)
"""Words before a month that make it one."""

_YEARLY = vocabulary("in since year until")
_CENTURIES = ("nineteen", "eighteen", "seventeen", "sixteen", "fifteen", "twenty")
_DECADES = counted(
    "twenties thirties forties fifties sixties seventies eighties nineties", start=20, step=10
) | {
    "tens": 10,
    "hundreds": 0,
}
"""Decades as they are said → their first year in a century."""


def read_date(breath: Breath, at: int) -> Piece | None:
    """The date, year or decade that begins at an index, or None."""
    word = breath.word(at)
    if word in MONTHS:
        return _month_first(breath, at)
    if word == "the":
        return _day_first(breath, at + 1, at)
    return _day_first(breath, at, at) or _decade(breath, at) or _old_year(breath, at)


def _day_first(breath: Breath, day_at: int, at: int) -> Piece | None:
    """The date in "the second of june twenty twenty six"; without a year the words around the day stay."""
    number, day, end = _day(breath, day_at)
    linked = breath.word(end) == "of"
    month_at = end + linked
    month = breath.word(month_at)
    if month not in MONTHS or not 1 <= day <= 31 or (linked and number is None):
        return None
    year = _year_of_day(breath, month_at + 1)
    if year is not None:
        return Piece((str(day), capitalised(month), year.text), month_at + 1 + year.length - at)
    if day_at == at and linked and number is not None:
        said = (number.text,) if day >= 10 else tuple(breath.words[day_at:end])
        return Piece((*said, "of", capitalised(month)), month_at + 1 - at)
    return None


def _month_first(breath: Breath, at: int) -> Piece | None:
    """The date in "june second", "june the second twenty twenty six", "may twenty twenty six"."""
    month = capitalised(breath.word(at))
    if breath.word(at - 1) == "of" and (breath.word(at - 2) in ORDINALS or breath.word(at - 2)[:1].isdigit()):
        # It has its day already.
        return None
    year = _year(breath, at + 1)
    sure = breath.word(at) not in _VERBS_TOO or breath.word(at - 1) in _DATING or _is_capital(breath, at)
    if year is not None and not breath.number_goes_on(at + 1 + year.length):
        return Piece((month, year.text), 1 + year.length) if sure else None
    day_at = at + 1 + (breath.word(at + 1) == "the")
    number, day, end = _day(breath, day_at)
    year_at = end + (breath.word(end) == "of")
    year = _year_of_day(breath, year_at)
    if not 1 <= day <= 31 or (number is None and day_at > at + 1):
        return None
    if year is not None:
        return Piece((month, f"{day},", year.text), year_at + year.length - at)
    if number is None or not (sure or number.length > 1):
        return None
    return Piece((month, str(day)), end - at)


def _day(breath: Breath, at: int) -> tuple[Number | None, int, int]:
    """The ordinal of a day, None for a plain number; the day's value; and the index behind it."""
    number = _ordinal_day(breath, at)
    if number is not None:
        return number, number.value, at + number.length
    return None, *below_hundred(breath.words, at)


def _ordinal_day(breath: Breath, at: int) -> Number | None:
    """The ordinal of a day; unlike in other text it may be a small one."""
    small = ORDINAL_UNITS.get(breath.word(at))
    if small is not None:
        return Number(breath.word(at), small, 1, exact=False)
    number = breath.number(at)
    return number if number is not None and number.ordinal else None


def _year(breath: Breath, at: int) -> Number | None:
    """A year of this millennium or the last."""
    number = breath.number(at)
    if number is None or not number.text.isdigit() or not 1000 <= number.value < 2200:
        return None
    return number


def _year_of_day(breath: Breath, at: int) -> Number | None:
    """A year behind a day, where "eighteen nineteen" is one too."""
    century, middle = below_hundred(breath.words, at)
    rest, end = below_hundred(breath.words, middle)
    if 16 <= century <= 19 and rest == century + 1 and not breath.number_goes_on(end):
        return Number(f"{century}{rest}", century * 100 + rest, end - at, exact=False)
    return _year(breath, at)


def _is_capital(breath: Breath, at: int) -> bool:
    """Whether the word was written with a capital that the beginning of a sentence does not explain."""
    token = breath.token(at)
    return at > 0 and token.written and token.core[0].isupper()


def _decade(breath: Breath, at: int) -> Piece | None:
    """A decade with its century: "nineteen sixties" → "1960s"."""
    century, decade = breath.word(at), _DECADES.get(breath.word(at + 1))
    if century not in _CENTURIES or decade is None:
        return None
    return Piece((f"{below_hundred((century,), 0)[0]}{decade:02}s",), 2)


def _old_year(breath: Breath, at: int) -> Piece | None:
    """Two numbers that are a year only because "in" or the like says so: "in ten sixty six"."""
    century, middle = below_hundred(breath.words, at)
    rest, end = below_hundred(breath.words, middle)
    if not 10 <= century <= 19 or rest < 13 or breath.word(at - 1) not in _YEARLY:
        return None
    if breath.word(end) in TIME_NOUNS or breath.word(end) in ORDINALS or not breath.ends_clearly(end):
        return None
    return Piece((f"{century}{rest}",), end - at)
