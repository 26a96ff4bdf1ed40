"""Which words of all-lower-case English take a capital; pure.

The lists hold only what is a name whatever stands around it: "may", "march", "polish" or "turkey"
are words as well, so they stay as they are.
"""

from __future__ import annotations

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
    key = token.key
    if token.letter or _is_letter(key) or (is_dotted(key) and key not in _LOWER_DOTTED):
        return token.core.upper()
    if key in _PRONOUN or key in _TITLES:
        return capitalised(token.core)
    named = key.removesuffix("'s")
    if named in _NAMES or (named.endswith("s") and named[:-1] in _NAMES and named.endswith("days")):
        return capitalised(token.core)
    if following is not None and _names(token, following):
        return capitalised(token.core)
    if previous is not None and (_names(previous, token) or _title_before(previous)):
        return capitalised(token.core)
    return token.core


def _is_letter(key: str) -> bool:
    """Whether `key` is a single letter that is no word of English."""
    return len(key) == 1 and key.isascii() and key.isalpha() and key != "a"


def _names(first: Token, second: Token) -> bool:
    seconds = _TWO_WORD_NAMES.get(first.key)
    if seconds is None or first.tail or second.lead or second.pause:
        return False
    return second.key.removesuffix("'s") in seconds


def _title_before(previous: Token) -> bool:
    return previous.key in _TITLES and previous.tail == "."
