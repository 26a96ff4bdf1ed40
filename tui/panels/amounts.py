"""Amounts as people read them: bytes, times, moments; pure."""

from __future__ import annotations

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
"""Lengths in seconds."""


def size(taken: int) -> str:
    """An amount of memory, in units of 1024."""
    if taken <= 0:
        return "–"
    return f"{taken / 2**20:.0f} MB" if taken < 2**30 else f"{taken / 2**30:.1f} GB"


def disk(taken: float) -> str:
    """An amount on disk or on the line, in units of 1000, as hubs and disks count."""
    if taken <= 0:
        return "–"
    if taken < 999_500:
        return f"{taken / 1e3:.0f} kB"
    if taken < 999_500_000:
        return f"{taken / 1e6:.0f} MB" if taken >= 9_950_000 else f"{taken / 1e6:.1f} MB"
    return f"{taken / 1e9:.1f} GB"


def share(part: float, whole: float) -> str:
    """A part in whole per cent, rounded down: 100 only once nothing is missing."""
    return f"{int(min(1.0, part / whole) * 100)} %" if whole > 0 else "…"


def span(seconds: float) -> str:
    """A length of time, in its two largest units at the most."""
    if seconds < MINUTE:
        return f"{max(0.0, seconds):.0f} s"
    if seconds < HOUR:
        return f"{seconds / MINUTE:.0f} min"
    if seconds < DAY:
        hours, rest = divmod(round(seconds / MINUTE), 60)
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    return f"{seconds / DAY:.0f} d"


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
