"""When a text is worth a language model's time; pure."""

from __future__ import annotations

import re
from itertools import islice

from engine.enhance.writing_mode import WritingMode

_WRITES_WELL = re.compile(r"(^|[-_./])(medium|large|turbo)\b", re.IGNORECASE)
"""Names of Whisper models whose text has punctuation, capitals and figures, and hardly a wrong word."""

_WORD = re.compile(r"\S+")


def writes_well(model: str) -> bool:
    """Whether a recogniser's text needs little editing, by the name of its model: medium, large, turbo."""
    return bool(_WRITES_WELL.search(model))


def reason_to_skip(text: str, mode: WritingMode, model: str, *, skip_good: bool, skip_words: int) -> str:
    """Why a language model need not be asked for this text; empty where it should be.

    Only in modes that are optional: who asks for an e-mail or a translation wants one of any words.

    Args:
        text: The words as recognised.
        mode: The writing mode.
        model: Name of the model that recognised them.
        skip_good: Whether texts of good recognisers are skipped.
        skip_words: Texts of up to so many words are skipped.
    """
    if not mode.optional:
        return ""
    words = sum(1 for _ in islice(_WORD.finditer(text), skip_words + 1))
    if words <= skip_words:
        return f"{words} word{' needs' if words == 1 else 's need'} no model."
    if skip_good and writes_well(model):
        return f"{model} writes well already."
    return ""
