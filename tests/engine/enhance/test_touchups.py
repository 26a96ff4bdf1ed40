"""What is shown of changes: touch-ups inside the word, and both texts to be read off."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.enhance.diff import word_diff
from engine.enhance.enhancer import Draft
from engine.enhance.tidy import tidy
from engine.enhance.touchups import Token, after, before, tally, tokens
from tests.engine.enhance.speech import drafts
from tests.support.modes import CLEAN

TEXT = st.text(alphabet="abAB ßǅİ,.“-+\n\t’'", max_size=40)
SIGNS = {"same": "", "added": "+", "recased": "+", "removed": "-"}


def shown(old: str, new: str) -> list[Token]:
    return [token for change in word_diff(old, new) for token in tokens(change)]


def drawn(old: str, new: str) -> str:
    return " ".join(
        "".join(f"{SIGNS[piece.kind]}{piece.text}{SIGNS[piece.kind]}" for piece in token)
        for token in shown(old, new)
    )


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ("the report", "The report.", "+T+he report+.+"),
        ("due friday and", "due Friday, and", "due +F+riday+,+ and"),
        ("Yes, it is", "yes it is", "+y+es-,- it is"),
        ("yes, it is", "yes. It is", "yes-,-+.+ +I+t is"),
        ("said hello to", "said “Hello” to", "said +“++H+ello+”+ to"),
        ("at nasa now", "at NASA now", "at -nasa- +NASA+ now"),
        ("and i went", "and I went", "and -i- +I+ went"),
        ("and i'm in", "and I'm in", "and +I+'m in"),
        ("a macos app", "a macOS app", "a mac+OS+ app"),
        ("well - yes", "well – yes", "well --- +–+ yes"),
        ("it is ßo", "it is SSo", "it is -ßo- +SSo+"),
        ("twenty three um", "23", "-twenty three um- +23+"),
        ("one two", "one\n\ntwo", "one+\n\n+ two"),
    ],
)
def test_touch_ups_are_shown_inside_the_word(old: str, new: str, wanted: str) -> None:
    assert drawn(old, new) == wanted


def test_changes_of_words_and_touch_ups_are_counted_apart() -> None:
    changes = word_diff("um the report is is due friday and i", "The report is due Friday and I")
    assert tally(changes) == (2, 3)
    assert tally(word_diff("the same", "the same")) == (0, 0)


@given(TEXT, TEXT)
@settings(max_examples=400)
def test_both_texts_can_be_read_off_what_is_shown(old: str, new: str) -> None:
    assert before(shown(old, new)) == old
    assert after(shown(old, new)) == new


@given(drafts())
@settings(max_examples=150)
def test_both_texts_of_tidied_speech_can_be_read_off(spoken: Draft) -> None:
    new = tidy(spoken, CLEAN)
    assert before(shown(spoken.text, new)) == spoken.text
    assert after(shown(spoken.text, new)) == new


@given(TEXT)
def test_case_alone_never_counts_as_a_change_of_words(text: str) -> None:
    assert tally(word_diff(text, text)) == (0, 0)
    plain = "".join(letter for letter in text if letter.isascii())
    assert tally(word_diff(plain, plain.upper())).changes == 0
