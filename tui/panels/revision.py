"""Which words of a text a later decode put there, and how many; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from engine.enhance.diff import Change, word_diff

Span = tuple[int, int]
"""Offsets of the first character of a stretch and of the one behind its last."""

_WORD = re.compile(r"\S+")


def count(changes: Iterable[Change]) -> int:
    """How many words differ: of a replaced run the longer side counts."""
    return sum(
        max(len(change.before.split()), len(change.after.split()))
        for change in changes
        if change.kind != "equal"
    )


def revised(text: str, changes: Iterable[Change]) -> tuple[Span, ...]:
    """Where the words are that `changes` brought into `text`, which is their `after` joined.

    Neighbours are one stretch. A removal has no words and leaves no stretch.
    """
    return _spans(text, [flag for change in changes for flag in _flags(change, change.kind != "equal")])


def carried(old: str, spans: Sequence[Span], new: str) -> tuple[Span, ...]:
    """Where the words of `old` that lie in `spans` are in `new`, an edited form of it.

    Words that the edit replaced one for one keep their place; a run that it wrote anew belongs to
    the stretch if any of its former words did.
    """
    flags = [any(begin <= word.start() < end for begin, end in spans) for word in _WORD.finditer(old)]
    following: list[bool] = []
    for change in word_diff(old, new):
        words = len(change.before.split())
        former, flags = flags[:words], flags[words:]
        one_for_one = words == len(change.after.split())
        following.extend(former if one_for_one else _flags(change, any(former)))
    return _spans(new, following)


def _flags(change: Change, flag: bool) -> list[bool]:
    """The same flag for every word that a change leaves."""
    return [flag] * len(change.after.split())


def _spans(text: str, flags: Sequence[bool]) -> tuple[Span, ...]:
    """The stretches of flagged words, which follow each other in the order of `text`."""
    spans: list[Span] = []
    joins = False
    for word, flag in zip(_WORD.finditer(text), flags, strict=False):
        if flag and joins:
            spans[-1] = (spans[-1][0], word.end())
        elif flag:
            spans.append(word.span())
        joins = flag
    return tuple(spans)
