"""How many tokens a text has, about, and how long an answer to it may become; pure.

Every model cuts text in its own way, and none of them is at hand here. The estimate is meant to be a
little high: a limit that is too low cuts off what was said, one that is too high costs nothing unless the
model babbles.
"""

from __future__ import annotations

import math
import re

_PIECES = re.compile(
    r"(?P<ascii>[A-Za-z]+)"
    r"|(?P<digits>[0-9]+)"
    r"|(?P<dense>[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
    r"\U00020000-\U0003ffff])"
    r"|(?P<letters>[^\W\d_A-Za-z]+)"
    r"|(?P<sign>[^\s])"
)
"""Letters of ASCII, digits, characters of scripts without spaces (Thai, Lao, Burmese, Khmer, Chinese,
Japanese, and Korean syllables), other letters, anything else."""

USUAL_WORD = 6
"""Letters of a word that is mostly one token."""

LETTERS_A_TOKEN = 4
"""Of the rest of a long word, a name or an identifier."""

OTHER_LETTERS_A_TOKEN = 2
"""Of a word with accents, or in Cyrillic, Greek, Arabic, Hebrew, Devanagari."""

FOREIGN_SCALE = 1.5
"""Tokens of one character of a script without spaces, or of an emoji, where vocabularies are poor in them."""

ENGLISH_SCALE = 1.15
"""What names, capitals and split words add to the estimate of common words: with it English prose comes
to about 1.3 tokens a word, punctuation included."""

MARGIN = 48
"""Tokens that any answer may have beside its share: greetings of a short e-mail, bullets, punctuation."""

A_MESSAGE = 8
"""Tokens that the template of a model puts around one message."""


def estimate(text: str) -> int:
    """About how many tokens `text` has, rather too many than too few."""
    return math.ceil(sum(_weight(found) for found in _PIECES.finditer(text)))


def _weight(found: re.Match[str]) -> float:
    piece, kind = found[0], found.lastgroup
    if kind == "ascii":
        return ENGLISH_SCALE * (1 + math.ceil(max(0, len(piece) - USUAL_WORD) / LETTERS_A_TOKEN))
    if kind == "digits":
        return len(piece)
    if kind == "letters":
        return math.ceil(len(piece) / OTHER_LETTERS_A_TOKEN)
    if kind == "dense" or ord(piece) > 0xFFFF:
        return FOREIGN_SCALE * (2 if ord(piece) > 0xFFFF else 1)
    return 1


def limit(text: str, token_factor: float) -> int:
    """How many tokens the answer to a dictation may have; grows with the text and has no upper end.

    Args:
        text: The dictation.
        token_factor: Tokens of the answer for a token of the dictation, at most, as the mode has it.
    """
    return math.ceil(estimate(text) * token_factor) + MARGIN
