"""Whether a name was respelled as another one: "Jane" as "Jan", "Martin" as "Martina"; pure.

Names are short and near to each other, so that likeness of letters says little. A name may be
spelled in another way as long as it is said in the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from engine.enhance.guard.text import Text, Word
from engine.enhance.guard.word_stems import alike, unaccented

_SOUNDS = (
    (r"ph", "f"),
    (r"ck|q|c(?![eiyh])", "k"),
    (r"c(?=[eiy])|z", "s"),
    (r"x", "ks"),
    (r"y", "i"),
    (r"(?<=[tgrk])h|(?<=[aeiou])h(?![aeiou])|h\b|(?<=[jw])h", ""),
    (r"w", "v"),
    (r"(.)\1", r"\1"),
)
"""Spellings of one sound, in the order in which they are levelled. A last vowel tells names apart."""

_ENDINGS = ("", "s", "es", "ed", "d", "ing", "ly", "er")
"""Endings of grammar by which a word may differ from the one that was spoken."""


def respelled_name(raw: Text, answer: Text, *, close: bool) -> str:
    """A name of the answer that another name of the text became; empty where there is none.

    Args:
        raw: The text.
        answer: The answer; of one in German, where every noun has a capital, nothing is said.
        close: Whether the mode keeps the words: then a word at the beginning of a sentence counts as
            well, where it differs in its last vowel only.
    """
    if answer.language == "de":
        return ""
    spoken = {unaccented(word.key) for word in raw.words}
    joined: set[str] = set()
    candidates: list[str] = []
    for word in answer.words:
        written = unaccented(word.key)
        if not _may_be_name(answer, word, close) or written in spoken:
            continue
        if not candidates:
            candidates = sorted(one for one in spoken if one.isalpha() and len(one) > 2)
            joined = _joined([unaccented(one.key) for one in raw.words])
        if written in joined:
            continue
        near = [one for one in candidates if one[0] == written[0] and abs(len(one) - len(written)) < 3]
        near = [one for one in near if alike(one, written)]
        if not near or any(_is_form(one, written) or _sound(one) == _sound(written) for one in near):
            continue
        if word.opens and not any(_differ_in_vowel(one, written) for one in near):
            continue
        return answer.spelling(word)
    return ""


def _may_be_name(text: Text, word: Word, close: bool) -> bool:
    if not word.capital or word.kind != "content" or len(word.key) < 3 or (word.opens and not close):
        return False
    return not text.spelling(word).isupper()


def _joined(words: Sequence[str]) -> set[str]:
    """What two to four words in a row are when written as one."""
    return {"".join(words[at : at + size]) for size in (2, 3, 4) for at in range(len(words) - size + 1)}


def _is_form(one: str, other: str) -> bool:
    """Whether two words differ by endings of grammar alone."""
    shorter, longer = sorted((one, other), key=len)
    return any(longer == shorter + ending or longer == shorter[:-1] + ending for ending in _ENDINGS[1:])


def _differ_in_vowel(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) == len(longer):
        return shorter[:-1] == longer[:-1] and {shorter[-1], longer[-1]} <= set("aeio")
    return len(longer) == len(shorter) + 1 and longer[:-1] == shorter and longer[-1] in "aeio"


@lru_cache(maxsize=2048)
def _sound(name: str) -> str:
    """How a name is said, roughly."""
    for spelling, sound in _SOUNDS:
        name = re.sub(spelling, sound, name)
    return name
