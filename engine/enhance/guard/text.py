"""Reads a text for comparing it with another: its words, what each is worth, and its numbers; pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple, TypeAlias

from engine.enhance.guard.equivalents import ABBREVIATIONS
from engine.enhance.guard.numerals import Numeral, numerals
from engine.enhance.guard.vocabulary import Vocabulary, vocabulary_of
from engine.enhance.guard.word_stems import stem
from engine.speech.vocabulary import vocabulary

Kind = Literal["content", "function", "filler", "denial", "number"]

_ALONE = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
)
"""Scripts without spaces (Thai, Lao, Burmese, Khmer, kana, kanji): every character counts as a word."""

_WORD = re.compile(
    rf"\d+(?:[.,:'’]\d+)*|[{_ALONE}]|[^\W\d_{_ALONE}]+(?:['’][^\W\d_{_ALONE}]+)*|[%€$£°&+]|([!?…]+|[.;:]+(?=[\s\"'”’)\]]|$)|[。！？\n]+)"
)
"""A figure, a word or a sign that is read aloud; or what ends a sentence or a clause."""

_TITLES = frozenset({"mr", "mrs", "ms", "dr", "prof", "st", "no", "nr", "vs", "approx", "mme", "sra", "sr"})
"""What is written with a full stop that ends no sentence."""

_ORDINAL_ENDINGS = frozenset({"st", "nd", "rd", "th"})

_CAMEL = re.compile(r"(?<=[a-zß-öø-ÿ])(?=[A-ZÀ-ÖØ-Þ])")
_NEGATED = {"can't": "can", "won't": "will", "shan't": "shall", "cannot": "can"}
_RUN_TOGETHER = {
    **{f"{verb}nt": (verb, "not") for verb in vocabulary("do does did is are was were has have had")},
    **{f"{verb}nt": (verb, "not") for verb in vocabulary("would could should must need might")},
    **{"cannot": ("can", "not"), "cant": ("can", "not"), "wont": ("will", "not")},
}
"""Contractions as a recogniser writes them: without the apostrophe."""


class Word(NamedTuple):
    """One word, or a number of several.

    Attributes:
        key: It in lower case; of a number, its digits.
        stem: What it is compared by.
        kind: What it is worth.
        capital: Whether it begins with a capital.
        opens: Whether it is the first of its sentence, clause or line.
        start: Offset of its first character in `Text.source`.
        number: The number that it is.
    """

    key: str
    stem: str
    kind: Kind
    capital: bool
    opens: bool
    start: int
    number: Numeral | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """A text that was read.

    Attributes:
        source: It, normalised.
        language: ISO 639-1 code of the language by which it was read.
        known: What is known of that language.
        words: Its words in order.
    """

    source: str
    language: str
    known: Vocabulary
    words: tuple[Word, ...]

    @property
    def content(self) -> list[Word]:
        """The words that carry the meaning, numbers and denials aside."""
        return [word for word in self.words if word.kind == "content"]

    def spelling(self, word: Word) -> str:
        """One of its words as it stands there, with its capitals."""
        return self.source[word.start : word.start + len(word.key)]

    def up_to_next(self, first: int, last: int) -> str:
        """What stands from one of its words up to the one after another, or to the end."""
        end = self.words[last + 1].start if last + 1 < len(self.words) else len(self.source)
        return self.source[self.words[first].start : end]


def read(text: str, language: str, whole: Container[str] = ()) -> Text:
    """Read `text` by the word lists of a language; takes time in proportion to its length.

    Args:
        text: What to read.
        language: ISO 639-1 code.
        whole: Words that are one although they have a capital within, such as "javascript".
    """
    source = unicodedata.normalize("NFKC", text)
    known = vocabulary_of(language)
    bare = list(_bare(source, language, whole))
    found = numerals([word[0] for word in bare], [word[2] for word in bare], language)
    words: list[Word] = []
    at = 0
    for numeral in found:
        words.extend(_judged(bare[at : numeral.start], language))
        _, _, opens, start = bare[numeral.start]
        key = "+".join(group[0] for group in numeral.groups)
        words.append(Word(key, "#" + key.replace("+", ""), "number", False, opens, start, numeral))
        at = numeral.end
    words.extend(_judged(bare[at:], language))
    return Text(source, language, known, tuple(words))


_Bare: TypeAlias = tuple[str, bool, bool, int]
"""A word in lower case, whether it has a capital, whether it opens a sentence, and where it starts."""


def _bare(source: str, language: str, whole: Container[str]) -> Iterator[_Bare]:
    """The words as they stand, contractions taken apart."""
    opens = True
    last, behind = "", -1
    for match in _WORD.finditer(source):
        start = match.start()
        if match.lastindex:
            opens = opens or last not in _TITLES or match.group() != "."
            continue
        written = match.group()
        if written.isalpha() and written.islower() and last.isalpha():
            for key in _parts(written, language):
                yield key, False, opens, start
                opens = False
            last, behind = written, match.end()
            continue
        for piece in (written,) if written.islower() or written.lower() in whole else _CAMEL.split(written):
            lower = piece.lower().replace("’", "'")
            if lower in _ORDINAL_ENDINGS and last[:1].isdigit() and start == behind:
                continue
            last, behind = lower, start + len(piece)
            for key in _parts(lower, language):
                yield key, piece[0].isupper(), opens, start
                opens = False
            start += len(piece)


def _parts(key: str, language: str) -> tuple[str, ...]:
    if "'" not in key:
        return _RUN_TOGETHER.get(key, (key,)) if language == "en" else (key,)
    if key == "o'clock":
        return ()
    if language not in ("fr", "it", "ca"):
        if key.endswith("n't"):
            return (_NEGATED.get(key, key[:-3]), "not")
        base, _, ending = key.partition("'")
        return (base,) if ending in ("s", "ll", "re", "ve", "m", "d", "t", "") else (base, ending)
    return tuple(part for part in key.split("'") if part)


def _judged(words: Iterable[_Bare], language: str) -> Iterator[Word]:
    for key, capital, opens, start in words:
        kind, root = _worth(key, language)
        yield Word(key, root, kind, capital, opens, start)


@lru_cache(maxsize=16384)
def _worth(key: str, language: str) -> tuple[Kind, str]:
    """What a word is worth, and its stem."""
    known = vocabulary_of(language)
    key = ABBREVIATIONS.get(key, key)
    if key in known.denials:
        return "denial", key
    if key in known.fillers:
        return "filler", key
    if key in known.functions:
        return "function", key
    return "content", stem(key, language)
