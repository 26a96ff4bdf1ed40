"""The moments that a request to a running engine holds: when it was made, and until when it is waited for.

Both are on the clock of `engine.remote.moment`. They come from outside: what cannot be a moment is left out
of account, as one that is not told is.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping

from engine.remote import moment

ON_ITS_WAY_S = 0.5
"""Seconds that an answer may need to be heard; what comes too late for that is not done."""

OVERTAKING_S = 2.0
"""Seconds by which a process that began may come late, and still be believed to have been overtaken."""


def began(request: Mapping[str, object]) -> float | None:
    """When the asking process began ("at"); None where that is untold, or cannot be."""
    at, now = _seconds(request.get("at")), moment.now()
    return at if at is not None and now - OVERTAKING_S <= at <= now else None


def time_left_s(request: Mapping[str, object]) -> float:
    """Seconds in which there has to be an answer ("until"); infinitely many where no end is told."""
    until = _seconds(request.get("until"))
    return math.inf if until is None else until - moment.now() - ON_ITS_WAY_S


def _seconds(told: object) -> float | None:
    """Seconds since the machine began; JSON knows whole numbers of any length, and what is no number."""
    if not isinstance(told, int | float) or isinstance(told, bool):
        return None
    return float(told) if 0 <= told <= sys.float_info.max else None
