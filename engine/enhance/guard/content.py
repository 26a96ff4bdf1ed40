"""Whether a rewritten answer still has the content of a text, and none of its own; pure.

The limits are judgement, tried on the written corpus of `tests/engine/enhance/guard`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from engine.enhance.guard.commit_verbs import CHANGES, is_light, is_neutral, takes_away, undoes
from engine.enhance.guard.comparison import Comparison, is_fixed, runs
from engine.enhance.guard.contraries import contrary
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


_MOST_NEW = 2
"""Unspoken words of content that one line of a commit message may have."""

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
    if mode.name == "comment":
        spare -= _FORMS
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
    if mode.layout == "commit":
        spared = is_neutral(answer) or _is_within(answer.words[0], {word.stem for word in raw.words}, raw)
        undone = bool(missing) and undoes(raw.words[missing[0]])
        spared = spared and not undone
        if missing and not spared and _first(raw, spare | (frozenset() if undone else CHANGES)) == missing[0]:
            return f"It leaves out “{quote(raw, missing)}”."
        if takes_away(raw, answer):
            return f"It adds “{quote(answer, [0])}”."
    if _is_done(raw, answer):
        return f"It says that “{quote(answer, [0])}” is done."
    other = contrary(raw, answer)
    if other:
        return f"It has “{other}”, which says the contrary."
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
    gone = [index for index, word in enumerate(raw.words) if word.stem not in roots]
    for pair in difference.replaced:
        polite = mode.layout == "email" and _is_spare(raw, answer, pair, spare)
        polite = polite or (mode.layout == "commit" and is_light(raw, answer, pair))
        if (
            not polite
            and not _is_denied(raw, answer, pair)
            and not _is_meant(raw, answer, pair, gone)
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
        short = _MOST_NEW if mode.layout == "commit" else limits.run + 1
        if len(unspoken) >= 2 and (len(unspoken) >= 2 * len(rest) or len(unspoken) > short):
            return f"It adds “{quote(answer, unspoken)}”."
    return ""


def _is_spare(raw: Text, answer: Text, pair: tuple[int, int], spare: frozenset[str]) -> bool:
    """Whether one of two words only tells what to write: "asking for" may become "send us"."""
    return any(
        not {word.key, word.stem}.isdisjoint(spare) for word in (raw.words[pair[0]], answer.words[pair[1]])
    )


def _is_meant(raw: Text, answer: Text, pair: tuple[int, int], missing: Sequence[int]) -> bool:
    """Whether a word stands for the one in its place, or for another that is gone."""
    if is_same(raw, answer, pair):
        return True
    return raw.words[pair[0]].key in _LOOKS and any(
        is_same(raw, answer, (index, pair[1])) for index in missing
    )


def _is_done(raw: Text, answer: Text) -> bool:
    """Whether the answer begins with "replaced" where the speaker said "replace"."""
    first = answer.words[0]
    if raw.language != "en" or not first.key.endswith("ed") or first.kind != "content":
        return False
    same = {word.key for word in raw.words if word.stem == first.stem}
    return bool(same) and not any(key.endswith("ed") for key in same)


_FORMS = vocabulary("list title heading header point points")
"""Words that ask for a form elsewhere, and name things in code."""

_LOOKS = vocabulary("look see go try please want")
"""Verbs before the one that counts: "look at it and tell me why" is "explain why"."""


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
