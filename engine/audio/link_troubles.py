"""What is said where the sound of a recording is captured elsewhere: it is waited for, or missing."""

from __future__ import annotations

from engine.audio.facts import Troubled
from engine.audio.sources import Link

PATIENCE_S = 60.0
"""Seconds that the end of a recording waits for sound that does not come: a network that changes, or a
machine that wakes, is back within a minute."""

TELL_BEHIND_S = 1.0
"""Seconds of sound on their way from which it is said that they are waited for."""

LEAST_MISSING_S = 0.3
"""Seconds of sound that are missing from which it is said: a short word."""


def waits_for(link: Link) -> Troubled | None:
    """Say that the end of a recording waits; None where it is hardly noticed."""
    if link.behind_s < TELL_BEHIND_S:
        return None
    return Troubled(
        "link",
        f"The last {link.behind_s:.0f} s of sound are still on their way from {link.sender}; "
        "the recording ends when they have come.",
        "To cancel once ends it now, with what has come; twice drops that.",
    )


def waits_no_longer(link: Link) -> Troubled:
    """Say that the user has ended the waiting."""
    return Troubled(
        "link",
        f"The last sound from {link.sender} is waited for no longer.",
        "What had come is being recognised; to cancel again drops it.",
    )


def did_not_come(link: Link) -> Troubled | None:
    """Say that the last sound was waited for in vain; None where none was on its way."""
    if link.behind_s <= 0:
        return None
    return Troubled(
        "link",
        f"The last sound from {link.sender} did not come within {PATIENCE_S:g} s.",
        "The recording ends with what had come; dictate its last words again.",
    )


def is_missing(missing_s: float, sender: str) -> Troubled | None:
    """Say that sound is missing inside a recording; None where it is no word."""
    if missing_s < LEAST_MISSING_S:
        return None
    amount = f"{missing_s:.0f}" if missing_s >= 1 else f"{missing_s:.1f}"
    return Troubled(
        "missing",
        f"{amount} s of what was said are missing in this dictation: they did not come from {sender}.",
        "Read the text over, and dictate again what is not there.",
    )
