"""Aligns two word sequences by a shortest edit script; pure, and linear in the worst case.

Eugene W. Myers, "An O(ND) Difference Algorithm and Its Variations", Algorithmica 1 (1986), greedy
form. Its cost grows with the square of the number of differences, so the search is given up after
`_PATIENCE` differences: the path that came furthest is taken as decided, and a new search begins at
its end. Every search of cost `_PATIENCE`² thus advances by at least `_PATIENCE` words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_PATIENCE = 96
"""Differences that one search follows. Speech and its edit differ locally, so more finds nothing."""

Match = tuple[int, int]
"""An index into the first and one into the second sequence, whose items are equal."""


def align(before: Sequence[int], after: Sequence[int]) -> list[Match]:
    """Pairs of equal items, rising in both sequences, as many as the search finds.

    Args:
        before: The items of the first sequence, as numbers that are equal where the items are.
        after: The items of the second sequence.
    """
    start, ends = 0, (len(before), len(after))
    while start < min(ends) and before[start] == after[start]:
        start += 1
    while min(ends) > start and before[ends[0] - 1] == after[ends[1] - 1]:
        ends = (ends[0] - 1, ends[1] - 1)
    matches = [(at, at) for at in range(start)]
    x = y = start
    while x < ends[0] and y < ends[1]:
        found, (x, y) = _search(before, after, (x, y), ends)
        matches.extend(found)
    matches.extend((ends[0] + at, ends[1] + at) for at in range(len(before) - ends[0]))
    return matches


def _search(
    before: Sequence[int], after: Sequence[int], start: Match, ends: Match
) -> tuple[list[Match], Match]:
    """The matches on the best path from `start`, and where the path ends."""
    (left, top), (right, bottom) = start, ends
    width, height = right - left, bottom - top
    reach: dict[int, int] = {}
    history: list[dict[int, int]] = []
    for cost in range(_PATIENCE + 1):
        history.append(reach.copy())
        for diagonal in range(-cost, cost + 1, 2):
            _, x = _step(reach, diagonal, cost)
            y = x - diagonal
            while x < width and y < height and before[left + x] == after[top + y]:
                x += 1
                y += 1
            reach[diagonal] = x
            if x >= width and y >= height:
                return _walk_back(history, (x, y), start), ends
    # A step may overshoot the edge; only points within both sequences end a path.
    points = ((x, x - diagonal) for diagonal, x in reach.items())
    x, y = max((point for point in points if point[0] <= width and 0 <= point[1] <= height), key=sum)
    return _walk_back(history, (x, y), start), (left + x, top + y)


def _step(reach: Mapping[int, int], diagonal: int, cost: int) -> tuple[int, int]:
    """From which diagonal the best path comes on `diagonal`, and at which x it arrives there."""
    if cost == 0:
        return 0, 0
    removed, added = reach.get(diagonal - 1, -2) + 1, reach.get(diagonal + 1, -2)
    if diagonal == -cost or (diagonal != cost and removed <= added):
        return diagonal + 1, added
    return diagonal - 1, removed


def _walk_back(history: Sequence[Mapping[int, int]], end: Match, start: Match) -> list[Match]:
    """The matches on the path that reached `end`, in rising order."""
    (left, top), (x, y) = start, end
    matches: list[Match] = []
    for cost in range(len(history) - 1, -1, -1):
        diagonal = x - y
        came_from, arrived = _step(history[cost], diagonal, cost)
        while x > arrived:
            x, y = x - 1, y - 1
            matches.append((left + x, top + y))
        x -= came_from < diagonal
        y = x - came_from
    matches.reverse()
    return matches
