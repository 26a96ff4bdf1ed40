"""Joins digits that are read out: telephone numbers, codes, ports, versions, addresses of machines; pure."""

from __future__ import annotations

from itertools import pairwise

from engine.enhance.rules.breath import Breath, Piece
from engine.enhance.rules.numbers import DIGITS, NOUGHTS, NUMBER_WORDS, below_hundred
from engine.speech.vocabulary import vocabulary

_LABELS = vocabulary(
    "port extension code pin number room error status id ticket issue flight bus route highway line page "
    "channel"
)
"""Words before digits that are read out one by one."""

_ERRORS = vocabulary("error errors status response")
_REPEATS = {"double": 2, "triple": 3}
_TELEPHONE_DIGITS = 7
"""So many digits in a row are a telephone number or the like, whatever stands before them."""

_CODE_DIGITS = range(3, 6)
"""How many digits an error, a port or a room has."""


def read_digits(breath: Breath, at: int) -> Piece | None:
    """Digits that belong together: "five five five oh one nine two" → "5550192"."""
    digits, end = _digits(breath, at)
    if breath.word(end) in NUMBER_WORDS or breath.word(end) in ("point", "dot"):
        # The last digit begins a number: "five hundred".
        return None
    labelled = _label(breath, at)
    if len(digits) >= _TELEPHONE_DIGITS or (labelled and len(digits) >= min(_CODE_DIGITS)):
        return None if _counts(digits) else Piece((digits,), end - at)
    if len(digits) == 3 and breath.word(at + 1) in NOUGHTS and breath.word(end) in _ERRORS:
        return Piece((digits,), end - at)
    return None


def read_code(breath: Breath, at: int) -> Piece | None:
    """A labelled number that is said in parts: "port eighty eighty", "error four twenty nine"."""
    if not _label(breath, at):
        return None
    code, end, parts = "", at, 0
    while len(code) < max(_CODE_DIGITS):
        value, after = below_hundred(breath.words, end)
        if breath.word(end) in NOUGHTS:
            value, after = 0, end + 1
        if after == end:
            break
        code, end, parts = f"{code}{value}", after, parts + 1
    follows = breath.word(end)
    if parts < 2 or len(code) not in _CODE_DIGITS or follows in NUMBER_WORDS or follows in ("point", "dot"):
        return None
    return Piece((code,), end - at)


def read_resolution(breath: Breath, at: int) -> Piece | None:
    """A size in pixels, its numbers said in halves: "nineteen twenty by ten eighty"."""
    width, link = _in_halves(breath, at)
    height, end = _in_halves(breath, link + 1)
    if breath.word(link) != "by" or not width:
        return None
    if not height:
        number = breath.number(link + 1)
        if number is None or not number.exact:
            return None
        height, end = number.text, link + 1 + number.length
    return None if breath.word(end) in NUMBER_WORDS else Piece((width, "by", height), end - at)


def _in_halves(breath: Breath, at: int) -> tuple[str, int]:
    """A number of three or four digits without its "hundred", and its end: "seven twenty"."""
    first, middle = below_hundred(breath.words, at)
    second, end = below_hundred(breath.words, middle)
    return (f"{first}{second}", end) if first and second >= 10 else ("", at)


def read_dotted(breath: Breath, at: int) -> Piece | None:
    """Numbers with dots between them: "three dot eleven", "one point two point three"."""
    text, end = _component(breath, at)
    if end == at or breath.word(end) not in ("dot", "point"):
        return None
    dot = False
    parts = 1
    while breath.word(end) in ("dot", "point"):
        part, after = _component(breath, end + 1)
        if after == end + 1:
            break
        dot = dot or breath.word(end) == "dot"
        text, end, parts = f"{text}.{part}", after, parts + 1
    versioned = breath.word(at - 1) == "version"
    return Piece((text,), end - at) if parts > 2 or (parts == 2 and (dot or versioned)) else None


def _component(breath: Breath, at: int) -> tuple[str, int]:
    """One part of a dotted number: "eleven", "one two seven", "one sixty eight"; and its end."""
    digits, end = _digits(breath, at, most=3)
    follows, after = below_hundred(breath.words, end)
    if len(digits) == 1 and breath.word(at) not in NOUGHTS and follows >= 10:
        return f"{digits}{follows}", after
    if len(digits) > 1 or (digits and breath.word(at) in NOUGHTS):
        return digits, end
    number = breath.number(at)
    if number is None or number.value >= 10_000:
        return "", at
    if number.exact or number.year:
        return str(number.value), at + number.length
    # The reader of numbers took the next part for decimals.
    value, end = below_hundred(breath.words, at)
    return (str(value), end) if breath.word(end) in ("point", "dot") else ("", at)


def _digits(breath: Breath, at: int, most: int = 32) -> tuple[str, int]:
    """The digits that are read out from an index, and their end."""
    digits, end = "", at
    while len(digits) < most:
        times = _REPEATS.get(breath.word(end), 1)
        word = breath.word(end + (times > 1))
        if word not in DIGITS:
            break
        digits += str(DIGITS[word]) * times
        end += 1 + (times > 1)
    return digits, end


def _label(breath: Breath, at: int) -> bool:
    """Whether the word before says that a number in digits follows."""
    before = breath.word(at - 1)
    return before in _LABELS or (before == "is" and breath.word(at - 2) in _LABELS)


def _counts(digits: str) -> bool:
    """Whether the digits only count up or down, as people do to test a microphone."""
    steps = {int(second) - int(first) for first, second in pairwise(digits)}
    return steps in ({1}, {-1})
