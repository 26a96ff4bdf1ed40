"""Restores the spelling of the user's own terms: "textual" → "Textual", "py test" → "pytest"; pure.

The terms are those of `recognition.vocabulary`, which recognisers are told to expect; they still write
them in lower case, in two words or with a hyphen. A term is recognised by its letters and digits alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from engine.enhance.rules.joints import DIGITS, FUNCTION
from engine.speech.vocabulary import vocabulary

_MOST_WORDS = 6
"""Words in which a term may have been written."""

_WORD = re.compile(r"[^\W_]+")
_NOT_IN_ADDRESSES = re.compile(r"[./@\\:#_\-]\w")
"""What follows a word inside an address, an option or an identifier."""

_COMMON = FUNCTION | vocabulary(
    "go us get let make take see say come look use work find give want may will might mark bill rob art hope "
    "grace rose joy dawn frank jack pat sue will well good new now one two first time way day man thing some "
    "any every all more most out up down over under back off only very even also after before"
)
"""Words that are much more often themselves than a term of the same letters."""


class OwnWords:
    """The user's terms; immutable, made once."""

    def __init__(self, terms: Iterable[str]) -> None:
        """Prepare; terms that begin or end with a sign ("C++", ".NET") cannot be told by their letters."""
        self._terms: dict[str, str] = {}
        self._beginnings: set[str] = set()
        for term in terms:
            letters = _letters(term)
            if len(letters) > 1 and term[0].isalnum() and term[-1].isalnum():
                self._terms[letters] = term
                self._beginnings.update(letters[:end] for end in range(1, len(letters) + 1))

    def restored(self, text: str) -> str:
        """`text` with the terms as the user spells them; addresses and identifiers are left alone."""
        if not self._terms:
            return text
        pieces: list[str] = []
        end = 0
        found = list(_WORD.finditer(text))
        at = 0
        while at < len(found):
            length, term = self._at(text, found, at)
            if length:
                pieces += (text[end : found[at].start()], term)
                end = found[at + length - 1].end()
            at += length or 1
        return "".join((*pieces, text[end:]))

    def _at(self, text: str, found: list[re.Match[str]], at: int) -> tuple[int, str]:
        """In how many words the longest term at a place is written, and the term; 0 for none."""
        best, term = 0, ""
        letters = _letters(found[at].group())
        if letters not in self._beginnings:
            return 0, ""
        letters = ""
        words: list[str] = []
        for place in range(at, min(at + _MOST_WORDS, len(found))):
            word = found[place].group()
            if place > at and text[found[place - 1].end() : found[place].start()] not in (" ", "-", "_", "."):
                break
            words.append(word.lower())
            letters += _letters(word)
            if letters not in self._beginnings:
                break
            candidate = self._terms.get(letters)
            if (
                candidate is not None
                and not _COMMON.issuperset(words)
                and _is_whole(text, found[at], found[place])
            ):
                between = text[found[at].start() : found[place].end()]
                if "." not in between or "." in candidate:
                    best, term = place + 1 - at, candidate
        return best, term


def _letters(text: str) -> str:
    """The letters and digits of a text in lower case, its spoken digits written."""
    if text.isascii() and text.isalnum():
        text = text.lower()
        return DIGITS.get(text, text)
    words = _WORD.findall(text.lower())
    return "".join(DIGITS.get(word, word) for word in words)


def _is_whole(text: str, first: re.Match[str], last: re.Match[str]) -> bool:
    """Whether words stand for themselves, and are no part of an address or of a longer word."""
    before = text[first.start() - 1 : first.start()]
    return before not in tuple("./@\\:#_-$") and not _NOT_IN_ADDRESSES.match(text, last.end())
