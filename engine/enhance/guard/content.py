"""Whether a rewritten answer still has the content of a text, and none of its own; pure.

The limits are judgement, tried on the written corpus of `tests/engine/enhance/guard`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from engine.enhance.guard.comparison import Comparison, is_fixed, runs
from engine.enhance.guard.text import Text, Word
from engine.enhance.guard.vocabulary import is_soft_denial
from engine.enhance.guard.word_stems import alike
from engine.enhance.guard.words import UNLIKE, exchange, is_same, quote, sentences
from engine.enhance.writing_mode import WritingMode
from engine.speech.vocabulary import vocabulary


class _Limits(NamedTuple):
    """How far a rewritten text may be from the words.

    Attributes:
        kept: Least share of the content words that is kept.
        run: Content words in a row that may be left out.
        new: Greatest share of new content words.
    """

    kept: float
    run: int
    new: float


_BY_LAYOUT = {
    "prose": _Limits(0.65, 3, 0.25),
    "bullets": _Limits(0.65, 1, 0.2),
    "email": _Limits(0.6, 3, 0.34),
    "commit": _Limits(0.34, 99, 0.3),
}


def changed_content(raw: Text, answer: Text, difference: Comparison, mode: WritingMode) -> str:
    """For a rewritten text: say what is missing of its content, or what it has of its own."""
    limits = _BY_LAYOUT[mode.layout]
    spare = raw.known.requests | raw.known.fillers
    roots = {word.stem for word in answer.words}
    missing = [
        index
        for index in difference.missing
        if raw.words[index].kind == "content"
        and raw.words[index].key not in spare
        and not _is_within(raw.words[index], roots, answer)
    ]
    total = sum(word.key not in spare for word in raw.content)
    if total and total - len(missing) < limits.kept * total:
        return UNLIKE
    if mode.layout == "commit" and missing and _first(raw, spare | _CHANGES) == missing[0]:
        return f"It leaves out “{quote(raw, missing)}”."
    long_run = next((run for run in runs(missing, raw.words) if len(run) > limits.run), None)
    if long_run:
        return f"It leaves out “{quote(raw, long_run)}”."
    spoken = {word.stem for word in raw.words}
    own = _own(answer, mode)
    news = [
        index
        for index in difference.added
        if answer.words[index].kind == "content"
        and answer.words[index].key not in own
        and not _is_within(answer.words[index], spoken, raw)
    ]
    for pair in difference.replaced:
        polite = mode.layout == "email" and _is_spare(raw, answer, pair, spare)
        polite = polite or (mode.layout == "commit" and _is_light(raw, answer, pair))
        if (
            not polite
            and not _is_denied(raw, answer, pair)
            and not is_same(raw, answer, pair)
            and answer.words[pair[1]].key not in own
        ):
            return exchange(raw, answer, pair)
    if len(news) > 1 + limits.new * len(answer.content):
        return UNLIKE
    for sentence in sentences(answer):
        unspoken = [index for index in sentence if index in news]
        rest = [index for index in sentence if index not in news and answer.words[index].key not in own]
        if unspoken and not rest and not _is_heading(answer, sentence):
            return f"It adds “{quote(answer, unspoken)}”."
        if len(unspoken) >= 2 and (len(unspoken) >= 2 * len(rest) or len(unspoken) > limits.run + 1):
            return f"It adds “{quote(answer, unspoken)}”."
    return ""


def _is_spare(raw: Text, answer: Text, pair: tuple[int, int], spare: frozenset[str]) -> bool:
    """Whether one of two words only tells what to write: "asking for" may become "send us"."""
    return any(
        not {word.key, word.stem}.isdisjoint(spare) for word in (raw.words[pair[0]], answer.words[pair[1]])
    )


_CHANGES = vocabulary(
    "fix fixed change changed update updated adjust adjusted improve improved bug problem issue longer"
)
"""Words that say of a change no more than that it is one."""

_LIGHT = _CHANGES | vocabulary("make made get got let set put do did want turn turned switch switched")
_TAKES_AWAY = vocabulary("remove delete drop disable revert undo")


def _is_light(raw: Text, answer: Text, pair: tuple[int, int]) -> bool:
    """Whether a verb that says little became one that says more: "make it 30" is "increase it to 30"."""
    return raw.words[pair[0]].key in _LIGHT and answer.words[pair[1]].key not in _TAKES_AWAY


def _is_denied(raw: Text, answer: Text, pair: tuple[int, int]) -> bool:
    """Whether a denied word became its opposite: "not happy" is "unhappy"."""
    before = raw.words[max(pair[0] - 2, 0) : pair[0]]
    return is_soft_denial(answer.words[pair[1]].key, answer.known) and any(
        word.kind == "denial" for word in before
    )


def _own(answer: Text, mode: WritingMode) -> frozenset[str]:
    """Words that a text of this kind may have of itself."""
    if mode.layout == "email":
        return answer.known.courtesies | {"subject", "betreff", "objet", "asunto"}
    return frozenset({"todo", "fixme", "note", "notes"})


def _first(raw: Text, spare: frozenset[str]) -> int:
    """Index of the first word of content, which says what a change does."""
    return next(
        (index for index, word in enumerate(raw.words) if word.kind == "content" and word.key not in spare),
        -1,
    )


def _is_within(word: Word, roots: set[str], other: Text) -> bool:
    """Whether a word is in another text, in any form or spelling."""
    if word.stem in roots:
        return True
    if is_fixed(word):
        return False
    initial = word.key[0]
    words = other.words
    for at, candidate in enumerate(words):
        if candidate.key[0] != initial or candidate.kind == "number":
            continue
        joined = ""
        for following in words[at : at + 3]:
            joined += following.key
            if len(joined) > 2 * len(word.key) + 2:
                break
            if alike(joined, word.key):
                return True
    return False


def _is_heading(text: Text, sentence: Sequence[int]) -> bool:
    """Whether a sentence is one or two words with a colon behind them."""
    last = text.words[sentence[-1]]
    return len(sentence) <= 2 and text.source[last.start + len(last.key) :].lstrip("*_ ").startswith(":")
