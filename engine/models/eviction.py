"""Which models leave memory to make room for another: the least recently used; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Resident:
    """What a choice of victims has to know of one model in memory.

    Attributes:
        key: Which one it is.
        bytes: Memory that it takes.
        idle: Whether it may leave now: it is ready, and nobody uses it.
    """

    key: str
    bytes: int
    idle: bool


def victims(residents: Sequence[Resident], need: int) -> tuple[str, ...] | None:
    """Choose what leaves so that `need` bytes become free.

    The least recently used leave first, and no more of them than it takes.

    Args:
        residents: What is in memory, the least recently used first.
        need: Bytes that are wanted; 0 or less asks for nothing.

    Returns:
        Their keys, the least recently used first; None when all that may leave is not enough.
    """
    chosen: list[str] = []
    freed = 0
    for resident in residents:
        if freed >= need:
            break
        if resident.idle:
            chosen.append(resident.key)
            freed += resident.bytes
    return tuple(chosen) if freed >= need else None


def overflow(residents: Sequence[Resident], budget: int) -> tuple[str, ...]:
    """Choose what leaves when more is in memory than is allowed, as far as anything may leave.

    Args:
        residents: What is in memory, the least recently used first.
        budget: Bytes that all of them together may take.

    Returns:
        Their keys, the least recently used first.
    """
    need = sum(resident.bytes for resident in residents) - budget
    chosen = victims(residents, need)
    if chosen is None:
        return tuple(resident.key for resident in residents if resident.idle)
    return chosen
