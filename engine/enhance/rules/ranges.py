"""Writes two amounts that belong together alike: "five to fifteen" → "5 to 15"; pure."""

from __future__ import annotations

from engine.enhance.rules.amounts import read_amount
from engine.enhance.rules.breath import Amount, Breath, Piece
from engine.enhance.rules.money import currency_sign
from engine.enhance.rules.numbers import SCALES, below_hundred
from engine.enhance.rules.switches import Rules
from engine.enhance.rules.units import is_measured, percent
from engine.speech.vocabulary import vocabulary

_LINKS = vocabulary("to or by plus minus")
_LONG_LINKS = (("out", "of"), ("divided", "by"))
_SCALES = ("hundred", *SCALES)
_BEFORE_SOME_ONE = vocabulary(
    "no this that each every any some another which the give gave given gives send sent sends show showed "
    "sell sold offer offered pass passed bring brought hand handed take took move moved copy copied add added"
)
"""After these "one" is no number: "give one to twelve people"."""


def read_range(breath: Breath, at: int, on: Rules) -> Piece | None:
    """Two amounts with a link between them, of which convention writes at least one in figures.

    "Three or four hundred" leaves open what the first number counts, so it stays as it was said.
    """
    first = read_amount(breath, at)
    link = () if first is None else _link(breath, at, first.end)
    if first is None or not link:
        return None
    second_at = first.end + len(link)
    second = read_amount(breath, second_at)
    if second is None:
        return None
    scaled = _scale(breath, second_at, second.end)
    if scaled and _is_elliptic(breath, first, second_at):
        as_said = scaled != "million" or bool(currency_sign(breath, second.end, at))
        return Piece(() if as_said else (first.text, *link, second.text), second.end - at)
    end, texts = _measured(breath, at, first, link, second, on)
    if texts:
        return Piece(texts, end - at)
    small = first.whole and second.whole and max(first.value, second.value) < 10
    some_one = breath.word(at) == "one" and breath.word(at - 1) in _BEFORE_SOME_ONE and len(link) == 1
    if small or some_one:
        return None
    return Piece((first.text, *link, second.text), second.end - at)


def _measured(
    breath: Breath, at: int, first: Amount, link: tuple[str, ...], second: Amount, on: Rules
) -> tuple[int, tuple[str, ...]]:
    """Where the range ends and how it is written, if the second amount is money or measured."""
    words = percent(breath, second.end)
    if words:
        return second.end + words, (first.text, *link, f"{second.text}%")
    sign = currency_sign(breath, second.end, at) if on.currencies else ""
    if sign:
        return second.end + 1, (f"{sign}{first.text}", *link, f"{sign}{second.text}")
    if on.units and is_measured(breath, second):
        return second.end, (first.text, *link, second.text)
    return second.end, ()


def _link(breath: Breath, at: int, end: int) -> tuple[str, ...]:
    word = breath.word(end)
    for long in _LONG_LINKS:
        if breath.phrase(end, *long):
            return long
    return (word,) if word in _LINKS or (word == "and" and breath.word(at - 1) == "between") else ()


def _scale(breath: Breath, start: int, end: int) -> str:
    """The word with which an amount ends, where that is a hundred or more; "million" for any larger."""
    last = breath.word(end - 1)
    if end - start < 2 or last not in _SCALES:
        return ""
    return last if last in ("hundred", "thousand") else "million"


def _is_elliptic(breath: Breath, first: Amount, second_at: int) -> bool:
    """Whether the first amount may lack the scale of the second: "two to three thousand"."""
    return first.value < below_hundred(breath.words, second_at)[0]
