"""Whether the words of an answer are those of the speaker, by how far a mode lets them differ; pure.

The limits are judgement, tried on the written corpus of `tests/engine/enhance`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from engine.enhance.guard.comparison import Comparison, is_fixed, is_sign, runs
from engine.enhance.guard.equivalents import SPOKEN_SIGNS, SYNONYMS
from engine.enhance.guard.text import Text, Word
from engine.enhance.guard.vocabulary import is_soft_denial
from engine.enhance.guard.word_stems import alike
from engine.enhance.writing_mode import WritingMode
from engine.speech.vocabulary import vocabulary

LONG_RUN = 3
"""Content words in a row that make a statement: none may be left out or put in."""

UNLIKE = "It has other words than were spoken."


def changed_words(raw: Text, answer: Text, difference: Comparison) -> str:
    """For a close edit: say what was left out or put in; empty where the words are the speaker's."""
    missing = [index for index in difference.missing if raw.words[index].kind == "content"]
    added = [index for index in difference.added if answer.words[index].kind == "content"]
    total = len(raw.content)
    same = [pair for pair in difference.replaced if _is_same(raw, answer, pair)]
    missing = [index for index in missing if all(index != pair[0] for pair in same)]
    added = [index for index in added if all(index != pair[1] for pair in same)]
    spoken = {word.stem for word in raw.words}
    # A sign such as "€" stands at every sum, though it was said at one.
    added = [
        index
        for index in added
        if answer.words[index].key.isalpha() or answer.words[index].stem not in spoken
    ]
    for text, indices, what in ((answer, added, "adds"), (raw, missing, "leaves out")):
        alone = _whole_sentence(text, indices)
        if alone:
            return f"It {what} “{_quote(text, alone)}”."
    if raw.known.functions:
        fixed = [index for index in missing if is_fixed(raw.words[index])]
        if fixed and added:
            return f"It changes “{raw.words[fixed[0]].key}”."
        swapped = any(is_fixed(answer.words[index]) for index in added)
        if swapped:
            return UNLIKE
        lost = 0 if total < 12 else total // 20 + 1
        gained = 0 if total < 15 else total // 25 + 1
        exchanged = 0 if total < 25 else total // 25
        pair = next((one for one in difference.replaced if not _is_same(raw, answer, one)), None)
        if pair and (not exchanged or raw.words[pair[0]].kind == "number"):
            return _exchange(raw, answer, pair)
    else:
        lost = gained = exchanged = total // 7
    if min(len(missing), len(added)) > exchanged:
        return UNLIKE
    if len(missing) > lost or any(len(run) >= LONG_RUN for run in runs(missing, raw.words)):
        return f"It leaves out “{_quote(raw, missing)}”."
    if len(added) > gained or any(len(run) >= LONG_RUN for run in runs(added, answer.words)):
        return f"It adds “{_quote(answer, added)}”."
    return _changed_grammar(raw, answer, difference)


def _changed_grammar(raw: Text, answer: Text, difference: Comparison) -> str:
    """Whether so many small words changed that it is another text, as one without content words is."""
    missing = [index for index in difference.missing if raw.words[index].kind == "function"]
    added = [index for index in difference.added if answer.words[index].kind == "function"]
    few = len(raw.words) - len(missing)
    if len(added) > 2 + len(answer.words) // 3 or len(missing) > 3 + len(raw.words) // 2 or few == 0:
        return UNLIKE
    return ""


def changed_spelling(raw: Text, answer: Text, difference: Comparison) -> str:
    """For an exact edit: say which word was left out or put in; empty where it is the same words."""
    missing = [index for index in difference.missing if raw.words[index].kind != "number"]
    added = [index for index in difference.added if answer.words[index].kind != "number"]
    if missing:
        return f"It leaves out “{_quote(raw, missing)}”."
    if added:
        return f"It adds “{_quote(answer, added)}”."
    return ""


def _quote(text: Text, indices: Sequence[int]) -> str:
    """The first missing words of a text, as they stand there."""
    first = indices[0]
    last = first
    while last + 1 in indices and last < first + 3:
        last += 1
    end = text.words[last + 1].start if last + 1 < len(text.words) else len(text.source)
    return " ".join(text.source[text.words[first].start : end].split()).rstrip(".,;:!?\"'”)")[:60]


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
        return f"It leaves out “{_quote(raw, missing)}”."
    long_run = next((run for run in runs(missing, raw.words) if len(run) > limits.run), None)
    if long_run:
        return f"It leaves out “{_quote(raw, long_run)}”."
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
            and not _is_same(raw, answer, pair)
            and answer.words[pair[1]].key not in own
        ):
            return _exchange(raw, answer, pair)
    if len(news) > 1 + limits.new * len(answer.content):
        return UNLIKE
    for sentence in _sentences(answer):
        unspoken = [index for index in sentence if index in news]
        rest = [index for index in sentence if index not in news and answer.words[index].key not in own]
        if unspoken and not rest and not _is_heading(answer, sentence):
            return f"It adds “{_quote(answer, unspoken)}”."
        if len(unspoken) >= 2 and (len(unspoken) >= 2 * len(rest) or len(unspoken) > limits.run + 1):
            return f"It adds “{_quote(answer, unspoken)}”."
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


def _is_same(raw: Text, answer: Text, pair: tuple[int, int]) -> bool:
    """Whether two words that stand in each other's place mean the same."""
    one, other = raw.words[pair[0]], answer.words[pair[1]]
    if one.kind == "number" and one.number and other.number:
        return one.number.may_be(other.number) or not other.number.strict
    group = SYNONYMS.get(one.key) or SYNONYMS.get(one.stem) or frozenset()
    return other.key in group or other.stem in group


def _exchange(raw: Text, answer: Text, pair: tuple[int, int]) -> str:
    return f"It has “{_quote(answer, pair[1:])}” instead of “{_quote(raw, pair[:1])}”."


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


def _whole_sentence(text: Text, indices: Sequence[int]) -> list[int]:
    """Those of some content words that make a whole sentence or line; empty where none do."""
    chosen = set(indices)
    return (
        next((sentence for sentence in _sentences(text) if chosen.issuperset(sentence)), []) if chosen else []
    )


def _is_heading(text: Text, sentence: Sequence[int]) -> bool:
    """Whether a sentence is one or two words with a colon behind them."""
    last = text.words[sentence[-1]]
    return len(sentence) <= 2 and text.source[last.start + len(last.key) :].lstrip("*_ ").startswith(":")


def _sentences(text: Text) -> Iterator[list[int]]:
    """The indices of the content words of each sentence or line."""
    sentence: list[int] = []
    for index, word in enumerate(text.words):
        if word.opens and sentence:
            yield sentence
            sentence = []
        if word.kind == "content":
            sentence.append(index)
    if sentence:
        yield sentence


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
