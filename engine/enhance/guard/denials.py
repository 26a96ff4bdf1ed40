"""Whether an answer denies what the text denies, and nothing else; pure.

Denials can be said in other words ("unable" for "not able"), twice ("don't know nothing"), or of a
verb that denies itself ("don't forget"). A commit message tells what a change does: how it was
before may be left out.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterator, Sequence

from engine.enhance.guard.text import Text
from engine.enhance.guard.vocabulary import is_soft_denial
from engine.speech.vocabulary import vocabulary

_REACH = 4
"""Content words behind a denial that it may speak of."""

_CONCORD = 2
"""Words behind "not" in which "never" denies the same once more: "didn't never"."""

_NEVER = vocabulary("never neither")
_BEING = vocabulary("is are was were be")
_FORGETS = vocabulary("forget neglect")
"""Verbs that deny: "don't forget to lock" is "lock", and "forget to lock" is not."""

_ANY = vocabulary("anything anybody anyone anywhere any ever either")
"""What stands for a second denial: "he don't know nothing" is "he doesn't know anything"."""

_STATES = vocabulary("was were did had could")
"""Verbs of how it was before a change: what was not so then may be so now."""

_REMEDIES = vocabulary(
    "fix stop avoid prevent drop remove handle disable skip ignore resolve guard keep only"
)
"""What a change does about something that happened, or is to happen no more."""


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
    reach = 1 if may_drop else 2
    for here, there, first, second in ((raw, answer, old, new), (answer, raw, new, said)):
        if not soft and _unbound(here, there, first, second, reach):
            return "It denies something else than was denied."
    return ""


def _denials(text: Text, corrected: Container[int]) -> Iterator[int]:
    """Indices of the denials, one of each run of the same ("no no no")."""
    previous = -_REACH
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


def _is_lifted(text: Text, index: int) -> bool:
    """Whether a denial is lifted by the verb behind it: "don't forget"."""
    return any(word.key in _FORGETS for word in text.words[index + 1 : index + 3])


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


def _unbound(here: Text, there: Text, first: Sequence[int], second: Sequence[int], reach: int) -> bool:
    """Whether what a denial speaks of stands in the other text, but is denied by nothing there."""
    reached: set[str] = set()
    for index in second:
        reached.update(_scope(there, index, _REACH, both=True))
    soft = any(is_soft_denial(word.key, there.known) for word in there.words) and not any(
        is_soft_denial(word.key, here.known) for word in here.words
    )
    others = {word.stem for word in there.words}
    for index in first:
        scope = _scope(here, index, reach, both=False)
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
    if behind and not (both and (text.language in ("de", "nl") or _is_object(text, index))):
        return behind
    before = [word.stem for word in words[max(index - 2, 0) : index] if word.kind in ("content", "number")]
    return behind + before[-reach:]


def _is_object(text: Text, index: int) -> bool:
    """Whether a denial speaks of what stands before it as well: "needs no help", "a lock is not needed"."""
    start = text.words[index].start
    if index and text.words[index].key == "not" and text.words[index - 1].key in _BEING:
        return True
    return text.words[index].key == "no" and "," not in text.source[max(start - 2, 0) : start]
