"""What a key takes that goes through a list."""

from __future__ import annotations

from collections.abc import Sequence


def next_of(choices: Sequence[str], current: str) -> str:
    """What comes behind `current`; behind the last the first."""
    return choices[(choices.index(current) + 1) % len(choices)]
