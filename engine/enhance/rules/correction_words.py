"""How speakers say that they correct themselves, and the kinds of words that they correct; pure."""

from __future__ import annotations

from collections.abc import Sequence

from engine.enhance.rules.dates import MONTHS, WEEKDAYS
from engine.enhance.rules.fillers import HESITATIONS
from engine.enhance.rules.joints import Phrases
from engine.enhance.rules.numbers import SCALES, is_figure
from engine.speech.tokens import Token
from engine.speech.vocabulary import vocabulary

_CLEAR = (
    "make that|no make that|no wait make that|wait make that|no sorry make that|sorry make that|"
    "actually make that|no i mean|sorry i mean|no sorry i mean|i'm sorry i mean|no i meant|sorry i meant|"
    "i meant|no wait|wait no|oh wait|oh no wait|no no wait|no sorry|sorry no|oh sorry|or rather|no rather|"
    "correction|no correction|scratch that|no scratch that|no actually|actually no"
)
_FAINT = "no|sorry|actually|wait|rather|i mean"


def _phrases(listed: str) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(phrase.split()) for phrase in listed.split("|"))


CLEAR = _phrases(_CLEAR)
"""What is said between the words that were wrong and those that are right, and hardly ever else."""

FAINT = _phrases(_FAINT)
"""The same, where the words may mean something else as well."""

LONGEST_MARKER = max(map(len, CLEAR))

_SAID = tuple(CLEAR | FAINT)
ANNOUNCING = HESITATIONS.union(*_SAID)
"""Every word of these, and the sounds of thinking that may stand between them."""

_HESITANT = tuple((phrase[0], sound) for phrase in _SAID for sound in HESITATIONS)
announcements = Phrases((*_SAID, *_HESITANT)).places
"""Where somebody may begin to say that something was wrong."""

_KINDS: dict[str, frozenset[str]] = {
    "weekday": WEEKDAYS,
    "month": MONTHS,
    "day": vocabulary("today tomorrow tonight yesterday"),
    "part of a day": vocabulary("morning afternoon evening night noon midnight"),
    "season": vocabulary("spring summer autumn winter"),
    "colour": vocabulary("red green blue yellow orange purple pink brown black white grey gray"),
    "direction": vocabulary("left right north south east west northeast northwest southeast southwest"),
    "way": vocabulary("up down"),
    "size": vocabulary("small medium large tiny huge"),
    "rank": vocabulary("first second third fourth fifth sixth seventh eighth ninth tenth"),
    "name": vocabulary(
        "john mary peter paul anna james robert michael david william richard thomas charles daniel matthew "
        "anthony steven andrew kevin brian george edward jane susan linda karen sarah jessica emily emma "
        "laura julia maria anne lucy alice bob tom tim jim joe sam ben max alex chris mike dave steve nick "
        "kate lisa nina eva sophie oliver simon martin philip frank henry jack harry lena paula marta"
    ),
}
"""Words that can stand for each other: one of them after another is a correction."""

_KIND_OF = {word: kind for kind, words in _KINDS.items() for word in words}

CERTAIN_KINDS = frozenset({"weekday", "month", "day"})
"""Kinds of which two in a row, with no more than "no" between them, can only be a correction."""

COUNTED_BY_ARTICLE = frozenset({"hundred", *SCALES})
"""Numbers of which "a" says how many: it goes with them ("a hundred percent", "half a million")."""

PLAIN_MARKERS = frozenset({("no",), ("actually",), ("rather",)})
"""Markers that also stand between other words of one kind: "no left no right"."""

PREPOSITIONS = vocabulary("to on at in from for with by of until before after about under over near into")
"""Words that are said again before what is right: "on monday no on tuesday"."""


VERBS = vocabulary("is are was were will would can could should might may has had works suits sounds looks")
"""Words before which a word is the subject of a clause."""

CHOICES = frozenset({"either", "neither", "no", "between"})
"""Before two words of one kind these mean both."""


def kind_of(key: str) -> str | None:
    """What kind of thing a word names, of those that are corrected word for word."""
    if "@" in key or "://" in key:
        return "address"
    return "number" if is_figure(key) else _KIND_OF.get(key)


def marker_at(text: Sequence[Token], at: int, length: int) -> tuple[str, ...] | None:
    """The words of an announcement of just this length, hesitations aside."""
    span = text[at : at + length]
    if (
        span[-1].key in HESITATIONS
        or any(word.lead for word in span)
        or any("\n" in word.gap for word in span)
    ):
        return None
    if any(char in "?!" for word in span for char in word.tail):
        return None
    said = tuple(word.key for word in span if word.key not in HESITATIONS)
    return said if said in CLEAR or said in FAINT else None
