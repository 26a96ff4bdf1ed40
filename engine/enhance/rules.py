"""Which of tidy's rules apply; pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Rules:
    """The rules of tidy, each of which can be switched off by its name."""

    fillers: bool = True
    """Takes out sounds of thinking, and phrases that say nothing: "um", "you know"."""

    stutters: bool = True
    """Takes out words that were only begun or said twice: "the the report"."""

    corrections: bool = True
    """Keeps what a speaker put in place of what was said first: "Monday, no, make that Tuesday"."""

    numbers: bool = True
    """Writes numbers, percentages and fractions in figures: "twenty three percent" → "23%"."""

    dates: bool = True
    """Writes dates in figures: "the second of june twenty twenty six" → "2 June 2026"."""

    times: bool = True
    """Writes times of day in figures: "quarter to nine" → "8:45"."""

    currencies: bool = True
    """Writes amounts of money in figures: "five euros" → "€5"."""

    units: bool = True
    """Writes measures in figures with the sign of their unit: "five kilometres" → "5 km"."""

    letters: bool = True
    """Joins letters that were spelled one by one: "i b m" → "IBM"."""

    addresses: bool = True
    """Writes e-mail and web addresses: "jane at example dot org" → "jane@example.org"."""

    punctuation: bool = True
    """Writes punctuation that was spoken by its name: "comma", "question mark"."""

    lists: bool = True
    """Writes items that were counted out as a list: "first ... second ... third ..."."""

    vocabulary: bool = True
    """Writes the user's own words as the user spells them."""


ALL = Rules()
"""All of them."""
