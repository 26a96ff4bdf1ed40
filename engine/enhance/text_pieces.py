"""Cuts a text that was not spoken just now into pieces that a language model edits well; pure.

A small model that is given pages leaves out what it likes, and a server gives a model only so much to
read. So a piece is a paragraph, and a long paragraph is several, cut where the speaker or the writer came
to an end. The pieces with their gaps are the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from engine.enhance.enhancer import Draft
from engine.enhance.token_limit import estimate
from engine.enhance.writing_mode import WritingMode

MOST_TOKENS = 220
"""Of a piece, about: some 150 words of English, a minute of speech."""

_UNIT = re.compile(r"[^\s。！？]+[。！？]*|[。！？]+")
"""A word; or a sentence, in scripts that have no spaces between words."""

_ENDS = re.compile(r"[.!?…。！？][\"'”’)\]]*$")
"""The last word of a sentence."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text.

    Attributes:
        draft: Its words.
        gap: What parts it from the next one: an empty line, a line break, a space, or nothing.
    """

    draft: Draft
    gap: str


def cut(draft: Draft, most: int = MOST_TOKENS) -> list[Piece]:
    """The pieces of a text, in order; none of a text without words.

    Args:
        draft: The text, with what is known of its pauses.
        most: Tokens of a piece; only a single word or a sentence without spaces may be longer.
    """
    units = list(_UNIT.finditer(draft.text))
    heard = {pause.offset: pause.seconds for pause in draft.pauses}
    gaps, strengths = [], []
    for unit, following in pairwise(units):
        gap = _gap(draft.text[unit.end() : following.start()])
        gaps.append(gap)
        strengths.append(_strength(gap, unit.group(), heard.get(following.start(), 0.0)))
    found, begin = [], 0
    for end in _ends([estimate(unit.group()) for unit in units], strengths, most):
        part = draft.part(units[begin].start(), units[end].end())
        found.append(Piece(part, gaps[end] if end < len(gaps) else ""))
        begin = end + 1
    return found


def put_together(texts: Iterable[str], gaps: Iterable[str], mode: WritingMode) -> str:
    """The texts of pieces as one; bullets are one list, a line each.

    Args:
        texts: What became of the pieces; an empty one leaves no gap.
        gaps: Theirs.
        mode: The writing mode.
    """
    whole, between = "", ""
    for text, gap in zip(texts, gaps, strict=True):
        if text:
            whole += (between if whole else "") + text
            between = ""
        wanted = "\n" if mode.layout == "bullets" else gap
        between = max(between, " " if mode.join_lines and wanted else wanted, key=len)
    return whole


def _ends(sizes: Sequence[int], strengths: Sequence[tuple[int, float]], most: int) -> Iterator[int]:
    """The last unit of each piece: of those after the middle of what fits, the one at the strongest end."""
    begin = at = total = 0
    best: int | None = None
    while at < len(sizes):
        if at > begin and total + sizes[at] > most:
            end = at - 1 if best is None else best
        elif at == len(sizes) - 1 or strengths[at][0] == _PARAGRAPH:
            end = at
        else:
            total += sizes[at]
            if total * 2 >= most and (best is None or strengths[at] >= strengths[best]):
                best = at
            at += 1
            continue
        yield end
        begin = at = end + 1
        total, best = 0, None


_PARAGRAPH = 3
_LINE, _SENTENCE, _WORD = 2, 1, 0


def _strength(gap: str, unit: str, pause_s: float) -> tuple[int, float]:
    """How good a place a gap is to cut at; of equal ones the longer pause is the better."""
    if gap == "\n\n":
        return _PARAGRAPH, pause_s
    if gap == "\n":
        return _LINE, pause_s
    return (_SENTENCE if _ENDS.search(unit) else _WORD), pause_s


def _gap(space: str) -> str:
    lines = space.count("\n")
    return "\n\n" if lines > 1 else "\n" if lines else " " if space else ""
