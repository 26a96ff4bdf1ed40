"""Whether an answer kept what a text says most exactly: numbers, denials, names, who and whom; pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Container, Iterator, Sequence

from engine.enhance.guard.comparison import is_fixed
from engine.enhance.guard.equivalents import CALENDAR, SPOKEN_SIGNS
from engine.enhance.guard.text import Text, Word
from engine.enhance.guard.vocabulary import is_soft_denial
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
    """An address or a path in the answer that was not spoken, letter by letter; empty for none."""
    if not _ADDRESS.search(answer.source) and "/" not in answer.source:
        return ""
    said = set(_PART.findall(raw.source.lower()))
    bare, edges = "", {0}
    for word in raw.words:
        if word.key not in SPOKEN_SIGNS:
            bare += word.key
            edges.add(len(bare))
    found = [match.group() for match in _ADDRESS.finditer(answer.source)]
    if "/" in raw.source or any(word.key in _SLASHES for word in raw.words):
        found += [match.group() for match in _FILE.finditer(answer.source)]
    for address in found:
        parts = [part for part in _PART.findall(address.lower()) if part not in ("https", "http", "www")]
        if any(part not in said and not _is_spoken(part, bare, edges) for part in parts):
            return address
        whole = "".join(parts)
        if "@" in address and whole not in bare and whole not in "".join(_PART.findall(raw.source.lower())):
            return address
    return ""


_FILE = re.compile(r"(?<![\w/])/?[\w.-]{1,80}(?:/[\w.-]{1,80}){1,20}")
_SLASHES = vocabulary("slash backslash schrägstrich barre barra")


def _is_spoken(part: str, bare: str, edges: Container[int]) -> bool:
    """Whether a part of an address is made of whole words: "host" is not in "hosts"."""
    at = bare.find(part)
    while at >= 0:
        if at in edges and at + len(part) in edges:
            return True
        at = bare.find(part, at + 1)
    return False


def changed_denial(
    raw: Text, answer: Text, corrected: Container[int], *, rewritten: bool, may_drop: bool
) -> str:
    """Say what became of a denial, in a sentence; empty where each still denies what it denied."""
    past = _former(raw) if may_drop else set()
    remedies = _REMEDIES if may_drop else frozenset[str]()
    said = list(_denials(raw, corrected))
    old = [index for index in said if index not in past]
    new = list(_denials(answer, ()))
    soft = max(_soft(answer, raw, remedies), 0)
    if not may_drop and len(new) < len(old):
        said_once = sum(word.key in _ANY for word in answer.words) - sum(
            word.key in _ANY for word in raw.words
        )
        once = max(said_once, 0) if new else 0
        if (not new and not soft) or (not rewritten and len(new) + soft + once < len(old)):
            return f"It leaves out “{raw.words[old[0]].key}”."
    if len(new) > len(old):
        had = any(is_soft_denial(word.key, raw.known) or word.key in remedies for word in raw.words)
        if not had and not past and (not old or not rewritten or len(new) > len(old) + 1):
            return f"It adds “{answer.words[new[-1]].key}”."
    for here, there, first, second in ((raw, answer, old, new), (answer, raw, new, said)):
        if not soft and _unbound(here, there, first, second):
            return "It denies something else than was denied."
    return ""


def _denials(text: Text, corrected: Container[int]) -> Iterator[int]:
    """Indices of the denials, one of each run of the same ("no no no")."""
    previous = -2
    for index, word in enumerate(text.words):
        if word.kind == "denial" and index not in corrected:
            near = previous >= index - _CONCORD
            same = previous == index - 1 and text.words[previous].key == word.key
            doubled = near and word.key in _NEVER and text.words[previous].key == "not"
            if not same and not doubled and not _is_lifted(text, index):
                yield index
            previous = index
        elif word.key in _FORGETS and index not in corrected and not (previous >= index - 2):
            yield index


_CONCORD = 2
"""Words behind "not" in which "never" denies the same once more: "didn't never"."""

_NEVER = vocabulary("never neither")
_FORGETS = vocabulary("forget neglect")
"""Verbs that deny: "don't forget to lock" is "lock", and "forget to lock" is not."""


def _is_lifted(text: Text, index: int) -> bool:
    """Whether a denial is lifted by the verb behind it: "don't forget"."""
    return any(word.key in _FORGETS for word in text.words[index + 1 : index + 3])


_ANY = vocabulary("anything anybody anyone anywhere any ever either")
"""What stands for a second denial: "he don't know nothing" is "he doesn't know anything"."""

_STATES = vocabulary("was were did had could")
"""Verbs of how it was before a change: what was not so then may be so now."""

_REMEDIES = vocabulary(
    "fix stop avoid prevent drop remove handle disable skip ignore resolve guard keep only"
)
"""What a change does about something that happened, or is to happen no more."""


def _soft(text: Text, other: Text, remedies: Collection[str]) -> int:
    """How many words of a text can stand in for a denial, above those of the other."""
    return sum(is_soft_denial(word.key, text.known) or word.key in remedies for word in text.words) - sum(
        is_soft_denial(word.key, other.known) or word.key in remedies for word in other.words
    )


def _former(text: Text) -> set[int]:
    """Indices of the denials that tell how it was: "the cursor was not shown"."""
    return {
        index
        for index, word in enumerate(text.words)
        if index and word.kind == "denial" and text.words[index - 1].key in _STATES
    }


def _unbound(here: Text, there: Text, first: Sequence[int], second: Sequence[int]) -> bool:
    """Whether what a denial speaks of stands in the other text, but is denied by nothing there."""
    reached: set[str] = set()
    for index in second:
        reached.update(_scope(there, index, _REACH, both=True))
    soft = any(is_soft_denial(word.key, there.known) for word in there.words) and not any(
        is_soft_denial(word.key, here.known) for word in here.words
    )
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
    # "She needs no homework" denies the need as well.
    if behind and not (both and (text.language in ("de", "nl") or _is_object(text, index))):
        return behind
    before = [word.stem for word in words[max(index - 2, 0) : index] if word.kind in ("content", "number")]
    return behind + before[-reach:]


def _is_object(text: Text, index: int) -> bool:
    """Whether a "no" stands before what the verb before it speaks of, no comma between."""
    start = text.words[index].start
    return text.words[index].key == "no" and "," not in text.source[max(start - 2, 0) : start]


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
