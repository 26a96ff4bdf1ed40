"""Tells whether two words are forms or spellings of one; pure.

No dictionary: endings are cut off by a few rules, and spellings are compared by their letters with
the ratio of Ratcliff and Obershelp (`difflib`). Words of `FIXED` are only ever themselves.
"""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher
from functools import lru_cache

from engine.enhance.guard.equivalents import FIXED, OPPOSITES

ALIKE = 0.7
"""Ratio from which two spellings may be of one word: "my sequel" and "MySQL" have 0.77."""

_VOWELS = re.compile("[aeiou]")

_LONGEST = 40
"""Letters beyond which spellings are not compared: the cost grows with their square."""

_IRREGULAR = {
    form: forms.split()[0]
    for forms in (
        *(
            "see saw seen",
            "go went gone goes",
            "come came",
            "take took taken",
            "give gave given",
            "get got gotten",
        ),
        *("write wrote written", "make made", "say said", "tell told", "know knew known", "think thought"),
        *("find found", "buy bought", "bring brought", "run ran", "begin began begun", "break broke broken"),
        *("speak spoke spoken", "send sent", "leave left", "feel felt", "keep kept", "meet met", "lose lost"),
        *("pay paid", "sell sold", "build built", "drive drove driven", "eat ate eaten", "child children"),
        *("man men", "woman women", "person people", "fall fell fallen", "hold held", "catch caught"),
        *("teach taught", "choose chose chosen", "grow grew grown", "show shown", "throw threw thrown"),
        *(
            "fly flew flown",
            "wear wore worn",
            "forget forgot forgotten",
            "lie lay lain",
            "sit sat",
            "win won",
        ),
        *(
            "hear heard",
            "stand stood",
            "understand understood",
            "spend spent",
            "lend lent",
            "hide hid hidden",
        ),
    )
    for form in forms.split()
    if form not in OPPOSITES
}
_BASES = frozenset(_IRREGULAR.values())
_ENGLISH_ENDINGS = ("ingly", "edly", "ings", "ing", "ies", "ied", "es", "ed", "s", "ly", "e", "y")
_OTHER_ENDINGS = (
    "erem",
    "eren",
    "erer",
    "ement",
    "ern",
    "est",
    "em",
    "en",
    "er",
    "es",
    "ée",
    "és",
    "os",
    "as",
)
_ONE_LETTER = "enstaoérm"


@lru_cache(maxsize=8192)
def stem(word: str, language: str) -> str:
    """A word without its ending, in letters without accents; what forms of one word have in common."""
    if word in FIXED or len(word) < 3:
        return word
    if language != "en":
        return _stem_of_another(word)
    if word[:-1] in OPPOSITES and word.endswith("s") and word != "news":
        return word[:-1]
    base = _IRREGULAR.get(word, word)
    bare = _without_ending(base)
    # "Buyed" is said for "bought".
    if word.endswith("ed") and bare in _BASES:
        bare = _without_ending(bare)
    return unaccented(bare.rstrip("e"))


def _without_ending(word: str) -> str:
    for ending in _ENGLISH_ENDINGS:
        if word.endswith("eed") or word.endswith("ss") or not word.endswith(ending):
            continue
        if len(word) - len(ending) >= 2:
            word = word[: -len(ending)]
            break
    doubled = len(word) > 3 and word[-1] == word[-2] and word[-1] not in "aeiouls"
    return word[:-1] if doubled else word


def _stem_of_another(word: str) -> str:
    for ending in _OTHER_ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return unaccented(word[: -len(ending)])
    return unaccented(word[:-1] if len(word) >= 5 and word[-1] in _ONE_LETTER else word)


def unaccented(word: str) -> str:
    """`word` without accents: "Zürich" is "zurich"."""
    if word.isascii():
        return word
    folded = unicodedata.normalize("NFD", word)
    return "".join(char for char in folded if not unicodedata.combining(char)) or word


@lru_cache(maxsize=4096)
def alike(one: str, other: str) -> bool:
    """Whether two runs of letters may be spellings of the same sound.

    The first letter must be the same: what tells opposites apart mostly stands in front ("enable",
    "disable"). An abbreviation without vowels is read out with some: "SQL" is heard as "sequel".
    """
    one, other = unaccented(one), unaccented(other)
    if one == other:
        return True
    if one in FIXED or other in FIXED:
        return False
    if not one or not other or one[0] != other[0] or min(len(one), len(other)) < 3:
        return False
    bare = [_VOWELS.sub("", word) for word in (one, other)]
    if bare[0] == bare[1] and bare[0] in (one, other):
        return True
    if max(len(one), len(other)) > _LONGEST:
        return False
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= ALIKE
