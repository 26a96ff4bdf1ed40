"""What an answer left out of a text and what it added, word by word; pure.

Both are aligned by the stems of their words. Between two words that they share lies a gap; what
stands in a gap on both sides may still be one word in two forms or spellings. What speech has too
much of is excused: fillers, stutters, words that the speaker took back, and signs said as words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.enhance.alignment import align
from engine.enhance.guard.corrections import taken_back
from engine.enhance.guard.equivalents import ABBREVIATIONS, FIXED, SPOKEN_SIGNS
from engine.enhance.guard.text import Text, Word
from engine.enhance.guard.word_stems import alike

_STUTTER = 8
"""Words within which a word that is said again was a false start."""

_WIDEST = 900
"""Pairs of words in a gap up to which spellings are looked for; in a wider one all is new."""

_JOINED = 3
"""Words that one word may have been heard as."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """How an answer differs from the text in its words.

    Attributes:
        missing: Indices of the words of the text that the answer lacks, for no good reason.
        added: Indices of the words of the answer that were not spoken.
        replaced: Of both, those that stand in each other's place.
        corrected: Indices of the words of the text that the speaker took back.
        moved: Indices of the words of the text that stand elsewhere in the answer.
        crossed: Whether two words took each other's place.
    """

    missing: tuple[int, ...]
    added: tuple[int, ...]
    replaced: tuple[tuple[int, int], ...]
    corrected: frozenset[int]
    moved: tuple[int, ...]
    crossed: bool


def compare(raw: Text, answer: Text, *, exact: bool = False) -> Comparison:
    """Compare an answer with a text; takes time in proportion to their lengths.

    Args:
        raw: The text.
        answer: The answer.
        exact: Whether nothing is superfluous, and no word may move or be taken back.
    """
    old, new = raw.words, answer.words
    numbers: dict[str, int] = {}
    keys = [
        [numbers.setdefault(_form(word) if exact else word.stem, len(numbers)) for word in words]
        for words in (old, new)
    ]
    gap_of_lost: dict[int, int] = {}
    gap_of_gained: dict[int, int] = {}
    at_x = at_y = gap = 0
    for x, y in (*align(*keys), (len(old), len(new))):
        if x > at_x or y > at_y:
            lost, gained = _unmatched(old, new, range(at_x, x), range(at_y, y), exact)
            gap_of_lost.update(dict.fromkeys(lost, gap))
            gap_of_gained.update(dict.fromkeys(gained, gap))
            gap += 1
        at_x, at_y = x + 1, y + 1
    corrected = frozenset[int]() if exact else taken_back(raw, set(gap_of_lost))
    left = [index for index in gap_of_lost if index not in corrected and not is_sign(raw, answer, index)]
    if exact:
        return Comparison(tuple(left), tuple(gap_of_gained), (), corrected, (), crossed=False)
    missing, added, pairs = _without_moved(old, new, left, list(gap_of_gained))
    missing.sort(key=lambda index: old[index].key in raw.known.requests)
    replaced = tuple(_replaced(old, new, missing, added, gap_of_lost, gap_of_gained))
    missing.sort()
    kept = {index for index, _ in replaced}
    missing = [index for index in missing if index in kept or not _is_superfluous(raw, index)]
    moved = tuple(x for x, y in pairs if old[x].kind == "content" and new[y].key.isalpha())
    crossed = _is_crossed(old, [(gap_of_lost[x], gap_of_gained[y], x) for x, y in pairs])
    return Comparison(tuple(missing), tuple(added), replaced, corrected, moved, crossed)


def _replaced(
    old: Sequence[Word],
    new: Sequence[Word],
    missing: Sequence[int],
    added: Sequence[int],
    gap_of_lost: Mapping[int, int],
    gap_of_gained: Mapping[int, int],
) -> Iterator[tuple[int, int]]:
    """Pairs of content words, or of numbers, that stand in the same gap."""
    by_gap: dict[tuple[int, str], list[int]] = {}
    for index in added:
        if new[index].kind in ("content", "number"):
            by_gap.setdefault((gap_of_gained[index], new[index].kind), []).append(index)
    for index in missing:
        others = by_gap.get((gap_of_lost[index], old[index].kind))
        if others:
            yield index, others.pop(0)


def _is_crossed(old: Sequence[Word], moves: Iterable[tuple[int, int, int]]) -> bool:
    """Whether of two words that moved each went where the other was."""
    ways = {(here, there) for here, there, index in moves if old[index].kind in ("content", "number")}
    return any((there, here) in ways for here, there in ways if here != there)


def _form(word: Word) -> str:
    """What a word is compared by where none may change its form: "walk" is not "walked"."""
    return word.stem if word.kind == "number" else ABBREVIATIONS.get(word.key, word.key)


def _unmatched(
    old: Sequence[Word], new: Sequence[Word], xs: range, ys: range, exact: bool
) -> tuple[list[int], list[int]]:
    """The indices in a gap that have no counterpart on its other side."""
    lost, gained = list(xs), list(ys)
    if not lost or not gained:
        return lost, gained
    one, other = _letters(old, lost), _letters(new, gained)
    parted = len(lost) != len(gained) and max(len(lost), len(gained)) <= _JOINED
    plain = all(
        word.kind not in ("number", "denial") and not is_fixed(word) for word in old[xs.start : xs.stop]
    )
    if one == other or (not exact and parted and plain and alike(one, other)):
        return [], []
    if exact:
        return lost, gained
    stems: dict[str, list[int]] = {}
    for y in gained:
        stems.setdefault(new[y].stem, []).append(y)
    found = [(x, stems[old[x].stem].pop()) for x in lost if stems.get(old[x].stem)]
    xs_found, ys_found = {x for x, _ in found}, {y for _, y in found}
    lost = [x for x in lost if x not in xs_found]
    gained = [y for y in gained if y not in ys_found]
    if len(lost) * len(gained) > _WIDEST:
        return lost, gained
    for y in list(gained):
        window = _window(old, lost, new[y])
        if window:
            lost = [x for x in lost if x not in window]
            gained.remove(y)
    for x in list(lost):
        window = _window(new, gained, old[x])
        if len(window) > 1:
            gained = [y for y in gained if y not in window]
            lost.remove(x)
    return lost, gained


def _letters(words: Sequence[Word], indices: Sequence[int]) -> str:
    return "".join(words[index].key for index in indices)


def _window(words: Sequence[Word], indices: Sequence[int], wanted: Word) -> list[int]:
    """Up to three neighbours that together may be another spelling of `wanted`."""
    if wanted.kind in ("number", "denial", "function"):
        return []
    for size in range(1, _JOINED + 1):
        for first in range(len(indices) - size + 1):
            window = list(indices[first : first + size])
            if any(words[index].kind in ("number", "denial") for index in window):
                continue
            if all(words[index].kind == "function" for index in window):
                continue
            if window[-1] - window[0] == size - 1 and alike(_letters(words, window), wanted.key):
                return window
    return []


def is_sign(raw: Text, answer: Text, index: int) -> bool:
    """Whether a word of the text names a sign that the answer has in its place."""
    signs = SPOKEN_SIGNS.get(raw.words[index].key, "")
    return any(answer.source.count(sign) > raw.source.count(sign) for sign in signs)


def _is_superfluous(raw: Text, index: int) -> bool:
    """Whether nobody misses a word: a filler, or one that is said again near by."""
    word = raw.words[index]
    near = raw.words[max(index - _STUTTER, 0) : index + _STUTTER + 1]
    if word.kind == "filler":
        return True
    return word.kind != "number" and sum(one.stem == word.stem for one in near) > 1


def _without_moved(
    old: Sequence[Word], new: Sequence[Word], missing: Sequence[int], added: Sequence[int]
) -> tuple[list[int], list[int], list[tuple[int, int]]]:
    """What is missing and what is added, without words that only stand elsewhere now; and these."""
    places: dict[str, list[int]] = {}
    for index in reversed(added):
        places.setdefault(new[index].stem, []).append(index)
    moved = [(index, places[old[index].stem].pop()) for index in missing if places.get(old[index].stem)]
    here, there = {x for x, _ in moved}, {y for _, y in moved}
    kept = [index for index in missing if index not in here]
    return kept, [index for index in added if index not in there], moved


def runs(indices: Sequence[int], words: Sequence[Word]) -> Iterator[list[int]]:
    """Group indices of content words between which no other content word stands."""
    run: list[int] = []
    for index in indices:
        if run and any(words[between].kind in ("content", "number") for between in range(run[-1] + 1, index)):
            yield run
            run = []
        run.append(index)
    if run:
        yield run


def is_fixed(word: Word) -> bool:
    """Whether a word is one that no editor exchanges: a day, a direction, a limit."""
    return word.key in FIXED
