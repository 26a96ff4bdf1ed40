"""Writes times of day in figures: "quarter to nine" → "8:45", "ten thirty p m" → "10:30 pm"; pure.

Two numbers make a time only where a word around them says so, for "five thirty" may as well be 530
or two numbers.
"""

from __future__ import annotations

from typing import NamedTuple

from engine.enhance.rules.breath import Breath, Piece
from engine.enhance.rules.numbers import DIGITS, NOUGHTS, ORDINALS, below_hundred
from engine.enhance.rules.units import TIME_NOUNS, is_unit, percent
from engine.speech.vocabulary import vocabulary

_MERIDIEMS = vocabulary("am pm a.m p.m")
_AT = vocabulary("at until till")
"""Words before a time of day."""

_AT_A_PRICE = vocabulary(
    "priced sold sells selling bought trading trades valued capped pegged stands stood peaked"
)
"""Before "at" these speak of an amount: "priced at one fifty"."""

_PERIODS = vocabulary("last next this per each every first second third fourth one three a")
"""Before these a quarter is one of the year, or there are several."""

_DAY_PARTS = vocabulary("morning afternoon evening")


class _Clock(NamedTuple):
    """An hour, perhaps with minutes; `end` is the index behind it."""

    hour: int
    minute: int | None
    end: int

    @property
    def text(self) -> str:
        return f"{self.hour}" if self.minute is None else f"{self.hour}:{self.minute:02}"


def read_time(breath: Breath, at: int) -> Piece | None:
    """The time of day that begins at an index, or None."""
    return _relative(breath, at) or _military(breath, at) or _plain(breath, at)


def _relative(breath: Breath, at: int) -> Piece | None:
    """A time that is said by its distance from an hour: "half past three", "ten to four"."""
    minutes, link_at = _distance(breath, at)
    link = breath.word(link_at)
    hour = _hour(breath, link_at + 1) if link in ("past", "to", "after") else None
    if not 1 <= minutes <= 30 or hour is None or not 1 <= hour.hour <= 12:
        return None
    part = breath.word(link_at - 1)
    clear = breath.ends_clearly(hour.end) or _meridiem(breath, hour.end) is not None
    if link == "past":
        past = part == "half" or not _is_counting(breath, hour.end)
    else:
        past = link == "after" and part == "quarter" and clear
    if past:
        return _timed(breath, at, _Clock(hour.hour, minutes, hour.end))
    counted = part in ("minute", "minutes")
    if link != "to" or not clear or part == "half" or not (counted or minutes % 5 == 0):
        return None
    if breath.word(at - 1) in _AT or part == "quarter" or _says_it_is(breath, at):
        return _timed(breath, at, _Clock((hour.hour - 2) % 12 + 1, 60 - minutes, hour.end))
    # "Twenty to nine" may be a time, or a score: it stays as it was said.
    falls = minutes > hour.hour and breath.word(at - 1) not in ("from", "between")
    return Piece((), hour.end - at) if falls and not counted else None


def _distance(breath: Breath, at: int) -> tuple[int, int]:
    """The minutes from an hour that are said at an index, 0 where none are, and their end."""
    start = at + (breath.word(at) == "a")
    part = breath.word(start)
    if part == "half":
        return 30, start + 1
    if part == "quarter":
        before = breath.word(at - 1)
        return (0, at) if before in _PERIODS or before in ORDINALS else (15, start + 1)
    if start > at:
        return 0, at
    minutes, end = below_hundred(breath.words, at)
    return minutes, end + (breath.word(end) in ("minute", "minutes"))


def _military(breath: Breath, at: int) -> Piece | None:
    """Hours of four digits: "oh nine hundred hours" → "0900 hours", "fourteen thirty hours"."""
    nought = DIGITS.get(breath.word(at)) == 0
    hour, end = below_hundred(breath.words, at + nought)
    if end == at + nought or hour > 23 or (nought and hour > 9) or (not nought and hour < 10):
        return None
    minute, end = (0, end + 1) if breath.word(end) == "hundred" else _minutes(breath, end)
    if minute is None or minute > 59 or breath.word(end) != "hours":
        return None
    return Piece((f"{hour:02}{minute:02}",), end - at)


