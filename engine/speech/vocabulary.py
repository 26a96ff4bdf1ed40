"""Word lists as they are written in this source: one string, words parted by spaces; pure."""

from __future__ import annotations


def vocabulary(words: str) -> frozenset[str]:
    """The words of a list."""
    return frozenset(words.split())


def counted(words: str, start: int, step: int = 1) -> dict[str, int]:
    """The words of a list with their values: `start` for the first, `step` more for each next."""
    return {word: start + at * step for at, word in enumerate(words.split())}
