"""Whether an answer kept what a text says most exactly: numbers, denials, names, who and whom; pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterator, Sequence

from engine.enhance.guard.comparison import is_fixed
from engine.enhance.guard.equivalents import CALENDAR, SPOKEN_SIGNS
from engine.enhance.guard.text import Text, Word
from engine.enhance.guard.word_stems import alike, unaccented
from engine.speech.vocabulary import vocabulary

_REACH = 4
"""Content words behind a denial that it may speak of."""

_WIDE = 8
"""Words in which to look for three that bear content."""

_SIDES = vocabulary(
    "to from instead not than before after over into versus against by nach statt als à contra"
)
"""Words whose two sides cannot be exchanged: "from A to B"."""


_ADDRESS = re.compile(
    r"\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}|\b[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/[\w./#?=&%-]{0,200}|\b[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}\.(?:com|org|net|io|dev|app|edu|gov|de|fr|es|eu|uk|ch|at)\b"
)
_PART = re.compile(r"[^\W\d_]+")


def new_address(raw: Text, answer: Text) -> str:
    """An e-mail or web address in the answer that was not spoken, letter by letter; empty for none."""
    bare = "".join(word.key for word in raw.words if word.key not in SPOKEN_SIGNS)
    said = "".join(_PART.findall(raw.source.lower()))
    for match in _ADDRESS.finditer(answer.source):
        parts = [
            part for part in _PART.findall(match.group().lower()) if part not in ("https", "http", "www")
        ]
        if any(part not in bare and part not in said for part in parts):
            return match.group()
        if "@" in match.group() and "".join(parts) not in bare and "".join(parts) not in said:
            return match.group()
    return ""


def changed_denial(
    raw: Text, answer: Text, corrected: Container[int], *, rewritten: bool, may_drop: bool
) -> str:
    """Say what became of a denial, in a sentence; empty where each still denies what it denied."""
    old, new = list(_denials(raw, corrected)), list(_denials(answer, ()))
    if not may_drop and len(new) < len(old):
        soft = sum(word.key in answer.known.soft_denials for word in answer.words)
        soft -= sum(word.key in raw.known.soft_denials for word in raw.words)
        if (not new and soft <= 0) or (not rewritten and len(new) + max(soft, 0) < len(old)):
            return f"It leaves out “{raw.words[old[0]].key}”."
    if len(new) > len(old):
        had = any(word.key in raw.known.soft_denials for word in raw.words)
        if not had and (not old or not rewritten or len(new) > len(old) + 1):
            return f"It adds “{answer.words[new[-1]].key}”."
    for here, there, first, second in ((raw, answer, old, new), (answer, raw, new, old)):
        if _unbound(here, there, first, second):
            return "It denies something else than was denied."
    return ""


def _denials(text: Text, corrected: Container[int]) -> Iterator[int]:
    """Indices of the denials, one of each run of the same ("no no no")."""
    previous = -2
    for index, word in enumerate(text.words):
        if word.kind == "denial" and index not in corrected:
            if not (previous == index - 1 and text.words[previous].key == word.key):
                yield index
            previous = index


def _unbound(here: Text, there: Text, first: Sequence[int], second: Sequence[int]) -> bool:
    """Whether what a denial speaks of stands in the other text, but is denied by nothing there."""
    reached: set[str] = set()
    for index in second:
        reached.update(_scope(there, index, _REACH, both=True))
    soft = {word.key for word in there.words} & there.known.soft_denials
    soft -= {word.key for word in here.words}
    others = {word.stem for word in there.words}
    for index in first:
        scope = _scope(here, index, 2, both=False)
        present = [root for root in scope if root in others]
        if present and not soft and present[0] not in reached:
            return True
    return False


def _scope(text: Text, index: int, reach: int, *, both: bool) -> list[str]:
    """Stems of the words that a denial speaks of: those behind it, else those before it."""
    words = text.words
    behind: list[str] = []
    for word in words[index + 1 : index + 1 + 3 * _REACH]:
        if word.opens or len(behind) == reach:
            break
        if word.kind in ("content", "number"):
            behind.append(word.stem)
    if behind and not (both and text.language in ("de", "nl")):
        return behind
    before = [word.stem for word in words[max(index - 2, 0) : index] if word.kind in ("content", "number")]
    return behind + before[-reach:]


def new_name(raw: Text, answer: Text, added: Sequence[int]) -> str:
    """A name in the answer that was not spoken; empty where there is none.

    A name is a word with a capital in the middle of a sentence. German writes every noun so, and
    titles every word: there nothing is known.
    """
    if answer.language == "de":
        return ""
    spoken = {unaccented(word.key) for word in raw.words} | {word.stem for word in raw.words}
    for index in added:
        word = answer.words[index]
        if not word.capital or word.opens or word.kind != "content" or len(word.key) < 2:
            continue
        if (
            unaccented(word.key) in spoken
            or word.stem in spoken
            or word.key in answer.known.courtesies | _TITLES
        ):
            continue
        if not _heard_as(raw.words, word.key):
            return answer.source[word.start : word.start + len(word.key)]
    return ""


_TITLES = vocabulary("mr mrs ms miss dr prof todo fixme")


def _heard_as(words: Sequence[Word], name: str) -> bool:
    """Whether up to three words of the text may be another spelling of a name."""
    initial = unaccented(name)[0]
    for at, word in enumerate(words):
        if unaccented(word.key)[:1] == initial:
            joined = ""
            for following in words[at : at + 3]:
                joined += following.key
                if alike(joined, name):
                    return True
    return False


def lost_name(raw: Text, answer: Text, corrected: Container[int]) -> str:
    """A name in the text that the answer lacks; empty where there is none.

    Only in text that was written with capitals, and not where German writes every noun so.
    """
    if raw.language == "de":
        return ""
    written = {unaccented(word.key) for word in answer.words} | {word.stem for word in answer.words}
    letters = unaccented("".join(word.key for word in answer.words))
    for index, word in enumerate(raw.words):
        if (
            not word.capital
            or word.opens
            or word.kind != "content"
            or len(word.key) < 2
            or index in corrected
        ):
            continue
        bare = unaccented(word.key)
        if bare not in written and word.stem not in written and bare not in letters:
            return raw.source[word.start : word.start + len(word.key)]
    return ""


def disordered(raw: Text, answer: Text) -> bool:
    """Whether numbers, days and names of the text change places in the answer."""
    facts = [word.stem for word in raw.words if _is_fact(word)]
    counts = Counter(facts)
    places = {root: place for place, root in enumerate(facts) if counts[root] == 1}
    order = [
        places[word.stem]
        for word in answer.words
        if word.stem in places and (word.number or word.capital or word.key in CALENDAR or _is_fact(word))
    ]
    return order != sorted(order)


def _is_fact(word: Word) -> bool:
    if word.number:
        return True
    return word.kind == "content" and (is_fixed(word) or (word.capital and not word.opens))


def exchanged(raw: Text, answer: Text) -> bool:
    """Whether the two sides of a word such as "to" or "instead of" changed places."""
    spoken, written = _sides(raw), _sides(answer)
    for side, pairs in written.items():
        for left, right in spoken.get(side, ()):
            one, two = left - right, right - left
            if any(one & (b - a) and two & (a - b) for a, b in pairs):
                return True
    return False


def _sides(text: Text) -> dict[str, list[tuple[set[str], set[str]]]]:
    """For each of `_SIDES` in a text, the content words on its left and on its right."""
    found: dict[str, list[tuple[set[str], set[str]]]] = {}
    words = text.words
    for index, word in enumerate(words):
        if word.key in _SIDES:
            left = [other.stem for other in words[max(index - _WIDE, 0) : index] if _bears(other)]
            right = [other.stem for other in words[index + 1 : index + 1 + _WIDE] if _bears(other)]
            found.setdefault(word.key, []).append((set(left[-3:]), set(right[:3])))
    return found


def _bears(word: Word) -> bool:
    return word.kind in ("content", "number")