def _plain(breath: Breath, at: int) -> Piece | None:
    """A time with something that shows it to be one: "pm", "o'clock", "at" before it."""
    clock = _clock(breath, at)
    if clock is None:
        return None
    if clock.hour <= 12:
        if clock.hour and _meridiem(breath, clock.end):
            return _timed(breath, at, clock)
        if clock.hour and clock.minute is None and breath.word(clock.end) == "o'clock":
            return Piece((clock.text,), clock.end - at)
        if clock.hour and clock.minute is None and breath.phrase(clock.end, "o", "clock"):
            return Piece((clock.text, "o'clock"), clock.end + 2 - at)
        span = _span(breath, at, clock)
        if span is not None:
            return span
    if clock.minute is None or _is_counting(breath, clock.end):
        return None
    usual = clock.minute % 5 == 0 or clock.minute < 10 or breath.ends_clearly(clock.end)
    in_the = breath.phrase(clock.end, "in", "the") and breath.word(clock.end + 2) in _DAY_PARTS
    by_day = clock.hour <= 12 and (in_the or breath.word(clock.end) == "tonight")
    by_word = usual and breath.word(at - 1) in _AT and breath.word(at - 2) not in _AT_A_PRICE
    return Piece((clock.text,), clock.end - at) if by_word or by_day else None


def _is_counting(breath: Breath, end: int) -> bool:
    """Whether the word behind two numbers is what they count, or goes on with them."""
    behind = breath.word(end)
    if breath.number_goes_on(end) or behind in ("point", "dot") or percent(breath, end):
        return True
    return behind in TIME_NOUNS or is_unit(behind)


def _says_it_is(breath: Breath, at: int) -> bool:
    """Whether somebody tells the time: "it's twenty to nine"."""
    return breath.word(at - 1) == "it's" or breath.phrase(at - 2, "it", "is")


def _span(breath: Breath, at: int, first: _Clock) -> Piece | None:
    """Two times of which only the second has its half of the day: "nine thirty to eleven am"."""
    link = breath.word(first.end)
    if link not in ("to", "until", "till") and not (link == "and" and breath.word(at - 1) == "between"):
        return None
    second = _clock(breath, first.end + 1)
    if second is None or not (first.hour and 1 <= second.hour <= 12) or not _meridiem(breath, second.end):
        return None
    rest = _timed(breath, first.end + 1, second)
    return Piece((first.text, link, *rest.texts), first.end + 1 + rest.length - at)


def _hour(breath: Breath, at: int) -> _Clock | None:
    hour, end = below_hundred(breath.words, at)
    if end == at or hour > 23 or breath.word(end) == "hundred":
        return None
    return _Clock(hour, None, end)


def _clock(breath: Breath, at: int) -> _Clock | None:
    """An hour, with the minutes that follow it."""
    hour = _hour(breath, at)
    if hour is None:
        return None
    minute, end = _minutes(breath, hour.end)
    if minute is None or minute > 59:
        return None if breath.number_goes_on(hour.end) else hour
    return _Clock(hour.hour, minute, end)


def _minutes(breath: Breath, at: int) -> tuple[int | None, int]:
    """Minutes as they are said behind an hour, "thirty" or "oh five", and their end."""
    if breath.word(at) in NOUGHTS and DIGITS.get(breath.word(at + 1)):
        return DIGITS[breath.word(at + 1)], at + 2
    minute, end = below_hundred(breath.words, at)
    return (minute, end) if minute >= 10 else (None, at)


def _meridiem(breath: Breath, at: int) -> tuple[str, int] | None:
    """The half of the day at an index, "am" or "pm", and how many words say it; "am i" is a question."""
    if breath.word(at) in ("a", "p") and breath.word(at + 1) == "m":
        return f"{breath.word(at)}m", 2
    word = breath.word(at)
    if word not in _MERIDIEMS or breath.word(at + 1) == "i":
        return None
    token = breath.token(at)
    return word if token.written and token.tail else word.replace(".", ""), 1


def _timed(breath: Breath, at: int, clock: _Clock) -> Piece:
    """The time with its half of the day, if that is said."""
    marker = _meridiem(breath, clock.end)
    if marker is None:
        return Piece((clock.text,), clock.end - at)
    text, used = marker
    return Piece((clock.text, text), clock.end + used - at)
