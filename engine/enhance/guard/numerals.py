"""Reads numbers of either spelling for comparing: "twenty three" and "23" are one; pure.

A number becomes a few strings of digits, any of which may stand for it: people write "nineteen eighty
four" as 1984, "three thirty" as 3:30 and "five five five" as 555, and a reader that must only compare
need not know which is meant. Knows English, German, French and Spanish words, kanji, and figures.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from engine.enhance.guard.clock import HOURS, read_clock
from engine.enhance.guard.number_words import ANDS, GERMAN, LOOSE, NUMBERS, ORDINALS, VAGUE

_GERMAN_PART = re.compile("|".join(sorted((*GERMAN, "und", "zig", "ßig"), key=len, reverse=True)))
_FIGURE = re.compile(r"\d[\d.,:'’]*")


@dataclass(frozen=True, slots=True)
class Numeral:
    """One number, or several said in one go.

    Attributes:
        start: Index of its first word.
        end: Index behind its last word.
        groups: Its parts, each as the strings that may stand for it.
        whole: Strings that may stand for all of it.
        firm: Whether it is missed when it is gone.
        strict: Whether it is missed where every word counts.
    """

    start: int
    end: int
    groups: tuple[tuple[str, ...], ...]
    whole: frozenset[str]
    firm: bool
    strict: bool

    def may_be(self, other: Numeral) -> bool:
        """Whether both can be the same number."""
        return not self._strings().isdisjoint(other._strings())

    @property
    def digits(self) -> str:
        """All its digits in a row, as a version number has them."""
        if len(self.groups) > 1 or len(self.groups[0]) == 1:
            return "".join(group[0] for group in self.groups).replace(".", "")
        return self.groups[0][-1]

    def shares(self, other: Numeral) -> bool:
        """Whether they have a part in common, or are one version number: "two six" and "2.6"."""
        if max(len(self.groups), len(other.groups)) < 2:
            return False
        parts = {text for group in self.groups for text in group}
        return self.digits == other.digits or any(text in parts for group in other.groups for text in group)

    def _strings(self) -> frozenset[str]:
        return self.whole.union(self.groups[0]) if len(self.groups) == 1 else self.whole


def numerals(words: Sequence[str], breaks: Sequence[bool], language: str) -> list[Numeral]:
    """All numbers in a text, in order.

    Args:
        words: Its words in lower case.
        breaks: For each word whether a sentence or a line ends before it.
        language: ISO 639-1 code; figures are read in any language.
    """
    table = NUMBERS.get(language, {})
    found: list[Numeral] = []
    at = 0
    while at < len(words):
        if words[at] in table or words[at][0].isdigit() or (language == "de" and _parts(words[at])):
            numeral = _numeral(words, breaks, at, table, language)
            found.append(numeral)
            at = numeral.end
        else:
            at += 1
    return found


def _numeral(
    words: Sequence[str], breaks: Sequence[bool], start: int, table: dict[str, int], language: str
) -> Numeral:
    groups: list[tuple[str, ...]] = []
    at = start
    firm = strict = False
    while at < len(words) and (at == start or not breaks[at]):
        group, end = _group(words, breaks, at, table, language)
        if not group:
            break
        firm = firm or any(word not in LOOSE for word in words[at:end])
        strict = strict or any(word not in VAGUE for word in words[at:end])
        groups.append(group)
        at = end
        if at < len(words) - 1 and words[at] in HOURS and words[at + 1][0].isdigit() and not breaks[at + 1]:
            at += 1
    whole = {"".join(group[0] for group in groups)}
    begin, end = read_clock(words, start, at, groups, language, whole)
    return Numeral(begin, end, tuple(groups), frozenset(whole), firm, strict)


def _group(
    words: Sequence[str], breaks: Sequence[bool], at: int, table: dict[str, int], language: str
) -> tuple[tuple[str, ...], int]:
    """One number and the index behind it; no strings where none begins."""
    word = words[at]
    if word[0].isdigit():
        return _figure(words, at, table)
    if language == "de" and word not in table:
        parts = _parts(word)
        if not parts:
            return (), at
        value, _ = _cardinal(parts, [False] * len(parts), 0, table, language)
        return _scaled(str(value), words, at + 1, table)
    if word not in table:
        return (), at
    value, end = _cardinal(words, breaks, at, table, language)
    if end < len(words) - 1 and words[end] in ("point", "komma", "virgule", "coma"):
        digits, after = "", end + 1
        while after < len(words) and not breaks[after] and 0 <= table.get(words[after], -1) < 100:
            digits += str(table[words[after]])
            after += 1
        if digits:
            return _scaled(_trimmed(f"{value}.{digits}"), words, after, table)
    return (str(value),), end


def _parts(word: str) -> list[str]:
    """The number words of which a German one is made; empty for any other word."""
    parts = _GERMAN_PART.findall(word)
    if len(parts) < 2 or "".join(parts) != word:
        return []
    return [part for part in parts if part not in ("zig", "ßig")] if parts[-1] != "und" else []


def _figure(words: Sequence[str], at: int, table: dict[str, int]) -> tuple[tuple[str, ...], int]:
    """A number in figures: "4,500", "2.5", "12.000", "3.5 million"."""
    text = words[at].rstrip(".,:'’")
    plain = re.sub(r"[.,'’](?=\d{3}(?:\D|$))", "", text)
    decimal = _trimmed(text.replace(",", ".")) if re.fullmatch(r"\d+[.,]\d+", text) else ""
    if re.fullmatch(r"\d{1,3}(?:[.,'’]\d{3})+", text):
        strings: tuple[str, ...] = (plain, decimal) if decimal and text[-4] == "." else (plain,)
    elif decimal:
        # "Fifteen ninety nine" may be 15.99; "two five" is hardly 2.5.
        cents = re.fullmatch(r"\d+[.,]\d\d", text)
        strings = (decimal, re.sub(r"\D", "", text)) if cents else (decimal,)
    else:
        clock = re.fullmatch(r"(\d{1,2})[:.](\d\d)", text)
        strings = _times(int(clock[1]), clock[2]) if clock else (re.sub(r"\D", "", text),)
    scaled, end = _scaled(strings[0], words, at + 1, table)
    if end > at + 1:
        return scaled, end
    return tuple(_unpadded(text) for text in strings), at + 1


def _times(hour: int, minutes: str) -> tuple[str, ...]:
    """A time of day by a clock of 24 hours and by one of 12."""
    other = hour - 12 if hour > 12 else hour + 12
    tail = "" if minutes == "00" else minutes
    return f"{hour}{tail}", f"{other}{tail}"


def _unpadded(text: str) -> str:
    return text[1:] if len(text) == 2 and text[0] == "0" else text


def _scaled(text: str, words: Sequence[str], at: int, table: dict[str, int]) -> tuple[tuple[str, ...], int]:
    """A number with the scale behind it: "3.5 million"."""
    scale = table.get(words[at], 0) if at < len(words) else 0
    if scale < 1000:
        return (text,), at
    whole, _, fraction = text.partition(".")
    zeros = len(str(scale)) - 1
    return (_trimmed(f"{whole}{fraction[:zeros].ljust(zeros, '0')}.{fraction[zeros:]}"),), at + 1


def _trimmed(decimal: str) -> str:
    whole, _, fraction = decimal.partition(".")
    fraction = fraction.rstrip("0")
    return f"{whole}.{fraction}" if fraction else whole


def _cardinal(
    words: Sequence[str], breaks: Sequence[bool], start: int, table: dict[str, int], language: str
) -> tuple[int, int]:
    """The cardinal or ordinal at `start`, as far as words add up to one number."""
    total, current, scale, at = 0, -1, 10**15, start
    joined = ANDS.get(language, "")
    while at < len(words) and (at == start or not breaks[at]):
        word = words[at]
        value = table.get(word, -1)
        if value < 0:
            following = table.get(words[at + 1], -1) if at + 1 < len(words) else -1
            unit_first = language == "de" and 0 < current < 10
            if word == joined and 0 <= following < 100 and (current >= 20 or current == 0 or unit_first):
                room = 100 if current % 100 == 0 else _room(current, language)
                if following < room or (unit_first and following >= 20):
                    current += following
                    at += 2
                    continue
            break
        if value in (100, 1000, 10**4) or value > 1000:
            if value == 100 and current < 100 and language != "es":
                current = max(current, 1) * 100
            elif value >= 1000 and value < scale:
                total, current, scale = total + max(current, 1) * value, 0, value
            elif current > 0 or value >= 1000:
                break
            else:
                current = value
        elif value == 10 and language in ("ja", "zh") and 0 < current < 10:
            current *= 10
        elif current < 0 or (current == 0 and total):
            current = value
            if value == 0:
                return total, at + 1
        elif language == "fr" and value == 20 and current % 100 == 4:
            current += 76
        elif 0 < value < _room(current, language):
            current += value
        else:
            break
        at += 1
        # "The first hundred" is no hundred times anything.
        if word in ORDINALS:
            break
    return total + max(current, 0), at


def _room(current: int, language: str) -> int:
    """Under which value the next word adds to `current` instead of beginning another number."""
    if current % 100 == 0:
        return 100
    if language == "fr" and current % 100 in (10, 60, 80):
        return 20 if current % 100 > 10 else 10
    return 10 if current % 10 == 0 and (current % 100 >= 20 or language in ("ja", "zh", "de")) else 0
