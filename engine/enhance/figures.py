"""Writes spoken numbers, percentages and times of day as figures; pure, in linear time.

By convention one to nine stay words, except before a unit. Numbers that follow each other and hold
a small one ("twenty four seven", "one twenty") can mean many things and stay as they are.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.enhance.numbers import HYPHENATED, LINKS, NUMBER_WORDS, ORDINALS, Number, read_number
from engine.speech.sentences import break_between
from engine.speech.tokens import Token
from engine.speech.vocabulary import vocabulary

_UNITS = vocabulary(
    "dollars euros pounds cents degrees kilometers kilometres meters metres centimeters "
    "centimetres millimeters millimetres miles inches kilograms kilos grams milligrams liters "
    "litres milliliters kilobytes megabytes gigabytes terabytes bits bytes hertz kilohertz "
    "megahertz gigahertz volts watts kilowatts milliseconds"
)
"""Units before which even small numbers are figures."""

_MERIDIEMS = frozenset({"am", "pm", "a.m", "p.m"})
_SIDES = frozenset({"at", "that", "this", "to"})
"""Before these, "one point five" may be a point and five of something: "at one point five people"."""


def figures(words: Sequence[Token]) -> list[Token]:
    """The tokens with numbers in figures; what is no number is returned as it is."""
    out: list[Token] = []
    at = 0
    while at < len(words):
        if not _may_begin(words, at):
            out.append(words[at])
            at += 1
            continue
        run = _Run(words, at)
        while at < run.end:
            at = _group(run, at, out)
    return out


def _may_begin(words: Sequence[Token], at: int) -> bool:
    key = words[at].key
    return _is_number_word(key) or (
        key == "a" and at + 1 < len(words) and words[at + 1].key in ("hundred", "thousand")
    )


def _is_number_word(key: str) -> bool:
    return key in NUMBER_WORDS or key in ORDINALS or key in HYPHENATED


class _Run:
    """Neighbouring words that can make numbers, with nothing between them."""

    def __init__(self, words: Sequence[Token], start: int) -> None:
        self.words = words
        self.start = start
        self.end = start + 1
        while self.end < len(words) and self._goes_on():
            self.end += 1
        self._spoken: list[str] = []
        self._places: list[int] = []
        for token in words[start : self.end]:
            self._places.append(len(self._spoken))
            self._spoken.extend(_parts(token.key))
        if self._spoken[0] == "a":
            self._spoken[0] = "one"

    def numbers(self, start: int) -> tuple[list[Number], int]:
        """The numbers that follow each other directly from a token, and the token where they end."""
        numbers: list[Number] = []
        stop = start
        while stop < self.end:
            number = read_number(self._spoken, self._places[stop - self.start])
            if number is None:
                break
            stop = _token_after(self.words, stop, number.length)
            numbers.append(number)
        return numbers, stop

    def _goes_on(self) -> bool:
        key = self.words[self.end].key
        known = _is_number_word(key) or key in LINKS
        return known and not break_between(self.words[self.end - 1], self.words[self.end])


def _group(run: _Run, start: int, out: list[Token]) -> int:
    """Write the numbers that follow each other from `start`, or one word; returns where it stopped."""
    words = run.words
    numbers, stop = run.numbers(start)
    if not numbers:
        out.append(words[start])
        return start + 1
    before = words[start - 1] if start and not break_between(words[start - 1], words[start]) else None
    after = _breath(words, stop)
    time = _time(numbers, before, after)
    if time is not None:
        text, marker, used = time
        last = words[stop + used - 1]
        out.append(_merged(words[start], last if not marker else words[stop - 1], text))
        if marker:
            out.append(_merged(words[stop], last, marker))
        return stop + used
    used = _percent(after) if len(numbers) == 1 and not numbers[0].text[-1].isalpha() else 0
    if used:
        out.append(_merged(words[start], words[stop + used - 1], f"{numbers[0].text}%"))
        return stop + used
    if not _worth_figures(numbers, words[start].key, before, after):
        out.extend(words[start:stop])
        return stop
    at = start
    for number in numbers:
        behind = _token_after(words, at, number.length)
        out.append(_merged(words[at], words[behind - 1], number.text))
        at = behind
    return stop


def _parts(key: str) -> list[str]:
    return key.split("-") if key in HYPHENATED else [key]


def _token_after(words: Sequence[Token], start: int, length: int) -> int:
    """Index of the token behind `length` spoken words; a hyphenated number counts as two."""
    at = start
    while length > 0:
        length -= len(_parts(words[at].key))
        at += 1
    return at


def _breath(words: Sequence[Token], start: int) -> list[Token]:
    """Up to three tokens from `start` with nothing between them and the word before."""
    end = start
    while end < min(start + 3, len(words)) and not break_between(words[end - 1], words[end]):
        end += 1
    return list(words[start:end])


def _merged(first: Token, last: Token, text: str) -> Token:
    """One token in place of `first` to `last`."""
    return first.with_core(text)._replace(tail=last.tail, letter=False)


def _time(
    numbers: Sequence[Number], before: Token | None, after: Sequence[Token]
) -> tuple[str, str, int] | None:
    """A time of day: its figures, its marker ("pm"), and how many tokens behind it were used."""
    if not all(number.exact for number in numbers) or not 1 <= numbers[0].value <= 12 or len(numbers) > 2:
        return None
    minutes = numbers[1].value if len(numbers) == 2 else None
    if minutes is not None and not 10 <= minutes <= 59:
        return None
    text = f"{numbers[0].value}" if minutes is None else f"{numbers[0].value}:{minutes}"
    keys = [token.key for token in after]
    if keys[:2] in (["a", "m"], ["p", "m"]):
        return text, f"{keys[0]}m", 2
    if keys and keys[0] in _MERIDIEMS and keys[1:2] != ["i"]:
        plain = after[0].tail if after[0].written else ""
        return text, after[0].core if plain else keys[0].replace(".", ""), 1
    if minutes is None:
        return (text, keys[0], 1) if keys[:1] == ["o'clock"] else None
    if before is not None and before.key == "at" and minutes % 5 == 0 and keys[:1] != ["percent"]:
        return text, "", 0
    return None


def _percent(after: Sequence[Token]) -> int:
    """How many tokens say "percent"."""
    keys = [token.key for token in after]
    if keys[:1] == ["percent"]:
        return 1
    return 2 if keys[:2] == ["per", "cent"] else 0


def _worth_figures(
    numbers: Sequence[Number], first: str, before: Token | None, after: Sequence[Token]
) -> bool:
    """Whether convention writes these numbers as figures."""
    measured = bool(after) and after[0].key in _UNITS
    if len(numbers) > 1:
        return all(number.value >= 10 for number in numbers)
    number = numbers[0]
    if first == "a":
        return number.length > 2
    if before is not None and before.key in ("a", "an") and first in ORDINALS:
        return False
    if number.text.startswith("1.") and before is not None and before.key in _SIDES:
        return measured
    return measured or not number.exact or number.value >= 10
