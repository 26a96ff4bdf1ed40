"""Word error rate: the yardstick of recognition, by edit distance over words; pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def words(text: str) -> list[str]:
    """The words of `text` as they are compared: case and punctuation do not count."""
    return re.findall(r"[\w']+", text.lower().replace("’", "'"))


def prefix_distances(said: Sequence[str], heard: Sequence[str]) -> NDArray[np.int64]:
    """Edit distance between `heard` and every beginning of `said`.

    Wagner and Fischer, "The String-to-String Correction Problem", Journal of the ACM 21 (1974), a
    row at a time. Within a row an insertion follows another at the cost of one, which is a running
    minimum once the column's number is taken off.

    Returns:
        Shape [len(said) + 1]: substitutions, insertions and deletions between the first i words of
        `said` and all of `heard`.
    """
    numbers: dict[str, int] = {}
    heard_numbers = np.array([numbers.setdefault(word, len(numbers)) for word in heard], np.int64)
    columns = np.arange(len(heard) + 1)
    row = columns.copy()
    distances = [len(heard)]
    for i, word in enumerate(said, 1):
        above = row + 1
        above[0] = i
        substituted = row[:-1] + (heard_numbers != numbers.get(word, -1))
        np.minimum(above[1:], substituted, out=above[1:])
        row = np.minimum.accumulate(above - columns) + columns
        distances.append(int(row[-1]))
    return np.array(distances, np.int64)


def word_errors(reference: str, hypothesis: str) -> float:
    """Word error rate: substitutions, insertions and deletions per word of `reference`."""
    said = words(reference)
    return int(prefix_distances(said, words(hypothesis))[-1]) / max(1, len(said))
