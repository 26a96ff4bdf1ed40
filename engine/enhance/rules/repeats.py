"""Which repeated words are a stutter and which are meant; pure."""

from __future__ import annotations

from engine.enhance.rules.numbers import is_figure
from engine.speech.capitals import capitalised
from engine.speech.sentences import break_between
from engine.speech.tokens import Token
from engine.speech.vocabulary import vocabulary

_FUNCTION = vocabulary(
    "i you he she it we they me him us them my your his its our their the a an this these those "
    "to of in on at for with from by as and or but if when what who where how which because "
    "while is are was were be been am do does did have has can could will would should shall "
    "may might must not just about into than there"
)
"""Words on which people stutter; they are a stutter even with a comma between ("I, I want")."""

_MEANT = vocabulary(
    "had that very really so much many long far big old more again over wait no yes yeah okay "
    "ok bye ha knock now come well hear tut please never ever same other too way up down "
    "blah on go oh hey her double quite extra super pretty good nice right all never less hot "
    "cold little tiny huge by half dot dash slash"
)
"""Words that are doubled on purpose, or by grammar ("had had", "that that", "gave her her coat"),
and signs that are spoken twice."""

_OPENS_RESTART = _FUNCTION - vocabulary("when not me him us them") | vocabulary(
    "i'm i've i'd i'll it's that's that we're we've there's let's so no"
)
"""Words with which a restarted phrase begins ("i want i want")."""

_SIGNS = frozenset(
    {("new", "line"), ("next", "line"), ("new", "paragraph"), ("full", "stop"), ("question", "mark")}
)
"""Names of signs after which their last word may be said again: "new line line two"."""

_LINKS = vocabulary("and or by after to but than upon for")
"""Between doubles these make an idiom ("on and on and on", "day by day by day")."""

_CONDITIONS = vocabulary("if when what whatever who whoever wherever where how whether as that unless once")
"""After these a doubled pair is often two clauses ("if you can you can")."""

_PRONOUNS = vocabulary("i you he she it we they that there what who")
_AFTER_AND = _PRONOUNS | vocabulary("the a then my your our his")
"""Only before these is "and" restarted; "and on and on" is an idiom."""

_BEFORE_DOUBLE_IS = vocabulary("it that this what")
"""Before "is is" these make it grammar: "what it is is a mistake"."""

_HYPHENATED_DOUBLES = vocabulary("can do")
_HESITANT_TAILS = ("", ",", "...", "…")


def is_cut_off(token: Token, following: Token) -> bool:
    """Whether `token` is a broken beginning of the next word ("th- the")."""
    stem = token.key.removesuffix("-")
    if stem == token.key or not stem.isalpha() or not following.key.startswith(stem):
        return False
    return not (token.lead or token.tail or following.lead) and break_between(token, following) == ""


def is_stutter(first: Token, second: Token, before: Token | None) -> bool:
    """Whether `second` only repeats `first` ("the the"), or restarts it ("I I'm").

    Args:
        first: A word.
        second: The word after it.
        before: The word before both, or None.
    """
    parted = _parted(first, second)
    if parted is None:
        return False
    if first.key != second.key:
        return not parted and first.key in _PRONOUNS and second.key.startswith(f"{first.key}'")
    if before is not None and (before.key, first.key) in _SIGNS:
        return False
    if before is not None and _is_spelled(first) and not break_between(before, first):
        return False
    if first.key == "is" and before is not None and before.key in _BEFORE_DOUBLE_IS:
        return False
    if _base(first.key) in _FUNCTION:
        return True
    if first.key in _MEANT or parted or len(first.key) == 1:
        return False
    both_names = first.core[0].isupper() and second.core[0].isupper()
    return first.key.replace("'", "").isalpha() and not both_names


def is_restart(pair: tuple[Token, Token], again: tuple[Token, Token], before: Token | None) -> bool:
    """Whether two words only repeat the two before them ("i want i want").

    Args:
        pair: The first two words.
        again: The two after them.
        before: The word before all four, or None.
    """
    (a, b), (c, d) = pair, again
    if a.key != c.key or b.key != d.key or a.key == b.key or is_figure(a.key) or is_figure(d.key):
        return False
    if a.key not in _OPENS_RESTART or b.key in _LINKS or _parted(b, c) is None:
        return False
    if break_between(a, b) or break_between(c, d):
        return False
    if a.key in ("and", "or") and b.key not in _AFTER_AND:
        return False
    if before is None or break_between(before, a):
        return True
    return before.key not in _CONDITIONS and before.key != b.key


def unglued(token: Token) -> Token:
    """`token` without a stutter that is written into it: "I-I" → "I", "th-the" → "the"."""
    if "-" not in token.core:
        return token
    *starts, word = token.core.split("-")
    base = _base(word.lower())
    if base not in _FUNCTION or base in _HYPHENATED_DOUBLES:
        return token
    if not all(start.isalpha() and base.startswith(start.lower()) for start in starts):
        return token
    return token.with_core(capitalised(word) if starts[0][0].isupper() else word)


def _base(key: str) -> str:
    """A word without what follows its apostrophe: "i'm" → "i"."""
    return key.partition("'")[0]


def _is_spelled(token: Token) -> bool:
    """Whether a token is a letter of the alphabet rather than a word."""
    return token.key != "i" and len(token.core) == 1 and (token.letter or token.core.isupper())


def _parted(first: Token, second: Token) -> str | None:
    """What stands between a word and its repetition, "" or ","; None if more than a hesitation."""
    if (
        second.lead
        or first.letter
        or second.letter
        or is_figure(first.key)
        or not first.core
        or not second.core
    ):
        return None
    between = break_between(first, second)
    return between if between in ("", ",") and first.tail in _HESITANT_TAILS else None
