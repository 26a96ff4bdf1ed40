"""Cuts a draft into words that know their punctuation and the pause before them; pure.

Cleanup and tidying both work on these tokens, so that a pause stays with its place in the text
when words around it are removed or written as figures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from engine.enhance.enhancer import Draft
from engine.enhance.rules.fillers import HESITATIONS
from engine.speech.openings import OPENINGS, opens_question

OPENERS = "\"'“‘([{«¿¡「『（"
CLOSERS = "\"'”’)]}»」』）"
PUNCTUATION = OPENERS + CLOSERS + ".,;:!?…。！？，、；："
"""What can stand around a word without belonging to it."""

_SPACE = r" \t\r\n\f\v"
"""Only ASCII white space parts words: a no-break space is somebody's intention."""

_MARKS = re.escape(PUNCTUATION)
_LETTERS = rf"[^{_SPACE}{_MARKS}]++"
_SPACES = re.compile(rf"([{_SPACE}]+)")
_WORD = re.compile(rf"([{_MARKS}]*+)((?:{_LETTERS}(?:[{_MARKS}]++{_LETTERS})*)?)([{_MARKS}]*+)")
"""A word in one step: the punctuation before it, itself, and the punctuation behind it."""

_GLUED_COMMA = re.compile(r"(?<=[A-Za-zÀ-ɏ]),(?=[A-Za-zÀ-ɏ])")
_NOT_PROSE = re.compile(r"[/\\=@_<>(){}\[\]|&#]")


class Token(NamedTuple):
    """One word of a draft.

    Attributes:
        lead: Punctuation in front of the word, such as an opening quote.
        core: The word itself; empty for a token that is punctuation alone.
        tail: Punctuation behind the word.
        key: `core` in lower case with straight apostrophes, for looking up.
        gap: White space in front: "", " ", one newline or two.
        pause: Silence heard in front, in seconds.
        written: Whether an upper-case letter has occurred up to this word. If so, the recogniser
            writes proper text, and its capitals and sentence ends are trusted. It looks back
            only, so that words which come later never change those already shown.
        asks: Whether this and the next word open a question ("is it"), said in one breath.
        letter: Whether this is a spelled letter, which PocketSphinx writes as "b.".
    """

    lead: str
    core: str
    tail: str
    key: str
    gap: str = " "
    pause: float = 0.0
    written: bool = False
    asks: bool = False
    letter: bool = False

    @property
    def text(self) -> str:
        """The word with its punctuation."""
        return self.lead + self.core + self.tail

    def with_core(self, core: str) -> Token:
        """The same place in the text with another word."""
        return self._replace(core=core, key=key_of(core))


_made = tuple.__new__
"""Makes a token of all its values at once; a long dictation makes hundreds of thousands."""


def key_of(core: str) -> str:
    """`core` in the form in which word lists hold it."""
    return core.lower().replace("’", "'")


def tokens(draft: Draft, english: bool = True, begun: Token | None = None) -> list[Token]:
    """The words of `draft` in order; one pass, linear in its length.

    Args:
        draft: Recognised words with their pauses.
        english: Whether "b." is a letter that PocketSphinx wrote.
        begun: What the first word was taken for, where a draft goes on with the last word of another.

    Detached commas and full stops ("hello , world") join the word before them. Question marks and
    the like do so only in text without capitals: French writes a space before them.
    """
    found: list[Token] = []
    written = False
    before = ""
    for lead, core, tail, gap, pause in _cut(draft):
        if begun is not None and not found:
            written = begun.written
            before = begun.key
            found.append(begun)
            continue
        key = key_of(core) if "’" in core else core.lower()
        if not written and not core.islower():
            written = _shows_writing(core, key)
        if not core and gap == " " and lead in (",." if written else ",.;:!?"):
            last = found[-1]
            if last.core and not last.tail:
                found[-1] = last._replace(tail=lead)
                continue
        if before in OPENINGS and not pause and opens_question(before, key):
            found[-1] = found[-1]._replace(asks=True)
        before = key
        if tail == "." and english and not written and not lead and len(core) == 1 and "a" <= core <= "z":
            found.append(Token("", core, "", core, gap, pause, letter=True))
        else:
            found.append(_made(Token, (lead, core, tail, key, gap, pause, written, False, False)))
    return found


def _shows_writing(core: str, key: str) -> bool:
    """Whether a word has a capital that may be trusted; that of a filler goes when the filler goes."""
    return any(map(str.isupper, core)) and key not in HESITATIONS


def _cut(draft: Draft) -> Iterator[tuple[str, str, str, str, float]]:
    """Each word in its three parts, with the white space and the silence in front of it."""
    pauses = iter(draft.pauses)
    pause = next(pauses, None)
    pieces = _SPACES.split(draft.text)
    end = 0
    before: str | None = None
    for word, behind in zip(pieces[::2], [*pieces[1::2], ""], strict=True):
        end += len(word)
        silence = 0.0
        while pause is not None and pause.offset < end and word:
            silence = max(silence, pause.seconds)
            pause = next(pauses, None)
        if word:
            gap = "" if before is None else " " if before == " " else _gap(before)
            if word.isalnum():
                yield "", word, "", gap, silence
            else:
                yield from _parted(word, gap, silence)
            before = behind
        end += len(behind)


def _parted(word: str, gap: str, silence: float) -> Iterator[tuple[str, str, str, str, float]]:
    """The parts of a word that has more than letters and digits; a comma glues two words together."""
    pieces = [word] if "," not in word or _NOT_PROSE.search(word) else _GLUED_COMMA.split(word)
    for piece in [*(f"{piece}," for piece in pieces[:-1]), pieces[-1]]:
        parts = _WORD.fullmatch(piece)
        assert parts is not None, "a piece of a word is no word"
        lead, core, tail = parts.groups()
        yield lead, core, tail, gap, silence
        gap, silence = " ", 0.0


def _gap(space: str) -> str:
    lines = space.replace("\r\n", "\n").replace("\r", "\n").count("\n")
    return "\n" * min(lines, 2) if lines else " "
