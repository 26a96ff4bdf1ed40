"""Whether a close edit still speaks of the same people: who does what to whom; pure."""

from __future__ import annotations

from collections.abc import Container

from engine.enhance.guard.text import Text
from engine.speech.vocabulary import vocabulary

_HE, _SHE = frozenset({"he", "him", "his"}), frozenset({"she", "her", "hers"})

_PERSONS = {
    **dict.fromkeys((*_HE, *_SHE), 5),
    **dict.fromkeys(["i", "me", "my", "mine", "myself"], 1),
    **dict.fromkeys(["we", "us", "our", "ours", "ourselves"], 2),
    **dict.fromkeys(["you", "your", "yours", "yourself", "yourselves"], 3),
    **dict.fromkeys(["they", "them", "their", "theirs", "themselves"], 4),
}
_ASIDES = vocabulary("know mean see guess think")
"""Verbs with which "you know" and "I guess" are no more than a sound."""


def changes_sex(raw: Text, answer: Text) -> bool:
    """Whether "she" has become "he", or "he" has become "she"."""
    spoken, written = ({word.key for word in text.words} for text in (raw, answer))
    return any(
        not spoken.isdisjoint(one) and spoken.isdisjoint(other) and not written.isdisjoint(other)
        for one, other in ((_HE, _SHE), (_SHE, _HE))
    )


def changes_person(raw: Text, answer: Text, corrected: Container[int]) -> bool:
    """Whether "I" and "you" changed places, or one took the place of the other.

    Known of English only, where each verb has its own word for a person. One more "I" or one less is
    grammar; another order of as many of each, or one that went where another came, is another sense.
    """
    if raw.language != "en":
        return False
    spoken, written = _persons(raw, corrected), _persons(answer, ())
    if sorted(spoken) == sorted(written):
        return spoken != written
    return bool(set(spoken) - set(written)) and bool(set(written) - set(spoken))


def _persons(text: Text, corrected: Container[int]) -> list[int]:
    """The persons that a text speaks of, in order; of two joined by "and" the order is manners."""
    words = text.words
    found: list[int] = []
    last = -3
    for index, word in enumerate(words):
        aside = index + 1 < len(words) and words[index + 1].key in _ASIDES
        if word.key not in _PERSONS or index in corrected or aside:
            continue
        found.append(_PERSONS[word.key])
        if last == index - 2 and words[index - 1].key == "and":
            found[-2:] = sorted(found[-2:])
        last = index
    return found
