"""Writes what is spoken in numbers as figures, with what belongs to them; pure, in linear time.

Each kind of figure has a reader, which says what is to be written for the words from some index on,
or nothing. The readers whose rules are on are asked in turn: what is more than a number comes first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, partial
from typing import TypeAlias

from engine.enhance.rules.amounts import read_mixed
from engine.enhance.rules.breath import Breath, Piece, breath_around
from engine.enhance.rules.clock_times import read_time
from engine.enhance.rules.dates import MONTHS, read_date
from engine.enhance.rules.digits import read_code, read_digits, read_dotted, read_resolution
from engine.enhance.rules.money import CURRENCIES, read_money
from engine.enhance.rules.numbers import CARDINALS, HYPHENATED, NOUGHTS, ORDINALS
from engine.enhance.rules.plain_numbers import plain_numbers
from engine.enhance.rules.ranges import read_range
from engine.enhance.rules.switches import ALL, Rules
from engine.enhance.rules.units import read_measure, read_percentage
from engine.speech.tokens import Token
from engine.speech.vocabulary import vocabulary

_Reader: TypeAlias = Callable[[Breath, int], Piece | None]

_AMOUNTS = CARDINALS | {"point"}
_BEGINNINGS = CARDINALS | ORDINALS | MONTHS | vocabulary("a the half quarter minus point oh o double triple")
"""Words with which something can begin that is written in figures."""

_AFTER_ARTICLE = {
    "the": CARDINALS | ORDINALS,
    "a": frozenset({"half", "quarter", "hundred", "thousand"}) | CURRENCIES,
}
"""Words that must follow an article with which a figure begins."""

_TELLING = (_BEGINNINGS | HYPHENATED) - _AFTER_ARTICLE.keys()
_NEAR = 8
"""Words in which an article is followed by what makes a figure of it ("a dollar and fifty cents")."""


def figures(words: Sequence[Token], on: Rules = ALL) -> list[Token]:
    """The tokens with what is spoken in figures written so; what is no number is returned as it is.

    Args:
        words: The tokens, in order.
        on: The rules that apply; `numbers`, `dates`, `times`, `currencies` and `units` matter here.
    """
    readers = _readers(on)
    out: list[Token] = []
    done = 0
    for at in _places(words, readers):
        if at < done:
            continue
        start, end = breath_around(words, at, done)
        out += words[done:start]
        out += _written(Breath(words[start:end]), on, readers)
        done = end
    out += words[done:]
    return out


def _places(words: Sequence[Token], readers: Mapping[str, Sequence[_Reader]]) -> list[int]:
    """Where something can begin that is written in figures."""
    keys = [word.key for word in words]
    return [
        at
        for at, key in enumerate(keys)
        if (key in readers and (key not in _AFTER_ARTICLE or _goes_on(keys, at))) or key in HYPHENATED
    ]


def _written(breath: Breath, on: Rules, readers: Mapping[str, Sequence[_Reader]]) -> list[Token]:
    """The tokens of a breath with its figures."""
    out: list[Token] = []
    kept = 0
    for at, word in enumerate(breath.words):
        if at < kept or word not in readers:
            continue
        if word in _AFTER_ARTICLE and not _goes_on(breath.words, at):
            continue
        out.extend(breath.said(kept, at))
        kept = at
        for piece in _pieces(breath, at, on, readers[word]):
            out.extend(breath.written(kept, piece))
            kept += piece.length
    out.extend(breath.said(kept, len(breath.words)))
    return out


def _goes_on(words: Sequence[str], at: int) -> bool:
    """Whether a figure can begin with the article at an index."""
    following = words[at + 1] if at + 1 < len(words) else ""
    if following in HYPHENATED:
        return True
    return following in _AFTER_ARTICLE[words[at]] and not _TELLING.isdisjoint(words[at + 1 : at + _NEAR])


def _pieces(breath: Breath, at: int, on: Rules, readers: Sequence[_Reader]) -> Sequence[Piece]:
    """What is written from an index; at least one word is used up."""
    for reader in readers:
        piece = reader(breath, at)
        if piece is not None:
            return (piece,)
    return plain_numbers(breath, at, in_figures=on.numbers)


@lru_cache(maxsize=32)
def _readers(on: Rules) -> Mapping[str, Sequence[_Reader]]:
    """Words with which figures can begin → the readers to ask there, in their order."""
    table: tuple[tuple[bool, _Reader, frozenset[str]], ...] = (
        (on.times, read_time, CARDINALS | NOUGHTS | {"a", "half", "quarter"}),
        (on.dates, read_date, CARDINALS | ORDINALS | MONTHS | {"the"}),
        (on.numbers, read_dotted, CARDINALS),
        (on.numbers, read_digits, CARDINALS | NOUGHTS | {"double", "triple"}),
        (on.numbers, read_code, CARDINALS),
        (on.numbers, read_resolution, CARDINALS),
        (on.numbers, partial(read_range, on=on), _AMOUNTS),
        (on.currencies, read_money, _AMOUNTS | {"a"}),
        (on.numbers, read_percentage, _AMOUNTS | {"minus"}),
        (on.units, read_measure, _AMOUNTS | {"minus"}),
        (on.numbers, read_mixed, _AMOUNTS),
    )
    return {
        word: tuple(reader for is_on, reader, words in table if is_on and word in words)
        for word in _BEGINNINGS
    }
