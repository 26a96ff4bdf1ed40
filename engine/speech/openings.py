"""How English questions begin; pure.

Only openings with inversion count ("is it", "what do we"): a sentence that merely begins with a
question word ("what I want") is more often a statement, and a wrong question mark reads worse than
a missing one.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.speech.vocabulary import vocabulary

_SUBJECTS = vocabulary("i you we he she it they this that these those there")
_DETERMINERS = vocabulary(
    "the a an my your his her its our their any anyone anybody anything everyone everybody "
    "everything someone somebody something all some"
)
_COPULAS = vocabulary("is are was were isn't aren't wasn't weren't")
_WIDE = _COPULAS | vocabulary("does did can could would should will doesn't didn't can't couldn't")
_NARROW = vocabulary("do have has may shall won't wouldn't shouldn't haven't hasn't")
"""Auxiliaries that open a question before a pronoun only: "have the report ready" is an order."""

_ORDERS = frozenset(
    {("do", "it"), ("do", "this"), ("do", "that"), ("do", "these"), ("do", "those")}
) | frozenset(
    (verb, subject)
    for verb in ("have", "may")
    for subject in ("it", "this", "that", "these", "those", "there")
)
_AUXILIARIES = _WIDE | _NARROW | {"am"}
_ASKING = vocabulary("what where when why how who which whose")
_ASKING_CONTRACTED = vocabulary("what's where's when's who's how's what're where're who're")
OPENINGS = _WIDE | _NARROW | _ASKING | _ASKING_CONTRACTED
"""Words with which a question can open."""

_DEGREES = vocabulary("many much long far often old big fast soon well")
_BEFORE = vocabulary("so and but or okay ok well now then also hey please oh um uh yes no yeah")
"""Words that may stand before the opening itself."""


def opens_question(first: str, second: str) -> bool:
    """Whether a sentence that begins with these two words is a question.

    Args:
        first: A word in lower case.
        second: The word after it, in lower case.
    """
    if first in _WIDE:
        return second in _SUBJECTS or second in _DETERMINERS
    if first in _NARROW:
        return second in _SUBJECTS and (first, second) not in _ORDERS
    if first in _ASKING:
        return second in _AUXILIARIES
    return first in _ASKING_CONTRACTED and second not in ("more", "left", "needed")


def is_question(words: Sequence[str]) -> bool:
    """Whether a sentence is a question by the way it begins.

    Args:
        words: The words of the sentence in lower case, without punctuation.
    """
    start = 0
    while start < min(2, len(words)) and words[start] in _BEFORE:
        start += 1
    if len(words) < start + 2:
        return False
    first, second = words[start], words[start + 1]
    if opens_question(first, second):
        # "What is important is that we go" has a second copula: a statement.
        says = first in _ASKING or first in _ASKING_CONTRACTED
        return not (says and not _COPULAS.isdisjoint(words[start + 3 :]))
    names_a_thing = first in ("what", "which", "whose") and second not in _SUBJECTS | _DETERMINERS
    if names_a_thing or (first == "how" and second in _DEGREES):
        return _inverted_after_noun(words, start + 2)
    return False


def _inverted_after_noun(words: Sequence[str], start: int) -> bool:
    """Whether an inversion follows within a word or two: "which one is it", "how many days do we"."""
    return any(
        words[at] in _AUXILIARIES and (words[at + 1] in _SUBJECTS or words[at + 1] in _DETERMINERS)
        for at in range(start, min(start + 2, len(words) - 1))
    )
