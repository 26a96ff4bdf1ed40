"""Numbers as people say them, for the tests that read them back."""

from __future__ import annotations

from engine.speech.vocabulary import counted

_SMALL = list(
    counted(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
        "sixteen seventeen eighteen nineteen",
        start=0,
    )
)
_TENS = list(counted("- -- twenty thirty forty fifty sixty seventy eighty ninety", start=0))
_ORDINALS = {"one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth"} | {
    "nine": "ninth",
    "twelve": "twelfth",
}


def cardinal(value: int, joined: bool = False) -> list[str]:
    """The words of a number under a million; `joined` for an "and" behind the hundreds."""
    if value >= 1000:
        rest = value % 1000
        return [*cardinal(value // 1000), "thousand", *(cardinal(rest, joined) if rest else [])]
    if value >= 100:
        rest_words = ["and"] * joined + cardinal(value % 100) if value % 100 else []
        return [_SMALL[value // 100], "hundred", *rest_words]
    if value >= 20:
        return [_TENS[value // 10], *([_SMALL[value % 10]] if value % 10 else [])]
    return [_SMALL[value]]


def ordinal(value: int) -> list[str]:
    """The words of an ordinal under a hundred."""
    *tens, last = cardinal(value)
    regular = f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th"
    return [*tens, _ORDINALS.get(last, regular)]


def year(value: int) -> list[str]:
    """The words of a year in two halves; from 2000 to 2009 those of the number."""
    century, rest = divmod(value, 100)
    if rest == 0 or 2000 <= value < 2010:
        return cardinal(value)
    return [*cardinal(century), *(["oh"] if rest < 10 else []), *cardinal(rest)]
