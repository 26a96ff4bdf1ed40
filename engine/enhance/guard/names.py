"""Whether an answer kept the names of a text, and the order of what it says most exactly; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Sequence

from engine.enhance.guard.comparison import is_fixed
from engine.enhance.guard.equivalents import CALENDAR
from engine.enhance.guard.text import Text, Word
from engine.enhance.guard.word_stems import alike, unaccented
from engine.speech.vocabulary import vocabulary

_WIDE = 8
"""Words in which to look for three that bear content."""

_SIDES = vocabulary(
    "to from instead not than before after over into versus against by nach statt als à contra"
)
"""Words whose two sides cannot be exchanged: "from A to B"."""


def new_name(raw: Text, answer: Text, added: Sequence[int]) -> str:
    """A name in the answer that was not spoken; empty where there is none.

    A name is a word with a capital in the middle of a sentence. German writes every noun so, and
    titles every word: there nothing is known.
    """
    if answer.language == "de":
        return ""
    spoken = {unaccented(word.key) for word in raw.words} | {word.stem for word in raw.words}
    for index in added:
        word = answer.words[index]
        if not word.capital or word.opens or word.kind != "content" or len(word.key) < 2:
            continue
        if (
            unaccented(word.key) in spoken
            or word.stem in spoken
            or word.key in answer.known.courtesies | _TITLES
        ):
            continue
        if not _heard_as(raw.words, word.key):
            return answer.spelling(word)
    return ""


_TITLES = vocabulary("mr mrs ms miss dr prof todo fixme")


def _heard_as(words: Sequence[Word], name: str) -> bool:
    """Whether up to three words of the text may be another spelling of a name."""
    initial = unaccented(name)[0]
    for at, word in enumerate(words):
        if unaccented(word.key)[:1] == initial:
            joined = ""
            for following in words[at : at + 3]:
                joined += following.key
                if alike(joined, name):
                    return True
    return False


def lost_name(raw: Text, answer: Text, corrected: Container[int]) -> str:
    """A name in the text that the answer lacks; empty where there is none.

    Only in text that was written with capitals, and not where German writes every noun so.
    """
    if raw.language == "de":
        return ""
    written = {unaccented(word.key) for word in answer.words} | {word.stem for word in answer.words}
    letters = unaccented("".join(word.key for word in answer.words))
    for index, word in enumerate(raw.words):
        if (
            not word.capital
            or word.opens
            or word.kind != "content"
            or len(word.key) < 2
            or index in corrected
        ):
            continue
        bare = unaccented(word.key)
        if bare not in written and word.stem not in written and bare not in letters:
            return raw.spelling(word)
    return ""


def disordered(raw: Text, answer: Text) -> bool:
    """Whether numbers, days and names of the text change places in the answer."""
    facts = [word.stem for word in raw.words if _is_fact(word)]
    counts = Counter(facts)
    places = {root: place for place, root in enumerate(facts) if counts[root] == 1}
    order = [
        places[word.stem]
        for word in answer.words
        if word.stem in places and (word.number or word.capital or word.key in CALENDAR or _is_fact(word))
    ]
    return order != sorted(order)


def _is_fact(word: Word) -> bool:
    if word.number:
        return True
    return word.kind == "content" and (is_fixed(word) or (word.capital and not word.opens))


def exchanged(raw: Text, answer: Text) -> bool:
    """Whether the two sides of a word such as "to" or "instead of" changed places."""
    spoken, written = _sides(raw), _sides(answer)
    for side, pairs in written.items():
        for left, right in spoken.get(side, ()):
            one, two = left - right, right - left
            if any(one & (b - a) and two & (a - b) for a, b in pairs):
                return True
    return False


def _sides(text: Text) -> dict[str, list[tuple[set[str], set[str]]]]:
    """For each of `_SIDES` in a text, the content words on its left and on its right."""
    found: dict[str, list[tuple[set[str], set[str]]]] = {}
    words = text.words
    for index, word in enumerate(words):
        if word.key in _SIDES:
            left = [other.stem for other in words[max(index - _WIDE, 0) : index] if _bears(other)]
            right = [other.stem for other in words[index + 1 : index + 1 + _WIDE] if _bears(other)]
            found.setdefault(word.key, []).append((set(left[-3:]), set(right[:3])))
    return found


def _bears(word: Word) -> bool:
    return word.kind in ("content", "number")
