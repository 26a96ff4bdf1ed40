"""The performance modes as the interface shows them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

MEANINGS: Mapping[str, str] = MappingProxyType(
    {
        "quality": "Quality: most accurate, a longer wait.",
        "balanced": "Balanced: accurate text, soon.",
        "speed": "Speed: text at once, less accurate.",
    }
)
"""What each mode means, in words short enough for the frame of a panel of half a screen."""

PERFORMANCE_MODES = tuple(MEANINGS)
"""Their names, in the order in which a key takes them."""


def meaning(mode: str, recognizer: str) -> str:
    """What a mode means with the recogniser of that name: the modes are Whisper's."""
    if recognizer == "pocketsphinx":
        return f"{mode.capitalize()}. PocketSphinx's text is the same in every mode."
    return MEANINGS[mode]
