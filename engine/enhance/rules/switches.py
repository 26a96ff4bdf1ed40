"""Which of tidy's rules apply; pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Rules:
    """The rules of tidy, each of which can be switched off by its name.

    `engine.enhance.rules.rule_book` has an example of each.
    """

    fillers: bool = True
    """Takes out sounds of thinking, and phrases that say nothing."""

    stutters: bool = True
    """Takes out words that were only begun or said twice."""

    corrections: bool = True
    """Keeps what a speaker put in place of what was said first."""

    numbers: bool = True
    """Writes numbers, percentages and fractions in figures."""

    dates: bool = True
    """Writes dates in figures."""

    times: bool = True
    """Writes times of day in figures."""

    currencies: bool = True
    """Writes amounts of money in figures."""

    units: bool = True
    """Writes measures in figures."""

    letters: bool = True
    """Joins letters that were spelled one by one."""

    addresses: bool = True
    """Writes e-mail and web addresses."""

    punctuation: bool = True
    """Writes punctuation that was spoken by its name."""

    lists: bool = True
    """Writes items that were counted out as a list."""

    vocabulary: bool = True
    """Writes the user's own words as the user spells them."""


ALL = Rules()
"""All of them."""
