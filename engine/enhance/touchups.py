"""How changes are shown word by word, with mere case and punctuation shown inside the word; pure.

A word that kept its letters is a touch-up: it is shown once, with the characters that changed in it
marked. Every other change shows the old words and the new ones. What is shown determines both
texts: `before` and `after` read them off it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal, NamedTuple

from engine.enhance.diff import EDGES, SPACES, Change, joined

Kind = Literal["same", "added", "removed", "recased"]
"""What became of characters. A recased letter is shown as it is now, and was the other case."""

_SIGNS = "+-"
"""Characters that mark changes: where one of them changed itself, the marks could be misread."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of characters with one fate."""

    text: str
    kind: Kind


Token = tuple[Piece, ...]
"""Pieces that are shown without a space between them."""


class Tally(NamedTuple):
    """How many places differ in their words, and how many words in case or punctuation alone."""

    changes: int
    touch_ups: int


def tokens(change: Change) -> tuple[Token, ...]:
    """What one change shows, in order: one token, or one with the old and one with the new words."""
    if change.kind == "equal":
        return ((Piece(change.after, "same"),),)
    touched = _touched(change.before, change.after)
    if touched and _is_legible(touched):
        return (touched,)
    old, new = Piece(change.before, "removed"), Piece(change.after, "added")
    return tuple((piece,) for piece in (old, new) if piece.text)


def tally(changes: Iterable[Change]) -> Tally:
    """Count what differs, the words apart from their touch-ups."""
    differing = [change for change in changes if change.kind != "equal"]
    touch_ups = sum(_touched(change.before, change.after) is not None for change in differing)
    return Tally(len(differing) - touch_ups, touch_ups)


def before(shown: Iterable[Token]) -> str:
    """Read the raw text off what is shown."""
    return joined("".join(_old(piece) for piece in token) for token in shown)


def after(shown: Iterable[Token]) -> str:
    """Read the enhanced text off what is shown."""
    return joined("".join(piece.text for piece in token if piece.kind != "removed") for token in shown)


def _old(piece: Piece) -> str:
    if piece.kind == "recased":
        return piece.text.swapcase()
    return "" if piece.kind == "added" else piece.text


def _touched(old: str, new: str) -> Token | None:
    """The pieces of one word that kept its letters; None where it is another word."""
    old_word, old_space = _cut_space(old)
    new_word, new_space = _cut_space(new)
    old_core, new_core = old_word.strip(EDGES), new_word.strip(EDGES)
    kinds = [_kind(one, other) for one, other in zip(old_core, new_core, strict=False)]
    if not new_core or len(old_core) != len(new_core) or None in kinds or set(SPACES) & set(new_core):
        return None
    old_lead, old_tail = _edges(old_word, old_core)
    new_lead, new_tail = _edges(new_word, new_core)
    letters = [Piece(letter, kind) for letter, kind in zip(new_core, kinds, strict=True) if kind]
    return _merged(
        [
            *reversed(_trail(old_lead[::-1], new_lead[::-1], backwards=True)),
            *letters,
            *_trail(old_tail, new_tail),
            *_trail(old_space, new_space),
        ]
    )


def _cut_space(text: str) -> tuple[str, str]:
    """A piece of text, and the white space behind it."""
    word = text.rstrip(SPACES)
    return word, text[len(word) :]


def _edges(word: str, core: str) -> tuple[str, str]:
    """The punctuation in front of and behind the core of a word."""
    lead = len(word) - len(word.lstrip(EDGES))
    return word[:lead], word[lead + len(core) :]


def _kind(old: str, new: str) -> Kind | None:
    """What became of a letter; None where it is another, or the new one does not tell the old."""
    if old == new:
        return "same"
    return "recased" if new.swapcase() == old else None


def _trail(old: str, new: str, *, backwards: bool = False) -> list[Piece]:
    """What changed in a run of punctuation, behind what both have in common.

    Args:
        old: The run in the raw text.
        new: The run in the enhanced text.
        backwards: Whether the runs are given from their end, which the pieces are not.
    """
    common = 0
    while common < min(len(old), len(new)) and old[common] == new[common]:
        common += 1
    step = -1 if backwards else 1
    parts: list[tuple[str, Kind]] = [
        (new[:common], "same"),
        (old[common:], "removed"),
        (new[common:], "added"),
    ]
    return [Piece(text[::step], kind) for text, kind in parts if text]


def _merged(pieces: Sequence[Piece]) -> Token:
    """Neighbours of one kind as one piece."""
    return tuple(
        Piece("".join(piece.text for piece in run), kind)
        for kind, run in groupby(pieces, key=lambda piece: piece.kind)
    )


def _is_legible(token: Token) -> bool:
    """Whether a touch-up can be read without colour.

    A word of which nothing stayed would look like an added word, and signs among the characters
    that changed like marks.
    """
    kept = any(piece.kind == "same" and piece.text.strip(SPACES) for piece in token)
    return kept and not any(piece.kind != "same" and set(piece.text) & set(_SIGNS) for piece in token)
