"""Drafts for the tests of the text rooms: written by hand, or made by hypothesis."""

from __future__ import annotations

import re

from hypothesis import strategies as st

from engine.enhance.enhancer import Draft, Pause
from engine.speech.vocabulary import vocabulary

_PIECE = re.compile(r"\s*(?:\|(\d+\.\d+)\|\s*|$)")

WORDS = sorted(
    vocabulary(
        "the a report is it was i i'm we you know mean like um uh and but because so friday monday may "
        "new york mr. e.g. u.s. b. m. a. p.m. p m am one two five twenty twenty-three thirty hundred "
        "thousand million point percent first second third tenth at on to of that had very no what can "
        "do will want go went gave her okay th- w- I The iPhone Dr. U.S. end. why? stop! well, so... 3.5 "
        "23 5:30 https://x.org/a,b a,b don't it's , . ? ! - \" (yes) “Hello” 你好 。 ça É ß İ ǆ nineteen oh "
        "o'clock dollars per cent I-I you, know, like, um, Um."
    )
)


def draft(text: str) -> Draft:
    """A draft in which a pause is written as its seconds between bars: "on friday |0.8| please"."""
    words = ""
    pauses: list[Pause] = []
    at = 0
    for match in _PIECE.finditer(text):
        words += text[at : match.start()]
        at = match.end()
        if match.group(1):
            words += " "
            pauses.append(Pause(len(words), float(match.group(1))))
    return Draft(words, tuple(pauses))


def drafts(most: int = 24) -> st.SearchStrategy[Draft]:
    """Drafts of words that matter to the rules, in any order, with pauses anywhere."""
    silence = st.sampled_from([0.0, 0.0, 0.0, 0.22, 0.3, 0.4, 0.7, 1.5])
    gap = st.sampled_from([" ", " ", " ", " ", "\n", "  ", "\n\n"])
    return st.lists(st.tuples(st.sampled_from(WORDS), gap, silence), max_size=most).map(_joined)


def phrases(most: int = 5) -> st.SearchStrategy[list[str]]:
    """Phrases of such words, without line breaks."""
    words = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6)
    return st.lists(words.map(" ".join), min_size=1, max_size=most)


def _joined(parts: list[tuple[str, str, float]]) -> Draft:
    text = ""
    pauses: list[Pause] = []
    for word, gap, silence in parts:
        if text:
            text += gap
            if silence:
                pauses.append(Pause(len(text), silence))
        text += word
    return Draft(text, tuple(pauses))
