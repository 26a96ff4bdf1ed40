"""Words said in one breath, in the form in which figures are read from them; pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from engine.enhance.rules.numbers import HYPHENATED, NUMBER_WORDS, Number, read_number
from engine.speech.sentences import break_between
from engine.speech.tokens import Token
from engine.speech.vocabulary import vocabulary

_CANNOT_BE_COUNTED = vocabulary(
    "and or but so in on at to for with from by of is was are were has had will would can could should must "
    "the a an this that these those then than when while where before after until till if as because which "
    "who we i you he she they it there not instead again now today tomorrow tonight yesterday sharp please "
    "each every only per total shows says describes monday tuesday wednesday thursday friday saturday sunday"
)
"""Words that name nothing which a number before them could count."""


class Piece(NamedTuple):
    """What is to be written for words that were said.

    Attributes:
        texts: The words to write; none where the words stay as they were said.
        length: How many said words they stand for.
    """

    texts: tuple[str, ...]
    length: int


class Amount(NamedTuple):
    """An amount that was read.

    Attributes:
        text: It in figures.
        value: Its whole part, in units of its scale where it has one.
        end: Index of the word behind it.
        whole: Whether it has no decimals.
    """

    text: str
    value: int
    end: int
    whole: bool


class Breath:
    """Neighbouring words with no break between them.

    Attributes:
        words: They in lower case, numbers with a hyphen as two.
        amounts: What was read at an index, for all readers that begin with an amount.
    """

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self.words = [token.key for token in tokens]
        self._places: Sequence[int] = range(len(tokens))
        if not HYPHENATED.isdisjoint(self.words):
            parts = [key.split("-") if key in HYPHENATED else [key] for key in self.words]
            self._places = [place for place, words in enumerate(parts) for _ in words]
            self.words = [word for words in parts for word in words]
        self._numbers: dict[int, Number | None] = {}
        self.amounts: dict[int, Amount | None] = {}

    def word(self, at: int) -> str:
        """The word at an index; empty outside the breath."""
        try:
            return self.words[at] if at >= 0 else ""
        except IndexError:
            return ""

    def number(self, at: int) -> Number | None:
        """The longest number that begins at an index; it is read once, whoever asks."""
        if at not in self._numbers:
            self._numbers[at] = read_number(self.words, at)
        return self._numbers[at]

    def phrase(self, at: int, *words: str) -> bool:
        """Whether just these words begin at an index."""
        return tuple(self.words[at : at + len(words)]) == words

    def token(self, at: int) -> Token:
        """The token that holds a word."""
        return self._tokens[self._places[at]]

    def ends_clearly(self, at: int) -> bool:
        """Whether nothing begins at an index that a number before it could count or be part of."""
        return at >= len(self.words) or self.words[at] in _CANNOT_BE_COUNTED

    def number_goes_on(self, at: int) -> bool:
        """Whether the word at an index would be part of a number before it."""
        return self.word(at) in NUMBER_WORDS

    def said(self, start: int, end: int) -> Sequence[Token]:
        """The tokens of the words from one index to before another, as they were said."""
        return self._tokens[self._places[start] : self._places[end - 1] + 1] if start < end else ()

    def written(self, at: int, piece: Piece) -> Sequence[Token]:
        """The tokens of some words in their new form, punctuation and pauses at their places."""
        said = self.said(at, at + piece.length)
        if not piece.texts:
            return said
        first, last = said[0], said[-1]
        plain = Token("", "", "", "", written=last.written)
        made = [_token(first if not place else plain, text) for place, text in enumerate(piece.texts)]
        more = at + piece.length < len(self.words)
        tail = _tail_behind(last, piece.texts[-1], more)
        made[-1] = made[-1]._replace(tail=tail, asks=last.asks)
        return made


def breath_around(tokens: Sequence[Token], at: int, floor: int) -> tuple[int, int]:
    """Where the breath begins and ends that holds the token at an index.

    Args:
        tokens: The tokens, in order.
        at: The index.
        floor: Where a breath begins at or before it, to look back no further.
    """
    start, end = at, at + 1
    while start > floor and not _is_parted(tokens[start - 1], tokens[start]):
        start -= 1
    while end < len(tokens) and not _is_parted(tokens[end - 1], tokens[end]):
        end += 1
    return start, end


def _is_parted(previous: Token, token: Token) -> bool:
    plain = not (previous.tail or token.lead or token.pause) and token.gap == " "
    return not plain and bool(break_between(previous, token))


def _token(place: Token, text: str) -> Token:
    """A token for `text`; a comma behind it is punctuation, and a word that stays keeps its capitals."""
    core = text.removesuffix(",")
    made = place if core == place.key else place.with_core(core)
    return made._replace(tail="," if core != text else "", letter=False, asks=False)


def _tail_behind(last: Token, text: str, more: bool) -> str:
    """The punctuation behind the last token, without the full stop of an abbreviation that went."""
    if "." not in last.key or "." in text or (last.tail == "." and not more):
        return last.tail
    return last.tail.removeprefix(".")
