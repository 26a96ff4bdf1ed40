"""Amounts as people read them: bytes, times, moments; pure."""

from __future__ import annotations

from engine.models.amounts import amount, lasting

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
"""Lengths in seconds."""


def size(taken: float) -> str:
    """Bytes in memory, on disk or on the line; a dash where nothing is known of them."""
    return amount(taken) if taken > 0 else "–"


def share(part: float, whole: float) -> str:
    """A part in whole per cent, rounded down: 100 only once nothing is missing."""
    return f"{int(min(1.0, part / whole) * 100)} %" if whole > 0 else "…"


def per_cent(part: float) -> str:
    """A part of one in whole per cent, rounded."""
    return f"{part:.0%}".replace("%", " %")


def span(seconds: float) -> str:
    """A length of time without what does not matter any more: no seconds from a minute on."""
    if MINUTE <= seconds < HOUR:
        return f"{seconds / MINUTE:.0f} min"
    return lasting(seconds) if seconds < DAY else f"{seconds / DAY:.0f} d"


def ago(moment: float, now: float) -> str:
    """How long ago a moment was; both in seconds since the epoch."""
    passed = now - moment
    return "just now" if passed < MINUTE else f"{span(passed)} ago"


def until(moment: float, now: float) -> str:
    """How long it is until a moment, in minutes: seconds would flicker; both since the epoch."""
    left = moment - now
    return f"in {span(left)}" if left >= MINUTE else "within a minute"


def bar(done: float, cells: int) -> tuple[str, str]:
    """A bar of `cells` cells, as the part that is done (0 to 1 of it) and the rest."""
    halves = int(max(0.0, min(1.0, done)) * cells * 2)
    full, half = divmod(halves, 2)
    drawn = "━" * full + "╸" * half
    return drawn, "─" * (cells - len(drawn))
