"""`[tidy]` of config.toml: the rules of the rule-based enhancer, each of which can be switched off."""

from __future__ import annotations

from engine.enhance.rules.switches import Rules
from engine.settings.section import Section


class TidySettings(Section):
    """`[tidy]`: which rules apply. `engine.enhance.rules.rule_book` has an example of each."""

    fillers: bool
    """Whether sounds of thinking, and phrases that say nothing, are taken out."""
    stutters: bool
    """Whether words that were only begun, or said twice, are taken out."""
    corrections: bool
    """Whether what the speaker took back is taken out."""
    numbers: bool
    """Whether numbers, percentages and fractions are written in figures."""
    dates: bool
    """Whether dates are written in figures."""
    times: bool
    """Whether times of day are written in figures."""
    currencies: bool
    """Whether amounts of money are written in figures, with the sign of their currency."""
    units: bool
    """Whether measures are written in figures."""
    letters: bool
    """Whether words that were spelled are written in one piece."""
    addresses: bool
    """Whether e-mail and web addresses, file names and paths are written as such."""
    punctuation: bool
    """Whether punctuation that was spoken by its name is written."""
    lists: bool
    """Whether items that were counted out are written as a list."""
    vocabulary: bool
    """Whether the terms of recognition.vocabulary are written as they are spelled there."""

    @property
    def rules(self) -> Rules:
        """The rules that apply."""
        return Rules(**self.model_dump())
