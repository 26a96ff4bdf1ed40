"""Which words of all-lower-case English take a capital; pure.

The lists hold only what is a name whatever stands around it: "may", "march", "polish" or "turkey"
are words as well, so they stay as they are.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from engine.speech.sentences import is_dotted
from engine.speech.tokens import OPENERS, Token
from engine.speech.vocabulary import vocabulary

_NAMES = vocabulary(
    "monday tuesday wednesday thursday friday saturday sunday january february april june july "
    "august september october november december english german french spanish italian "
    "portuguese russian chinese japanese korean arabic dutch greek american british european "
    "african asian canadian australian swedish norwegian danish england scotland ireland "
    "germany france spain italy portugal russia japan korea canada australia america europe "
    "africa asia india mexico brazil sweden norway denmark switzerland austria netherlands "
    "london berlin munich madrid tokyo moscow vienna amsterdam chicago boston seattle "
    "california texas florida manhattan brooklyn christmas microsoft google linux debian ubuntu"
)
_TWO_WORD_NAMES = {
    "new": frozenset({"york", "zealand", "delhi", "orleans"}),
    "los": frozenset({"angeles"}),
    "san": frozenset({"francisco", "diego"}),
    "hong": frozenset({"kong"}),
    "united": frozenset({"states", "kingdom", "nations"}),
}
_PRONOUN = frozenset({"i", "i'm", "i'll", "i've", "i'd"})
_TITLES = frozenset({"mr", "mrs", "dr"})
_LOWER_DOTTED = frozenset({"e.g", "i.e", "a.m", "p.m"})

REMEMBERED = 4096
"""Words whose own capitals are remembered: people use few different ones in a dictation."""


def capitalised(core: str) -> str:
    """`core` with a capital first letter, unless its form is deliberate ("iPhone", "e.g", a URL)."""
    if not core or any(char.isupper() for char in core) or any(char in "./@_:\\~" for char in core):
        return core
    first = core[0].title()
    return first + core[1:] if len(first) == 1 else core


def starts_plainly(token: Token) -> bool:
    """Whether nothing but opening quotes and brackets stands before the word."""
    return all(char in OPENERS for char in token.lead)


def cased(token: Token, previous: Token | None, following: Token | None) -> str:
    """The word of `token`, in all-lower-case English, with the capitals it always has.

    Args:
        token: The word.
        previous: The word before it, or None.
        following: The word after it in the same breath, or None.
    """
    if token.letter:
        return token.core.upper()
    always = _always(token.key)
    if always is not None:
        return token.core.upper() if always == "upper" else capitalised(token.core)
    if token.key in _TWO_WORD_NAMES and following is not None and _names(token, following):
        return capitalised(token.core)
    if previous is not None and (
        (previous.key in _TWO_WORD_NAMES and _names(previous, token))
        or (previous.key in _TITLES and previous.tail == ".")
    ):
        return capitalised(token.core)
    return token.core


@lru_cache(maxsize=REMEMBERED)
def is_common(key: str) -> bool:
    """Whether a word neither has capitals of its own, nor gives the next one any."""
    return _always(key) is None and key not in _TWO_WORD_NAMES


@lru_cache(maxsize=REMEMBERED)
def _always(key: str) -> Literal["upper", "capital"] | None:
    """The capitals that a word has whatever stands around it."""
    if _is_letter(key) or (is_dotted(key) and key not in _LOWER_DOTTED):
        return "upper"
    named = key.removesuffix("'s")
    if (
        key in _PRONOUN
        or key in _TITLES
        or named in _NAMES
        or (named.endswith("s") and named[:-1] in _NAMES and named.endswith("days"))
    ):
        return "capital"
    return None


def _is_letter(key: str) -> bool:
    """Whether `key` is a single letter that is no word of English."""
    return len(key) == 1 and key.isascii() and key.isalpha() and key != "a"


def _names(first: Token, second: Token) -> bool:
    """Whether two words are a name, the first of which begins one."""
    if first.tail or second.lead or second.pause:
        return False
    return second.key.removesuffix("'s") in _TWO_WORD_NAMES[first.key]
