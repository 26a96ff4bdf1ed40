"""Breaks text into lines by the cells it takes on a terminal; pure."""

from __future__ import annotations

import re

from rich.cells import cell_len

_WORD = re.compile("[^ ]")

Line = tuple[int, int]
"""Offsets of a line's first character and of the one behind its last."""

UNWRAPPED = 10_000
"""Cells of a line whose width is not known yet: a panel may be painted once before it is told."""


def wrap(text: str, width: int, begin: int = 0) -> list[Line]:
    """Break `text` from offset `begin` on into lines of at most `width` cells.

    Breaks behind spaces, at newlines, and on both sides of wide (CJK) characters; a word longer
    than a line is cut. Spaces at the end of a line may reach beyond the width and are not drawn.
    Greedy, so that appended text never moves a line break before the last line's first word.

    Returns:
        The lines, at least one. Newlines belong to no line; every other character belongs to one.
    """
    lines: list[Line] = []
    while True:
        end = text.find("\n", begin)
        paragraph = text[begin:] if end < 0 else text[begin:end]
        even = all(cell_len(character) == 1 for character in set(paragraph))
        broken = _wrap_even(paragraph, width) if even else _wrap_uneven(paragraph, width)
        lines.extend((begin + first, begin + last) for first, last in broken)
        if end < 0:
            return lines
        begin = end + 1


def _wrap_even(text: str, width: int) -> list[Line]:
    """Break a paragraph in which every character takes one cell: from line to line, not one by one."""
    lines: list[Line] = []
    start = 0
    while beyond := _WORD.search(text, start + width):
        begin, start = start, text.rfind(" ", start, beyond.start()) + 1 or start + width
        lines.append((begin, start))
    return [*lines, (start, len(text))]


def _wrap_uneven(text: str, width: int) -> list[Line]:
    """Break a paragraph in which characters take no cell, one or two."""
    lines: list[Line] = []
    start, cells, candidate, index = 0, 0, 0, 0
    while index < len(text):
        character = text[index]
        size = cell_len(character)
        if character == " ":
            index += 1
            cells, candidate = cells + 1, index
            continue
        if size == 2:
            candidate = index
        if cells + size > width and index > start:
            cut = candidate if candidate > start else index
            lines.append((start, cut))
            start, candidate = cut, cut
            cells = cell_len(text[start:index])
            continue
        cells += size
        index += 1
        if size == 2 or (size == 0 and candidate == index - 1):
            candidate = index
    lines.append((start, len(text)))
    return lines


def common_prefix(one: str, other: str) -> int:
    """Length of the longest common prefix, found by bisection because slices compare fast."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
