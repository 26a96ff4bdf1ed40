"""What every rule of tidy needs to take words of a text out, together, or apart; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.enhance.rules.numbers import UNITS
from engine.speech.capitals import capitalised
from engine.speech.sentences import break_between
from engine.speech.tokens import CLOSERS, Token
from engine.speech.vocabulary import vocabulary

AUDIBLE_S = 0.25
"""Silence that sets words of unpunctuated text off from their neighbours, in seconds."""

DETERMINERS = vocabulary(
    "a an the this that these those my your his her its our their no every each some any another one "
    "which what whose either neither"
)
"""Words after which a name of a sign or of a place in a list is a noun: "the comma", "my number one"."""

FUNCTION = DETERMINERS | vocabulary(
    "i you he she it we they me him us them and or but nor if of to in on at for with from by as than "
    "into about is are was were be been am do does did have has had can could will would shall should "
    "may might must not so because while when where who how there here then just"
)
"""Words that hold sentences together, and are no part of a name."""

DIGITS = {word: str(value) for word, value in UNITS.items()}
"""Spoken digits."""


def key_at(words: Sequence[Token], at: int) -> str:
    """The key of a word; empty before the first and behind the last."""
    return words[at].key if 0 <= at < len(words) else ""


def says(words: Sequence[Token], at: int, phrase: Sequence[str]) -> bool:
    """Whether `phrase` is spoken at a place, with nothing but silence inside."""
    end = at + len(phrase)
    return (
        end <= len(words)
        and words[at].key == phrase[0]
        and all(words[at + place].key == word for place, word in enumerate(phrase))
        and all(is_joined(words, place) for place in range(at + 1, end))
    )


class Phrases:
    """Phrases that are looked for in every text, which hardly ever holds one."""

    def __init__(self, phrases: Iterable[tuple[str, ...]]) -> None:
        """Prepare; a phrase is known by its first two words."""
        listed = tuple(phrases)
        self._first = frozenset(phrase[0] for phrase in listed)
        self._alone = frozenset(phrase[0] for phrase in listed if len(phrase) == 1)
        self._pairs = frozenset(phrase[:2] for phrase in listed if len(phrase) > 1)

    def places(self, words: Sequence[Token]) -> list[int]:
        """Where one of them may begin."""
        found = [at for at, word in enumerate(words) if word.key in self._first]
        return [
            at
            for at in found
            if words[at].key in self._alone or (words[at].key, key_at(words, at + 1)) in self._pairs
        ]


def is_joined(words: Sequence[Token], at: int) -> bool:
    """Whether nothing is written between a word and the one before it."""
    before, word = words[at - 1], words[at]
    return not before.tail and not word.lead and "\n" not in word.gap


def is_set_off(words: Sequence[Token], at: int) -> bool:
    """Whether something written, an audible pause, or an end of the text stands before a place."""
    if not 0 < at < len(words):
        return True
    before, word = words[at - 1], words[at]
    if before.tail.endswith(",") or (not before.written and word.pause >= AUDIBLE_S):
        return True
    return bool(break_between(before, word))


def ends_sentence(words: Sequence[Token], at: int) -> bool:
    """Whether a sentence ends before a place."""
    return not 0 < at < len(words) or break_between(words[at - 1], words[at]) in (".", "\n")


def merged(first: Token, last: Token, core: str) -> Token:
    """One word in place of those from `first` to `last`."""
    return first.with_core(core)._replace(tail=last.tail, letter=False, asks=False)


def beginning(word: Token) -> Token:
    """`word` at the beginning of a sentence; in unpunctuated text its capital comes by itself."""
    return word.with_core(capitalised(word.core)) if word.written else word


def in_place_of(word: Token, gone: Token) -> Token:
    """`word` where `gone` stood: with its space and its pause, and a capital if it had one."""
    core = capitalised(word.core) if gone.core[:1].isupper() and word.written else word.core
    return word._replace(core=core, lead=gone.lead or word.lead, gap=gone.gap, pause=gone.pause)


def marked(word: Token, mark: str) -> Token:
    """`word` with a punctuation mark behind it, in place of what it had but a closing quote or bracket."""
    closers = "".join(char for char in word.tail if char in CLOSERS)
    return word._replace(tail=closers + mark)
