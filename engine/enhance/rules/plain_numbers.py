"""Writes numbers that are nothing but numbers in figures, where convention does; pure.

One to nine stay words, except after a word such as "page". Two numbers that follow each other, or
several with a small one, can mean many things ("one twenty", "fifty fifty", "twenty four seven") and
stay as they are.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.enhance.rules.breath import Breath, Piece
from engine.enhance.rules.money import currency_sign
from engine.enhance.rules.numbers import ORDINALS, Number, is_figure, read_number
from engine.enhance.rules.units import is_unit, percent
from engine.speech.vocabulary import vocabulary

_SURE_LABELS = vocabulary("version page pages chapter section port")
"""Words after which even small numbers are figures."""

_LABELS = vocabulary(
    "figure table line room gate channel release sprint phase step level slide exercise appendix volume size "
    "issue ticket paragraph para"
)
"""Words after which they are figures where nothing follows that they could count: "table two motions"."""

_AFTER_SOME_ONE = vocabulary(
    "per who that which of in for each can could should would must may might i we you"
)
"""Before these "one" is no number: "in this version one can choose"."""

_SIDES = frozenset({"at", "that", "this", "to"})
"""Before these, "one point five" may be a point and five of something: "at one point five people"."""

_WITH_HUNDREDTHS = vocabulary("metre metres meter meters")
"""Units behind which the hundredths are said without a unit of their own: "one metre eighty"."""

_LASTING = vocabulary(
    "timeout delay interval window pause clip video timer limit recording break countdown wait exposure"
)
"""What lasts some seconds: "twenty second delay"."""

_IDIOMS = {"twenty twenty": vocabulary("vision hindsight"), "eleventh": vocabulary("hour")}
_VAGUE = vocabulary("something odd ish")
"""Words behind a number that make it vague: "twenty something"."""

_LONGEST = 24
"""Words of the longest cardinal, and some more."""


def plain_numbers(breath: Breath, at: int, in_figures: bool) -> Sequence[Piece]:
    """What is written for the numbers that follow each other from an index, or for the one word there.

    Args:
        breath: The words.
        at: Index of the first.
        in_figures: Whether the rule for numbers applies; without it they stay words.
    """
    numbers = _numbers(breath, at)
    length = sum(number.length for number in numbers)
    if not numbers or not in_figures or not _worth_figures(breath, at, numbers, at + length):
        return (Piece((), length or 1),)
    pieces: list[Piece] = []
    for number in numbers:
        pieces.append(_seconds(breath, at, number) or Piece((number.text,), number.length))
        at += number.length
    return pieces


def _numbers(breath: Breath, at: int) -> list[Number]:
    """The numbers that follow each other directly from an index."""
    if breath.word(at) == "a":
        if breath.word(at + 1) not in ("hundred", "thousand"):
            return []
        number = read_number(("one", *breath.words[at + 1 : at + 1 + _LONGEST]))
        return [number] if number is not None and number.length > 2 else []
    numbers: list[Number] = []
    while (number := breath.number(at)) is not None:
        numbers.append(number)
        at += number.length
    return numbers


def _seconds(breath: Breath, at: int, number: Number) -> Piece | None:
    """A number of seconds that reads like an ordinal: "a twenty second delay"."""
    end = at + number.length
    if not number.text.endswith("2nd"):
        return None
    if breath.word(at - 1) not in ("a", "an", "every", "another") and breath.word(end) not in _LASTING:
        return None
    count = read_number(breath.words[at : end - 1])
    return None if count is None else Piece((count.text, "second"), number.length)


def _worth_figures(breath: Breath, at: int, numbers: Sequence[Number], end: int) -> bool:
    """Whether convention writes these numbers as figures."""
    before, after = breath.word(at - 1), breath.word(end)
    said = " ".join(breath.words[at:end])
    if after in _VAGUE or after in _IDIOMS.get(said, ()):
        return False
    if len(numbers) > 1:
        doubtful = len(numbers) == 2 and all(number.exact for number in numbers)
        return not doubtful and min(number.value for number in numbers) >= 10
    number = numbers[0]
    if number.year:
        counts = percent(breath, end) or is_unit(after) or currency_sign(breath, end, at)
        return not counts and not (said == "twenty twenty" and breath.phrase(at - 2, "hindsight", "is"))
    if before in ("a", "an") and breath.word(at) in ORDINALS:
        return False
    if before in _WITH_HUNDREDTHS and is_figure(breath.word(at - 2)) and number.value < 100:
        return False
    if number.text.startswith("1.") and before in _SIDES:
        return False
    clear = breath.ends_clearly(end) and not breath.phrase(end, "of", "the")
    some_one = said == "one" and after in _AFTER_SOME_ONE
    labelled = not some_one and (before in _SURE_LABELS or (before in _LABELS and clear))
    return labelled or not number.exact or number.value >= 10
