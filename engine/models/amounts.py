"""Amounts of bytes and of time as people read them; pure."""

from __future__ import annotations

_UNITS = ("bytes", "kB", "MB", "GB", "TB")


def amount(count: float) -> str:
    """Bytes in words, with three digits: "148 MB", "1.62 GB"; units of a thousand, as disks have them."""
    value, unit = float(max(0, count)), 0
    while value >= 999.5 and unit < len(_UNITS) - 1:
        value, unit = value / 1000, unit + 1
    if unit == 0:
        return f"{value:.0f} bytes"
    digits = 0 if value >= 99.95 else 1 if value >= 9.995 else 2
    return f"{value:.{digits}f} {_UNITS[unit]}"


def lasting(seconds: float) -> str:
    """A time in words: "5 s", "3 min 20 s", "2 h 5 min"."""
    whole = round(max(0.0, seconds))
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min"
