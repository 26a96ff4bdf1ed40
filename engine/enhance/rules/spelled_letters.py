"""Joins letters that were spelled one by one: "g i t" → "GIT", "capital s m i t h" → "Smith"; pure.

Two single letters in a row are hardly ever words. Only "a" and "i" are both, so at the edges of a run
they are letters where they must be, or where the whole is a known abbreviation.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from engine.enhance.rules.joints import is_joined, key_at, merged, says
from engine.enhance.rules.numbers import is_figure
from engine.speech.tokens import Token
from engine.speech.vocabulary import vocabulary

_ALPHABET = vocabulary(
    "alpha alfa bravo charlie delta echo foxtrot golf hotel india juliet juliett kilo lima mike november "
    "oscar papa quebec romeo sierra tango uniform victor whiskey whisky x-ray xray yankee zulu adam apple "
    "baker bob boy cat charles david dog easy edward egg frank fox george harry henry ida isaac jack king "
    "london lucy lincoln mary mother nancy nora nellie ocean oliver otto peter paul queen robert roger "
    "sam sugar samuel simon tom thomas tommy union uncle vanessa william walter yellow young zebra"
)
"""Words of the spelling alphabets: the international one, and those in common use."""

_KNOWN = vocabulary(
    "ai aws api apis aka asap atm amd arm ascii abc aes io ip id ide ios iot irc iso isp ibm ieee imap ci "
    "cia fbi ui gui cli qa usa nasa dna rna gpa sla faq mba aba"
)
"""Abbreviations with "a" or "i" at an edge, where they could be words."""

_BEFORE_NOUN = vocabulary("a an the my your our their his her its")
"""Words after which neither "a" nor "i" is a word."""

_AFTER_I = vocabulary(
    "am was have had will would can could should may might must do did don't didn't won't can't couldn't "
    "wouldn't haven't love feel felt get got go went make take came come work use try call send write "
    "agree understand suggest wonder forgot remember wish heard found told asked live still only even "
    "think thought want wanted need know knew like guess believe mean hope see saw just also really said "
    "say never always"
)
"""Words before which "i" is the pronoun."""

_CASES: dict[str, tuple[tuple[tuple[str, ...], str], ...]] = {
    "all": ((("all", "caps"), "upper"),),
    "upper": ((("upper", "case"), "upper"),),
    "uppercase": ((("uppercase",), "upper"),),
    "lower": ((("lower", "case"), "lower"),),
    "lowercase": ((("lowercase",), "lower"),),
    "capital": ((("capital", "letter"), "capital"), (("capital",), "capital")),
    "cap": ((("cap",), "capital"),),
}
"""What may be said before a spelled word, by its first word, and the capitals of the word then."""

_OPENERS = frozenset(_CASES) | {"double"}
_BEHIND_LETTER = frozenset({"as", "for", "double"})

_HYPHENATED = re.compile(r"(?:[A-Za-z]-){2,}[A-Za-z]")
"""A spelled word as Whisper writes it: "S-M-I-T-H"."""


def is_hyphenated_spelling(core: str) -> bool:
    """Whether a word is letters with hyphens between them."""
    return core[1:2] == "-" and _HYPHENATED.fullmatch(core) is not None


def spelled_letters(words: list[Token]) -> list[Token]:
    """The tokens with each spelled word in one piece."""
    begin = {key for key in {word.key for word in words} if _may_begin(key)}
    may = [at for at, word in enumerate(words) if word.key in begin] if begin else ()
    out: list[Token] = []
    end = 0
    for at in may:
        if at < end:
            continue
        word = words[at]
        if is_hyphenated_spelling(word.key):
            text, after = word.core.replace("-", "").upper(), at + 1
        else:
            found = _spelling(words, at)
            if found is None:
                continue
            text, after = found
        out += words[end:at]
        out.append(merged(word, words[after - 1], text))
        end = after
    return out + words[end:] if end else words


def _may_begin(key: str) -> bool:
    """A quick look whether a spelled word can begin with a word."""
    return len(key) == 1 or key[1:2] == "-" or key in _OPENERS


def letter_run(words: Sequence[Token], at: int) -> tuple[str, int, bool]:
    """Letters that follow each other from a place, where they end, and whether they are nothing else.

    "double t" is two letters, and "b as in bravo" one that cannot be a word.
    """
    text, sure, explicit = "", False, True
    end = at
    while end < len(words) and (end == at or is_joined(words, end) or (sure and words[end - 1].tail == ",")):
        twice = words[end].key == "double"
        letter = words[end + twice] if end + twice < len(words) else None
        if letter is None or not _is_letter(letter.key):
            break
        explicit = explicit and letter.letter
        text += letter.key * (1 + twice)
        end += 1 + twice
        said = _said_for(words, end, letter.key)
        sure = sure or bool(said)
        end += said
    return text, end, sure or (explicit and len(text) > 1)


def _spelling(words: Sequence[Token], at: int) -> tuple[str, int] | None:
    """The spelled word at a place and where it ends, or None."""
    key = words[at].key
    if len(key) == 1 or key == "double":
        following = key_at(words, at + 1)
        return _plain(words, at) if len(following) == 1 or following in _BEHIND_LETTER else None
    for phrase, case in _CASES.get(key, ()):
        start = at + len(phrase)
        if not says(words, at, phrase) or start >= len(words) or not is_joined(words, start):
            continue
        text, end, _ = letter_run(words, start)
        if len(text) > 1:
            return {"upper": text.upper(), "lower": text, "capital": text.capitalize()}[case], end
    return None


def _plain(words: Sequence[Token], at: int) -> tuple[str, int] | None:
    text, end, sure = letter_run(words, at)
    if sure:
        return text.upper(), end
    before = words[at - 1].key if at and is_joined(words, at) else ""
    follows = end < len(words) and is_joined(words, end)
    if (
        len(text) < 2
        or (key_at(words, at) == "double" and end == at + 2)
        or (text in ("am", "pm") and is_figure(before))
    ):
        return None
    if text[-1] == "i" and follows and key_at(words, end) in _AFTER_I:
        text, end = text[:-1], end - 1
    elif text not in _KNOWN:
        if text[0] in "ai" and before not in _BEFORE_NOUN:
            return None
        if text[-1] == "a" and follows:
            text, end = text[:-1], end - 1
    return (text.upper(), end) if len(text) > 1 else None


def _is_letter(key: str) -> bool:
    return len(key) == 1 and "a" <= key <= "z"


def _said_for(words: Sequence[Token], at: int, letter: str) -> int:
    """How many words say for what a letter stands: "as in bravo", "for bravo"."""
    for phrase in (("as", "in"), ("for",)):
        if says(words, at, phrase) and is_joined(words, at):
            meant = key_at(words, at + len(phrase))
            if meant in _ALPHABET and meant[0] == letter:
                return len(phrase) + 1
    return 0
