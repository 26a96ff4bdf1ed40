"""Writes spoken numbers as figures, with what belongs to them; pure, in linear time.

By convention one to nine stay words, except before a unit or after a word such as "page". Two numbers
that follow each other, or several with a small one, can mean many things ("one twenty", "fifty fifty",
"twenty four seven") and stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.enhance.amounts import read_amount, read_part
from engine.enhance.breath import Breath, Piece, breaths
from engine.enhance.clock_times import read_time
from engine.enhance.dates import MONTHS, read_date
from engine.enhance.digits import read_code, read_digits, read_dotted, read_resolution
from engine.enhance.money import currency_sign, read_money
from engine.enhance.numbers import NUMBER_WORDS, ORDINALS, Number, read_number
from engine.enhance.ranges import read_range
from engine.enhance.rules import Rules
from engine.enhance.units import is_unit, percent, read_measure, read_percentage
from engine.speech.tokens import Token
from engine.speech.vocabulary import vocabulary

_OTHER_BEGINNINGS = vocabulary("a the half quarter minus point oh o double triple")
_BEGINNINGS = NUMBER_WORDS | ORDINALS | MONTHS | _OTHER_BEGINNINGS
"""Words with which something can begin that is written in figures."""

_SURE_LABELS = vocabulary("version page pages chapter section port")
"""Words after which even small numbers are figures."""

_LABELS = vocabulary(
    "figure table line room gate channel release sprint phase step level slide exercise appendix volume size "
    "issue ticket"
)
"""Words after which they are figures where nothing follows that they could count: "table two motions"."""

_SIDES = frozenset({"at", "that", "this", "to"})
"""Before these, "one point five" may be a point and five of something: "at one point five people"."""

_LASTING = vocabulary(
    "timeout delay interval window pause clip video timer limit recording break countdown wait exposure"
)
"""What lasts some seconds: "twenty second delay"."""

_IDIOMS = {"twenty twenty": vocabulary("vision hindsight"), "eleventh": vocabulary("hour")}
_VAGUE = vocabulary("something odd ish")
"""Words behind a number that make it vague: "twenty something"."""

ALL = Rules()


def figures(words: Sequence[Token], on: Rules = ALL) -> list[Token]:
    """The tokens with what is spoken in figures written so; what is no number is returned as it is.

    Args:
        words: The tokens, in order.
        on: The rules that apply; `numbers`, `dates`, `times`, `currencies` and `units` matter here.
    """
    out: list[Token] = []
    for breath in breaths(words):
        at = 0
        while at < len(breath.words):
            if breath.words[at] not in _BEGINNINGS:
                out.append(breath.token(at))
                at += 1
                continue
            for piece in _pieces(breath, at, on):
                out.extend(breath.written(at, piece))
                at += piece.length
    return out


def _pieces(breath: Breath, at: int, on: Rules) -> Iterator[Piece]:
    """What is written from an index; at least one word is used up."""
    piece = (
        (read_time(breath, at) if on.times else None)
        or (read_date(breath, at) if on.dates else None)
        or (_joined(breath, at) if on.numbers else None)
        or (read_range(breath, at, on) if on.numbers else None)
        or (read_money(breath, at) if on.currencies else None)
        or (read_percentage(breath, at) if on.numbers else None)
        or (read_measure(breath, at) if on.units else None)
        or (_mixed(breath, at) if on.numbers else None)
    )
    if piece is not None:
        yield piece
        return
    numbers = _numbers(breath, at)
    length = sum(number.length for number in numbers)
    if not numbers or not on.numbers or not _worth_figures(breath, at, numbers, at + length):
        yield Piece((), length or 1)
        return
    for number in numbers:
        yield _seconds(breath, at, number) or Piece((number.text,), number.length)
        at += number.length


def _joined(breath: Breath, at: int) -> Piece | None:
    """Digits that are written without a space."""
    return (
        read_dotted(breath, at)
        or read_digits(breath, at)
        or read_code(breath, at)
        or read_resolution(breath, at)
    )


def _mixed(breath: Breath, at: int) -> Piece | None:
    """A number with a fraction: "two and a half million", "ten and a half", "below point zero five"."""
    amount = read_part(breath, at)
    if amount is None:
        amount = read_amount(breath, at)
        if amount is None or amount.whole or not (amount.value >= 10 or amount.text[-1].isalpha()):
            return None
    return Piece((amount.text,), amount.end - at)


def _numbers(breath: Breath, at: int) -> list[Number]:
    """The numbers that follow each other directly from an index."""
    if breath.word(at) == "a":
        number = read_number(("one", *breath.words[at + 1 : at + 1 + _LONGEST]))
        counted = breath.word(at + 1) in ("hundred", "thousand")
        return [number] if number is not None and counted and number.length > 2 else []
    numbers: list[Number] = []
    while (number := read_number(breath.words, at)) is not None:
        numbers.append(number)
        at += number.length
    return numbers


_LONGEST = 24
"""Words of the longest cardinal, and some more."""


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
    if number.text.startswith("1.") and before in _SIDES:
        return False
    clear = breath.ends_clearly(end) and not breath.phrase(end, "of", "the")
    labelled = before in _SURE_LABELS or (before in _LABELS and clear)
    return labelled or not number.exact or number.value >= 10
