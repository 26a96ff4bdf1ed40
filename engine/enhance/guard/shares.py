"""How much of a text is in an answer at all, before the two are compared word by word; pure."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from engine.enhance.guard.comparison import is_sign
from engine.enhance.guard.equivalents import SPOKEN_SIGNS
from engine.enhance.guard.text import Text


def share_of_pairs(raw: Text, answer: Text) -> float:
    """Share of the neighbouring words of a text that are neighbours in the answer, 0 to 1."""
    spoken = Counter((one.stem, other.stem) for one, other in pairwise(raw.words))
    kept = spoken & Counter((one.stem, other.stem) for one, other in pairwise(answer.words))
    return kept.total() / spoken.total() if spoken else 1.0


def share_of_content(raw: Text, answer: Text) -> float:
    """Share of the content words that are in the answer, 0 to 1; 1 for a text without any."""
    spoken = Counter(
        word.stem
        for index, word in enumerate(raw.words)
        if word.kind == "content" and not (word.key in SPOKEN_SIGNS and is_sign(raw, answer, index))
    )
    kept = spoken & Counter(word.stem for word in answer.words)
    joined = _spelled(raw, answer) if kept.total() < spoken.total() else 0
    return (kept.total() + joined) / spoken.total() if spoken else 1.0


_SPELLED = 5
"""Letters from which a run of words in an answer's letters is no chance."""


def _spelled(raw: Text, answer: Text) -> int:
    """How many content words of a text are in the answer as one: "post gres q l" as "PostgreSQL"."""
    stems = {word.stem for word in answer.words}
    letters = "".join(word.key for word in answer.words)
    found = 0
    run: list[str] = []
    for word in (*raw.words, None):
        if word and word.kind == "content" and word.stem not in stems:
            run.append(word.key)
            continue
        if len(run) > 1 and len("".join(run)) >= _SPELLED and "".join(run) in letters:
            found += len(run)
        run = []
    return found
