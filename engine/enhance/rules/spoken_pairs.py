"""Writes brackets and quotation marks that were spoken in pairs: "open paren … close paren"; pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from engine.enhance.rules.joints import DETERMINERS, Phrases, key_at, says
from engine.speech.tokens import Token

LONGEST = 60
"""Words that may stand between two that make a pair."""


class _Pair(NamedTuple):
    """How the two signs of a pair are spoken and written."""

    opening: str
    closing: str
    opens: tuple[tuple[str, ...], ...]
    closes: tuple[tuple[str, ...], ...]


class _Opened(NamedTuple):
    """A pair that was opened.

    Attributes:
        place: Where its first word is among those that are kept.
        pair: Which pair it is.
        name: The first word of its spoken name.
    """

    place: int
    pair: _Pair
    name: Token


def _bracket(opening: str, closing: str, *names: str) -> _Pair:
    return _Pair(
        opening,
        closing,
        tuple((side, name) for side in ("open", "left") for name in names),
        tuple((side, name) for side in ("close", "closed", "right") for name in names),
    )


_PAIRS = (
    _bracket("(", ")", "paren", "parenthesis", "parentheses"),
    _bracket("[", "]", "bracket"),
    _bracket("{", "}", "brace"),
    _Pair(
        '"',
        '"',
        (("open", "quote"), ("open", "quotes"), ("quote",)),
        (("unquote",), ("end", "quote"), ("close", "quote"), ("close", "quotes"), ("end", "of", "quote")),
    ),
)

_OPENERS = frozenset(phrase[0] for pair in _PAIRS for phrase in pair.opens)
_CLOSINGS = tuple(phrase for pair in _PAIRS for phrase in pair.closes)
_MAY_CLOSE = Phrases(_CLOSINGS)


def spoken_pairs(words: list[Token]) -> list[Token]:
    """The tokens with spoken pairs of brackets and quotation marks written around what they hold."""
    if not any(says(words, at, phrase) for at in _MAY_CLOSE.places(words) for phrase in _CLOSINGS):
        return words
    out: list[Token] = []
    opened: list[_Opened] = []
    at = 0
    while at < len(words):
        if not opened and words[at].key not in _OPENERS:
            out.append(words[at])
            at += 1
            continue
        closing = _closing(words, at, opened)
        if closing:
            _enclose(out, opened.pop(), words[at + closing - 1])
            at += closing
            continue
        pair, length = _opening(words, at)
        if pair is not None and _is_closed(words, at + length, pair):
            opened.append(_Opened(len(out), pair, words[at]))
            if out and out[-1].tail == words[at + length - 1].tail == ",":
                out[-1] = out[-1]._replace(tail="")
            at += length
            continue
        word = words[at]
        if opened and opened[-1].place == len(out):
            gone = opened[-1].name
            word = word._replace(gap=gone.gap, pause=gone.pause)
        out.append(word)
        at += 1
    return out


def _opening(words: Sequence[Token], at: int) -> tuple[_Pair | None, int]:
    """The pair that is opened at a place, and the number of words that say so."""
    if words[at].key not in _OPENERS or key_at(words, at - 1) in DETERMINERS:
        return None, 0
    for pair in _PAIRS:
        for phrase in pair.opens:
            if says(words, at, phrase):
                return pair, len(phrase)
    return None, 0


def _is_closed(words: Sequence[Token], start: int, pair: _Pair) -> bool:
    """Whether a pair is closed soon, with something in it, before another of its kind is opened."""
    for at in range(start, min(start + LONGEST, len(words))):
        if any(says(words, at, phrase) for phrase in pair.closes):
            return at > start
        if any(says(words, at, phrase) for phrase in pair.opens):
            return False
    return False


def _closing(words: Sequence[Token], at: int, opened: Sequence[_Opened]) -> int:
    """How many words close the pair that was opened last."""
    if not opened:
        return 0
    return next((len(phrase) for phrase in opened[-1].pair.closes if says(words, at, phrase)), 0)


def _enclose(out: list[Token], opened: _Opened, name: Token) -> None:
    """Write a pair around the words since it was opened; the mark behind its name comes after it."""
    first, last = opened.place, out[-1]
    out[first] = out[first]._replace(lead=opened.pair.opening + out[first].lead)
    hesitates = last.tail == name.tail == ","
    inner = out[-1].tail.removesuffix(",")
    out[-1] = out[-1]._replace(tail=inner + opened.pair.closing + ("" if hesitates else name.tail))
