"""Which words of a text the speaker took back; pure."""

from __future__ import annotations

from collections.abc import Sequence

from engine.enhance.guard.equivalents import CALENDAR
from engine.enhance.guard.text import Text, Word

_TAKEN_BACK = 8
"""Words before a correction that it may take back; people correct the last thing they said."""


def taken_back(raw: Text, missing: set[int]) -> frozenset[int]:
    """Words that the speaker corrected, with the words that say so.

    A correction counts where its words are missing in the answer; a short one ("no") only where
    the word before is missing as well.
    """
    words = raw.words
    found: set[int] = set()
    if not raw.known.corrections:
        return frozenset()
    openings = {phrase[0] for phrase in raw.known.corrections}
    for start, word in enumerate(words):
        if word.key not in openings or start not in missing:
            continue
        for phrase in raw.known.corrections:
            end = start + len(phrase)
            keys = tuple(word.key for word in words[start:end])
            if keys != phrase or any(
                index not in missing and words[index].kind != "function" for index in range(start, end)
            ):
                continue
            before = [index for index in range(max(start - _TAKEN_BACK, 0), start) if index in missing]
            close = any(index >= start - 3 and words[index].kind != "function" for index in before)
            if len(phrase) == 1 and word.kind == "denial":
                close = close and _says_anew(words, start)
            if close:
                found.update(before)
            if close or len(phrase) > 1 or word.kind != "denial":
                found.update(range(start, end))
    return frozenset(found)


def _says_anew(words: Sequence[Word], denial: int) -> bool:
    """Whether a lone "no" stands between two words of which one replaces the other.

    "In March, no, in April" repeats a word, and "Monday, no, Tuesday" gives another day.
    """
    if not 0 < denial < len(words) - 1:
        return False
    before, behind = words[denial - 1], words[denial + 1]
    if before.kind == behind.kind == "number" or (before.key in CALENDAR and behind.key in CALENDAR):
        return True
    return denial > 1 and words[denial - 2].stem == behind.stem
