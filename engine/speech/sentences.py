"""Where sentences end: at what is written, else at the pauses that were heard; pure.

A pause alone says little, for people stop in mid-sentence to think. So a pause after a word that
cannot end a sentence ("the", "of") or before one that goes on with it ("and", "because") is a
hesitation, however long.
"""

from __future__ import annotations

from engine.enhance.rules.fillers import HESITATIONS
from engine.speech.tokens import Token
from engine.speech.vocabulary import vocabulary

SENTENCE_PAUSE_S = 0.6
"""Silence that ends a sentence where the words allow it; the usual end of a phrase, in seconds."""

COMMA_PAUSE_S = 0.35
"""Silence that becomes a comma before a word like "but", in seconds."""

LONG_PAUSE_S = 1.2
"""Silence that ends a sentence even before a word which may as well go on with it, in seconds."""

_CANNOT_END = vocabulary(
    "the a an of to and but or nor because for with at from into than my your our their its "
    "every very if although is are was were i we they he she i'm it's that's we're they're "
    "you're there's i'll we'll i've we've mr mrs ms dr prof"
)
_GO_ON = vocabulary(
    "and or nor because of than is are was were has had am be been isn't aren't wasn't weren't hasn't"
)
_MAY_GO_ON = vocabulary(
    "in on at for with from by to into until about as if when while after before where who "
    "whose during between through"
)
_COMMA_BEFORE = vocabulary("but so which although though whereas")
_ABBREVIATIONS = vocabulary("mr mrs ms dr prof messrs st vs jr sr inc ltd corp e.g i.e a.m p.m etc")


def break_between(previous: Token, following: Token) -> str:
    """What parts two neighbours: "." an end of sentence, "," less, a line feed, or "" for nothing.

    Written punctuation counts first; a pause counts only where the recogniser writes none.
    """
    if "\n" in following.gap:
        return "\n"
    return written_break(previous) or ("," if following.lead else "") or pause_mark(previous, following)


def written_break(token: Token) -> str:
    """What the punctuation behind `token` says: "." an end of sentence, "," less, "" nothing."""
    tail = token.tail
    if not tail:
        return ""
    if any(char in "?!。！？" for char in tail):
        return "."
    if "." in tail and ".." not in tail:
        return "" if is_abbreviation(token) else "."
    return ","


def is_abbreviation(token: Token) -> bool:
    """Whether the full stop behind `token` belongs to it ("Dr.", "e.g.", "U.S.")."""
    return token.key in _ABBREVIATIONS or is_dotted(token.key)


def is_dotted(key: str) -> bool:
    """Whether `key` is letters with full stops between them, such as "u.s"."""
    return len(key) > 2 and key.isascii() and key[0::2].isalpha() and not key[1::2].strip(".")


def hesitates(previous: Token, following: Token) -> bool:
    """Whether a break between two words can only be a hesitation ("the … report", "it … is")."""
    return previous.key in _CANNOT_END or following.key in _GO_ON - {"and", "or", "nor", "because"}


def pause_mark(previous: Token, following: Token) -> str:
    """The mark that the pause between two words of unpunctuated text deserves: ".", "," or ""."""
    if (
        previous.written
        or following.pause < COMMA_PAUSE_S
        or not previous.core
        or previous.core.endswith("-")
    ):
        return ""
    before, after, pause = previous.key, following.key, following.pause
    if before in _CANNOT_END and not previous.letter:
        return ""
    if before in HESITATIONS or after in HESITATIONS:
        return ","
    if after in _COMMA_BEFORE:
        return "." if after == "so" and pause >= LONG_PAUSE_S else ","
    if after in _GO_ON and not following.asks:
        return "," if after in ("and", "or") and pause >= SENTENCE_PAUSE_S else ""
    if after in _MAY_GO_ON and not following.asks:
        return "." if pause >= LONG_PAUSE_S else ""
    return "." if pause >= SENTENCE_PAUSE_S else ""
