"""Cuts a draft into words that know their punctuation and the pause before them; pure.

Cleanup and tidying both work on these tokens, so that a pause stays with its place in the text
when words around it are removed or written as figures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from engine.enhance.enhancer import Draft
from engine.enhance.fillers import HESITATIONS
from engine.speech.openings import opens_question

OPENERS = "\"'“‘([{«¿¡「『（"
CLOSERS = "\"'”’)]}»」』）"
PUNCTUATION = OPENERS + CLOSERS + ".,;:!?…。！？，、；："
"""What can stand around a word without belonging to it."""

_WORD = re.compile(r"[^ \t\r\n\f\v]+")
"""Only ASCII white space parts words: a no-break space is somebody's intention."""

_GLUED_COMMA = re.compile(r"(?<=[A-Za-zÀ-ɏ]),(?=[A-Za-zÀ-ɏ])")
_NOT_PROSE = re.compile(r"[/\\=@_<>(){}\[\]|&#]")
_LETTER = re.compile(r"[a-z]\.")


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


def key_of(core: str) -> str:
    """`core` in the form in which word lists hold it."""
    return core.lower().replace("’", "'")


def tokens(draft: Draft, english: bool = True) -> list[Token]:
    """The words of `draft` in order; linear in its length.

    Args:
        draft: Recognised words with their pauses.
        english: Whether "b." is a letter that PocketSphinx wrote.

    Detached commas and full stops ("hello , world") join the word before them. Question marks and
    the like do so only in text without capitals: French writes a space before them.
    """
    found: list[Token] = []
    written = False
    for text, gap, pause in _cut(draft):
        written = written or _shows_writing(text)
        detached = text in (",." if written else ",.;:!?")
        if detached and gap == " " and found[-1].core and not found[-1].tail:
            found[-1] = found[-1]._replace(tail=text)
            continue
        token = _token(text, gap, pause, written, letters=english)
        if found and not pause and opens_question(found[-1].key, token.key):
            found[-1] = found[-1]._replace(asks=True)
        found.append(token)
    return found


def _shows_writing(text: str) -> bool:
    """Whether a word has a capital that may be trusted; that of a filler goes when the filler goes."""
    return (
        not text.islower()
        and any(map(str.isupper, text))
        and key_of(text.strip(PUNCTUATION)) not in HESITATIONS
    )


def _cut(draft: Draft) -> Iterator[tuple[str, str, float]]:
    """Each word with the white space and the silence in front of it."""
    pauses = iter(draft.pauses)
    pause = next(pauses, None)
    end = 0
    for match in _WORD.finditer(draft.text):
        silence = 0.0
        while pause is not None and pause.offset < match.end():
            silence = max(silence, pause.seconds)
            pause = next(pauses, None)
        gap = _gap(draft.text[end : match.start()]) if end else ""
        end = match.end()
        text = match.group()
        pieces = [text] if "," not in text or _NOT_PROSE.search(text) else _GLUED_COMMA.split(text)
        for piece in pieces[:-1]:
            yield f"{piece},", gap, silence
            gap, silence = " ", 0.0
        yield pieces[-1], gap, silence


def _gap(space: str) -> str:
    lines = space.replace("\r\n", "\n").replace("\r", "\n").count("\n")
    return "\n" * min(lines, 2) if lines else " "


def _token(text: str, gap: str, pause: float, written: bool, letters: bool) -> Token:
    if letters and not written and _LETTER.fullmatch(text):
        return Token("", text[0], "", text[0], gap, pause, letter=True)
    behind = text.lstrip(PUNCTUATION)
    core = behind.rstrip(PUNCTUATION)
    lead, tail = text[: len(text) - len(behind)], behind[len(core) :]
    return Token(lead, core, tail, key_of(core), gap, pause, written)
