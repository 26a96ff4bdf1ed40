"""Writes percentages, measures and temperatures in figures; pure.

The words of units stay as they are said, but for the two scales of temperature.
"""

from __future__ import annotations

from engine.enhance.rules.amounts import read_amount
from engine.enhance.rules.breath import Amount, Breath, Piece
from engine.enhance.rules.numbers import below_hundred, is_figure
from engine.speech.vocabulary import vocabulary

_SINGULAR = vocabulary(
    "degree kilometer kilometre meter metre centimeter centimetre millimeter millimetre micrometer "
    "micrometre nanometer nanometre mile yard inch kilogram kilo gram milligram microgram ounce ton tonne "
    "liter litre milliliter millilitre gallon byte kilobyte megabyte gigabyte terabyte petabyte kilobit "
    "megabit gigabit pixel megapixel volt millivolt watt kilowatt megawatt amp ampere milliamp joule "
    "kilojoule calorie newton pascal bar ohm decibel millisecond microsecond nanosecond"
)
_ALIKE = vocabulary("hertz kilohertz megahertz gigahertz feet inches bits pence percentage")
_UNITS = frozenset(f"{unit}s" for unit in _SINGULAR) | _ALIKE | vocabulary("pounds euros dollars cents")
_SINGULAR_UNITS = _SINGULAR | vocabulary("foot pound euro dollar cent")
_SCALES = {"celsius": "°C", "centigrade": "°C", "fahrenheit": "°F"}

_IDIOMS = {
    "feet": vocabulary("own my your his her both"),
    "yards": vocabulary("whole"),
    "cents": vocabulary("my your his her our their"),
    "bar": vocabulary("one"),
}
"""Unit → words before an amount of it that make it a saying: "my two cents"."""

TIME_NOUNS = vocabulary(
    "second seconds minute minutes hour hours day days week weeks month months year years"
)
"""Measures of time, before which small numbers stay words."""


def is_unit(word: str) -> bool:
    """Whether a word is a unit, singular or plural."""
    return word in _UNITS or word in _SINGULAR_UNITS


def percent(breath: Breath, at: int) -> int:
    """How many words say "percent" at an index."""
    if breath.word(at) == "percent":
        return 1
    return 2 if breath.phrase(at, "per", "cent") else 0


def is_measured(breath: Breath, amount: Amount) -> bool:
    """Whether a unit behind an amount makes figures of even a small one; "one mile" stays words."""
    return amount.text != "1" and is_unit(breath.word(amount.end))


def read_percentage(breath: Breath, at: int) -> Piece | None:
    """A percentage: "minus two point five percent" → "-2.5%"."""
    sign = _minus(breath, at)
    amount = read_amount(breath, at + len(sign))
    words = percent(breath, amount.end) if amount else 0
    if amount is None or not words or amount.text[-1].isalpha():
        return None
    return Piece((f"{sign}{amount.text}%",), amount.end + words - at)


def read_measure(breath: Breath, at: int) -> Piece | None:
    """The amount before a unit, or a temperature with its scale: "twenty degrees celsius" → "20 °C"."""
    sign = _minus(breath, at)
    amount = read_amount(breath, at + len(sign))
    if amount is None or not is_measured(breath, amount):
        return None
    unit = breath.word(amount.end)
    if breath.word(at - 1) in _IDIOMS.get(unit, ()) or (sign and not unit.startswith("degree")):
        return None
    scale = _SCALES.get(breath.word(amount.end + 1)) if unit.startswith("degree") else None
    inches, end = below_hundred(breath.words, amount.end + 1)
    if unit in ("foot", "feet") and 1 <= inches <= 11 and breath.ends_clearly(end):
        return Piece((amount.text, unit, str(inches)), end - at)
    if scale is not None:
        return Piece((f"{sign}{amount.text}", scale), amount.end + 2 - at)
    return Piece((f"{sign}{amount.text}",), amount.end - at)


def _minus(breath: Breath, at: int) -> str:
    """The sign that is said at an index; between two numbers "minus" is an operation."""
    return "-" if breath.word(at) == "minus" and not is_figure(breath.word(at - 1)) else ""
