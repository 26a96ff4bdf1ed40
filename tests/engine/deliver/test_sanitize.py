"""What comes out can neither act on a terminal nor deceive who reads it."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.deliver.sanitize import for_terminal
from tests.support.hostile_texts import corpus

PARTS = [part for parts in corpus().values() for part in parts]
ANY = st.text(st.characters(), max_size=60)
NASTY = st.text(
    st.sampled_from(
        "ab é\n\r\t\x1b\x9b\x07[]201~;\u202e\u2066\u200b\u200c\u200d\u200f\ufeff\ud83d\ude00\x85"
    ),
    max_size=40,
)
SEEN = "[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd\U00013430-\U0001343f]"
"""Signs that Unicode counts as format characters although they show: of numbers, verses, hieroglyphs."""

NEEDED = "[\u061c\u200c-\u200f]"
"""What Arabic, Hebrew, Indian scripts and emoji cannot do without."""

REORDERING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


HOSTILE = st.one_of(ANY, NASTY, st.lists(st.sampled_from([*PARTS, "a", "é", "漢"]), max_size=6).map("".join))


@given(HOSTILE)
@example("\x1b[20\x1b[201~1~")
@example("\r\x1b\n")
def test_nothing_harmful_is_left(text: str) -> None:
    clean = for_terminal(text)
    assert not [char for char in clean if unicodedata.category(char) == "Cc" and char not in "\n\t"]
    assert not [char for char in clean if unicodedata.bidirectional(char) in REORDERING]
    assert not [
        char
        for char in clean
        if unicodedata.category(char) == "Cf" and not re.fullmatch(f"{SEEN}|{NEEDED}", char)
    ]
    clean.encode("utf-8")


@given(HOSTILE)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert for_terminal(for_terminal(text)) == for_terminal(text)


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), max_size=60))
def test_visible_text_is_left_alone(text: str) -> None:
    assert for_terminal(text) == text


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        ("rm -rf ~\rls", "rm -rf ~\nls"),
        ("one\r\ntwo\x85three\u2028four\x0cfive", "one\ntwo\nthree\nfour\nfive"),
        ("\x1b]52;c;cm0=\x07", "]52;c;cm0="),
        ("\x1b[20\x1b[201~1~id", "[20[201~1~id"),
        ("stop\x03 \x15now\x7f", "stop now"),
        ("access\u202elevel\u2066", "accesslevel"),
        ("pass\u200bword\ufeff so\u00adft", "password soft"),
        ("\U000e0041hidden", "hidden"),
        ("\ud83d\ude00 and \ud800", "😀 and \ufffd"),
        ("tab\tand\nline", "tab\tand\nline"),
        ("👩\u200d👩\u200d👧", "👩\u200d👩\u200d👧"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("a\u200db", "ab"),
        ("é\u200c\u200c\u200dx", "é\u200cx"),
        ("שלום!\u200f", "שלום!\u200f"),
        ("❤\ufe0f 1\ufe0f\u20e3 葛\U000e0100", "❤\ufe0f 1\ufe0f\u20e3 葛\U000e0100"),
        ("🏳\ufe0f\u200d🌈", "🏳\ufe0f\u200d🌈"),
        ("😀\U000e0164\U000e0165\ufe01", "😀\U000e0164"),
        ("a\ufe0f \ufe0e$\ufe0f", "a $"),
        ("\U0001bca0x\U0001d173", "x"),
    ],
)
def test_examples(dirty: str, clean: str) -> None:
    assert for_terminal(dirty) == clean
