"""Word-level changes between the raw and the enhanced text, ready to draw; pure.

A change holds its words with the white space between them, but without the single space that parts
it from its neighbours. Any other white space there (a line break) stays at the end of the piece
before it. `joined` puts pieces together again, and gives back either text to the letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from engine.enhance.alignment import Match, align

SPACES = " \t\r\n\f\v"
"""White space that parts words."""

_WORD = re.compile(r"[^ \t\r\n\f\v]+")
EDGES = "\"'“”‘’()[]{}«»¿¡.,;:!?…。！？，、*_#-–—"
"""Punctuation that does not make a word another word where it begins or ends it."""


@dataclass(frozen=True, slots=True)
class Change:
    """A run of words that is equal in, removed from, added to or replaced in the raw text.

    Attributes:
        kind: What happened to the run.
        before: The words in the raw text; empty for an addition.
        after: The words in the enhanced text; empty for a removal.
    """

    kind: Literal["equal", "removed", "added", "replaced"]
    before: str
    after: str


def word_diff(before: str, after: str) -> tuple[Change, ...]:
    """The changes that lead from one text to the other, in order.

    Words that differ in case or punctuation alone are one replaced word: "friday" → "Friday,".
    Takes time in proportion to the length of the texts.

    Args:
        before: The raw text.
        after: The enhanced text.

    Returns:
        Changes such that `joined` of all their `before` is the raw, and of all their `after` the
        enhanced text, exactly.
    """
    old, new = _pieces(before), _pieces(after)
    numbers: dict[str, int] = {}
    keys = [[numbers.setdefault(_key(piece), len(numbers)) for piece in pieces] for pieces in (old, new)]
    matches = _without_islands(align(*keys), len(old), len(new))
    return tuple(_changes(old, new, matches))


def joined(pieces: Iterable[str]) -> str:
    """Put pieces of text together: a space between two, unless there is white space already."""
    parts: list[str] = []
    for piece in pieces:
        if not piece:
            continue
        if parts and parts[-1][-1] not in SPACES:
            parts.append(" ")
        parts.append(piece)
    return "".join(parts)


def plain(changes: Sequence[Change]) -> str:
    """The changes in one text that needs no colour, in the style of wdiff: `[-um-] {+Friday,+}`."""
    return joined(_marked(change) for change in changes)


def count(changes: Sequence[Change]) -> int:
    """How many places differ."""
    return sum(change.kind != "equal" for change in changes)


def _pieces(text: str) -> list[str]:
    """The words of `text`, each with the white space behind it unless that is one space.

    White space in front of the first word, or in a text without words, makes a piece of its own.
    """
    pieces: list[str] = []
    end = 0
    for match in _WORD.finditer(text):
        space = text[end : match.start()]
        if pieces and end:
            pieces[-1] += "" if space == " " else space
        elif space:
            pieces.append(space)
        pieces.append(match.group())
        end = match.end()
    if end < len(text):
        if pieces:
            pieces[-1] += text[end:]
        else:
            pieces.append(text)
    return pieces


def _key(piece: str) -> str:
    """What makes two words the same word: case and outer punctuation do not count."""
    word = piece.strip(SPACES)
    return word.strip(EDGES).casefold().replace("’", "'") or word


def _without_islands(matches: Sequence[Match], old: int, new: int) -> list[Match]:
    """Drop a lone equal word between two rewritten stretches: it is chance, and breaks up both."""
    kept: list[Match] = []
    for at, (x, y) in enumerate(matches):
        last = kept[-1] if kept else (-1, -1)
        following = matches[at + 1] if at + 1 < len(matches) else (old, new)
        if min(x - last[0], y - last[1], following[0] - x, following[1] - y) <= _REWRITTEN:
            kept.append((x, y))
    return kept


_REWRITTEN = 3
"""Words that a stretch must have in both texts to count as rewritten."""


def _changes(old: Sequence[str], new: Sequence[str], matches: Iterable[Match]) -> Iterator[Change]:
    """Runs of equal words, and between them what was removed, added or replaced."""
    x = y = 0
    equal = 0
    for at_x, at_y in (*matches, (len(old), len(new))):
        same = at_x < len(old) and at_y < len(new) and old[at_x] == new[at_y]
        if (at_x, at_y) == (x + equal, y + equal) and same:
            equal += 1
            continue
        if equal:
            yield _change("equal", old[x : x + equal], new[y : y + equal])
            x, y, equal = x + equal, y + equal, 0
        if at_x > x or at_y > y:
            kind: Literal["removed", "added", "replaced"]
            kind = "replaced" if at_x > x and at_y > y else "removed" if at_x > x else "added"
            yield _change(kind, old[x:at_x], new[y:at_y])
        x, y = at_x, at_y
        if same:
            equal = 1
        elif x < len(old) and y < len(new):
            yield _change("replaced", old[x : x + 1], new[y : y + 1])
            x, y = x + 1, y + 1


def _change(
    kind: Literal["equal", "removed", "added", "replaced"], old: Sequence[str], new: Sequence[str]
) -> Change:
    return Change(kind, joined(old), joined(new))


def _marked(change: Change) -> str:
    """One change with its marks around the words; white space behind them stays outside."""
    if change.kind == "equal":
        return change.after
    before = change.before.strip(SPACES)
    words = change.after.rstrip(SPACES)
    space = change.after[len(words) :]
    return joined([f"[-{before}-]" if before else "", f"{{+{words}+}}" if words else ""]) + space
