"""Writes a text of somebody else's in the user's own forms: replacements and spellings; pure.

The rules of tidy do the same among their words. A language model knows of the spellings only, and its
answer is a finished text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from engine.enhance.rules.own_words import OwnWords

_AROUND = r"(?P<before>,? ?){}(?P<comma>,?)(?P<space> ?)(?P<letter>\w?)"
"""What has to go, or to change, where a phrase goes."""


class OwnForms:
    """The user's replacements and spellings; immutable, made once."""

    def __init__(self, replacements: Mapping[str, str], vocabulary: Sequence[str]) -> None:
        """Prepare.

        Args:
            replacements: What is said → what is written instead; an empty text takes the words out.
            vocabulary: The user's own terms, as the user spells them.
        """
        self._terms = OwnWords(vocabulary)
        said = {" ".join(phrase.casefold().split()): written for phrase, written in replacements.items()}
        self._written = {phrase: written for phrase, written in said.items() if phrase}
        self._replaced = _any_of([phrase for phrase, written in self._written.items() if written])
        self._removed = _any_of([phrase for phrase, written in self._written.items() if not written], _AROUND)

    def written(self, text: str) -> str:
        """`text` in the user's forms; nothing else of it changes."""
        if self._removed:
            before = ""
            while text != before:  # a phrase behind one that goes is looked at only then
                before, text = text, self._removed.sub(_without, text)
        if self._replaced:
            text = self._replaced.sub(self._form, text)
        return self._terms.restored(text)

    def _form(self, match: re.Match[str]) -> str:
        return self._written[" ".join(match["phrase"].casefold().split())]


def _any_of(phrases: Sequence[str], around: str = "{}") -> re.Pattern[str] | None:
    """Finds the longest of the phrases at each place, and what is `around` it; None for no phrases."""
    if not phrases:
        return None
    longest_first = sorted(phrases, key=len, reverse=True)
    found = "|".join(r"\s+".join(map(re.escape, phrase.split())) for phrase in longest_first)
    return re.compile(around.format(rf"(?<!\w)(?P<phrase>{found})(?!\w)"), re.IGNORECASE)


def _without(match: re.Match[str]) -> str:
    """What is left where a phrase goes: one of the commas around it, and a capital where it had one."""
    before, phrase, comma, space, letter = match.group("before", "phrase", "comma", "space", "letter")
    if not before:
        return letter.upper() if phrase[0].isupper() else letter
    if not letter:
        return comma + space
    return (", " if before[0] == "," else " ") + letter
