"""Whether an answer kept the numbers and the days of a text; pure."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from itertools import pairwise

from engine.enhance.guard.equivalents import CALENDAR, DAYS
from engine.enhance.guard.numerals import Numeral
from engine.enhance.guard.text import Text, Word
from engine.speech.vocabulary import vocabulary

_LONGEST_RUN = 12
"""Numbers that may be written as one: digits of a long telephone number."""


def changed_number(
    raw: Text,
    answer: Text,
    corrected: Container[int],
    *,
    may_drop: bool = False,
    may_add: bool = False,
    strict: bool = False,
) -> str:
    """Say which number was left out or put in, in a sentence; empty where all are kept.

    Args:
        raw: What was spoken.
        answer: What the model wrote.
        corrected: Indices of the words of the text that the speaker took back.
        may_drop: Whether numbers may be left out, though none may be new.
        may_add: Whether numbers may be new: where the text's own cannot all be read.
        strict: Whether a small ordinal is missed as well.
    """
    spoken = [(index, word) for index, word in enumerate(raw.words) if word.number]
    written = [(index, word) for index, word in enumerate(answer.words) if word.number]
    in_raw = _readable([word for _, word in spoken])
    in_answer = _readable([word for _, word in written])
    lists = _enumerators(answer, written)
    versions = _versions(raw) & _versions(answer)
    for index, word in written:
        if may_add or index in lists or not word.number:
            continue
        if word.number.firm and not _found(word.number, in_raw) and _version(answer, index) not in versions:
            return f"It has the number {_as_written(answer, index)}, which was not spoken."
    if raw.language == "en" and _adds_half(answer) and not _adds_half(raw) and ".5" not in raw.source:
        return "It has “and a half”, which was not spoken."
    aim = _changed_aim(raw, answer)
    if aim:
        return aim
    if not may_drop:
        for index, word in spoken:
            if not word.number or index in corrected or _counts_off(raw, index):
                continue
            missed = word.number.strict if strict else word.number.firm
            known = _found(word.number, in_answer) or _version(raw, index) in versions
            if missed and not known:
                return f"It leaves out the number {_as_written(raw, index)}."
    return ""


def _changed_aim(raw: Text, answer: Text) -> str:
    """Say which number stands behind "to" that was spoken elsewhere: "to fifty because twenty" is to 50."""
    if raw.language != "en":
        return ""
    aims = [word.number for before, word in pairwise(raw.words) if before.key == "to" and word.number]
    for index, word in enumerate(answer.words[1:], 1):
        number = word.number
        if not aims or not number or answer.words[index - 1].key != "to":
            continue
        if not any(number.may_be(aim) or number.shares(aim) for aim in aims):
            return f"It has “to {_as_written(answer, index)}”, which was not spoken."
    return ""


def _adds_half(text: Text) -> bool:
    """Whether a half is added to something: "an hour and a half" is not "half an hour"."""
    return text.language == "en" and " and a half" in text.source.lower()


def _versions(text: Text) -> set[tuple[str, str]]:
    return {_version(text, index) for index, word in enumerate(text.words) if word.number}


def _version(text: Text, index: int) -> tuple[str, str]:
    """A number with the word before it, without its points: "python three eight" is "Python 3.8"."""
    number = text.words[index].number
    return text.words[index - 1].stem if index else "", number.digits if number else ""


_COUNTED = vocabulary("things points items notes bullets steps tasks topics dinge punkte choses cosas")


def _counts_off(text: Text, index: int) -> bool:
    """Whether a number only says how many points follow: "three things"."""
    # A month that is a number in Chinese and Japanese has a name elsewhere.
    return index + 1 < len(text.words) and text.words[index + 1].key in (*_COUNTED, "月")


def changed_day(raw: Text, answer: Text, corrected: Container[int], *, may_drop: bool) -> str:
    """Say which day or month was left out or put in, in a sentence; empty where all are kept."""
    spoken = {word.key for word in raw.words}
    written = {word.key for word in answer.words}
    for word in answer.words:
        if word.key in CALENDAR and word.kind == "content" and word.key not in spoken:
            return f"It has “{word.key.capitalize()}”, which was not spoken."
    if raw.language == answer.language == "en" and "may" not in spoken and _names_may(answer):
        return "It has “May”, which was not spoken."
    for index, word in enumerate(raw.words):
        if word.key in DAYS and word.key not in written and index not in corrected and not may_drop:
            return f"It leaves out “{word.key.capitalize()}”."
    return ""


_DATED = vocabulary("in since until till by of from before after during last next this on")


def _names_may(text: Text) -> bool:
    """Whether a text has the month of May, which is a verb elsewhere."""
    return any(
        word.key == "may" and word.capital and (before.key in _DATED or before.number)
        for before, word in pairwise(text.words)
    )


def _found(numeral: Numeral, others: Container[str]) -> bool:
    if any(whole in others for whole in numeral.whole):
        return True
    return all(any(text in others for text in group) for group in numeral.groups)


def _readable(words: Sequence[Word]) -> set[str]:
    """All strings that some of the numbers, one after another, may stand for."""
    strings: set[str] = set()
    groups: list[tuple[str, ...]] = []
    for word in words:
        if word.number:
            strings.update(word.number.whole)
            groups.extend(word.number.groups)
    for start, group in enumerate(groups):
        strings.update(group)
        joined = group[0]
        for following in groups[start + 1 : start + _LONGEST_RUN]:
            joined += following[0]
            strings.add(joined)
    return strings


def _enumerators(answer: Text, written: Sequence[tuple[int, Word]]) -> set[int]:
    """Indices of the numbers that only count the lines of a list."""
    heads = [
        (index, word)
        for index, word in written
        if word.opens and re.match(r"\d+[.)]\s", answer.source[word.start :]) and _begins_line(answer, word)
    ]
    if [word.key for _, word in heads] != [str(number) for number in range(1, len(heads) + 1)]:
        return set()
    return {index for index, _ in heads}


def _begins_line(text: Text, word: Word) -> bool:
    line = text.source.rfind("\n", 0, word.start) + 1
    return not text.source[line : word.start].strip()


def _as_written(text: Text, index: int) -> str:
    return text.up_to_next(index, index).strip(" \n\t.,;:!?-–—()\"'")[:30]
