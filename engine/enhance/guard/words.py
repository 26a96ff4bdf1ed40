"""Whether the words of an answer are those of the speaker, by how far a mode lets them differ; pure.

The limits are judgement, tried on the written corpus of `tests/engine/enhance`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.enhance.guard.comparison import Comparison, is_fixed, runs
from engine.enhance.guard.equivalents import SYNONYMS
from engine.enhance.guard.text import Text
from engine.enhance.guard.word_stems import stem

LONG_RUN = 3
"""Content words in a row that make a statement: none may be left out or put in."""

UNLIKE = "It has other words than were spoken."


def changed_words(raw: Text, answer: Text, difference: Comparison) -> str:
    """For a close edit: say what was left out or put in; empty where the words are the speaker's."""
    missing = [index for index in difference.missing if raw.words[index].kind == "content"]
    added = [index for index in difference.added if answer.words[index].kind == "content"]
    total = len(raw.content)
    same = [pair for pair in difference.replaced if is_same(raw, answer, pair)]
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
            return f"It {what} “{quote(text, alone)}”."
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
        pair = next((one for one in difference.replaced if not is_same(raw, answer, one)), None)
        if pair and (not exchanged or raw.words[pair[0]].kind == "number"):
            return exchange(raw, answer, pair)
    else:
        lost = gained = exchanged = total // 7
    if min(len(missing), len(added)) > exchanged:
        return UNLIKE
    if len(missing) > lost or any(len(run) >= LONG_RUN for run in runs(missing, raw.words)):
        return f"It leaves out “{quote(raw, missing)}”."
    if len(added) > gained or any(len(run) >= LONG_RUN for run in runs(added, answer.words)):
        return f"It adds “{quote(answer, added)}”."
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
        return f"It leaves out “{quote(raw, missing)}”."
    if added:
        return f"It adds “{quote(answer, added)}”."
    return ""


def quote(text: Text, indices: Sequence[int]) -> str:
    """The first missing words of a text, as they stand there."""
    first = indices[0]
    last = first
    while last + 1 in indices and last < first + 3:
        last += 1
    return " ".join(text.up_to_next(first, last).split()).rstrip(".,;:!?\"'”)")[:60]


def is_same(raw: Text, answer: Text, pair: tuple[int, int]) -> bool:
    """Whether two words that stand in each other's place mean the same."""
    one, other = raw.words[pair[0]], answer.words[pair[1]]
    if one.kind == "number" and one.number and other.number:
        return one.number.may_be(other.number) or one.number.shares(other.number) or not other.number.strict
    return (
        other.key in SYNONYMS.get(one.key, ())
        or other.stem in _SAME.get(one.stem, ())
        or other.stem in SYNONYMS.get(one.stem, ())
    )


_SAME = {
    stem(word, "en"): frozenset(stem(other, "en") for other in others) for word, others in SYNONYMS.items()
}
"""Synonyms in all their forms: "came" is one of "arrived"."""


def exchange(raw: Text, answer: Text, pair: tuple[int, int]) -> str:
    """Say which word stands in the place of which, in a sentence."""
    return f"It has “{quote(answer, pair[1:])}” instead of “{quote(raw, pair[:1])}”."


def _whole_sentence(text: Text, indices: Sequence[int]) -> list[int]:
    """Those of some content words that make a whole sentence or line; empty where none do."""
    chosen = set(indices)
    return (
        next((sentence for sentence in sentences(text) if chosen.issuperset(sentence)), []) if chosen else []
    )


def sentences(text: Text) -> Iterator[list[int]]:
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
