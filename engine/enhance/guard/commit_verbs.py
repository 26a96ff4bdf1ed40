"""What a commit message says is done, compared with what was said; pure.

Speakers tell what was wrong and what happens now, a message names the change: its first verb may
well be one that was not spoken, but not one that does something else.
"""

from __future__ import annotations

from engine.enhance.guard.text import Text, Word
from engine.enhance.guard.words import is_same
from engine.speech.vocabulary import vocabulary

CHANGES = vocabulary(
    "fix fixed change changed update updated adjust adjusted improve improved bug problem issue longer"
)
"""Words that say of a change no more than that it is one."""

_LIGHT = CHANGES | vocabulary("make made get got let set put do did want turn turned switch switched")
_TAKES_AWAY = vocabulary("remove delete drop disable revert undo")
_NEUTRAL = CHANGES | vocabulary(
    "make set use let handle allow show avoid stop prevent ensure support increase raise bump lower reduce "
    "decrease speed don't do not never"
)
"""Verbs that a message may begin with, whatever was said."""


def is_light(raw: Text, answer: Text, pair: tuple[int, int]) -> bool:
    """Whether a verb that says little became one that says more: "make it 30" is "increase it to 30"."""
    if pair[1] == 0 and is_neutral(answer):
        return True
    return raw.words[pair[0]].key in _LIGHT and answer.words[pair[1]].key not in _TAKES_AWAY


def is_neutral(answer: Text) -> bool:
    """Whether a message begins with a verb that fits any change."""
    return answer.words[0].key in _NEUTRAL


def undoes(word: Word) -> bool:
    """Whether a word says that something is removed or undone; no message goes without it."""
    return word.key in _TAKES_AWAY


def takes_away(raw: Text, answer: Text) -> bool:
    """Whether a message removes something although the text does not speak of removing."""
    first = answer.words[0]
    if first.key not in _TAKES_AWAY:
        return False
    keys = {word.key for word in raw.words}
    ended = any(word.kind == "denial" for word in raw.words) and not keys.isdisjoint(_NO_MORE)
    said = any(
        word.key in _TAKES_AWAY or word.stem == first.stem or is_same(raw, answer, (index, 0))
        for index, word in enumerate(raw.words)
    )
    return not said and not ended


_NO_MORE = vocabulary("longer more anymore")
