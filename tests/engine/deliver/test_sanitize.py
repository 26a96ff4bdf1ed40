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
        "ab é7\u1820\u180b\u180f\u200e\u034f\u3164\ufe0f\U000e0100\U000e0080\n\r\t\x1b\x9b\x07[]201~;"
        "\u202e\u2066\u200b\u200c\u200d\u200f\ufeff\ud83d\ude00\x85"
    ),
    max_size=40,
)
SEEN = "[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd\U00013430-\U0001343f]"
"""Signs that Unicode counts as format characters although they show: of numbers, verses, hieroglyphs."""

IGNORABLE = re.compile(
    "[\xad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufff8"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff]"
)
"""Default_Ignorable_Code_Point of Unicode 16 (DerivedCoreProperties.txt), without what some script needs."""

ROW = re.compile(
    "[\u200c\u200d]{2}|[\u061c\u200e\u200f][\u061c\u200c-\u200f]"
    "|[\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]{3}"
)
"""Invisible characters one behind the other, as nothing but a hidden message needs them."""

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
    assert not IGNORABLE.search(clean)
    assert not ROW.search(clean)
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
        ("\x1b]52;c;cm0=\x07", ""),
        ("\x1b]52;c;cm0=", "]52;c;cm0="),
        ("\x1b[20\x1b[201~1~id", "[201~id"),
        ("\x1b[01;34mfolder\x1b[0m\x1b[K  file\x1b(B\x1b[m", "folder  file"),
        ('\x1b]8;;https://a.b/c\x1b\\link\x1b]8;;\x1b\\ \x1bP$q"p\x1b\\\x1b_G\x1b\\x', "link x"),
        ("\x1b]0;words that\ngo on\x07", "]0;words that\ngo on"),
        ("\x1b[ words \x9b words \x1b[", "[ words  words ["),
        ("\x1b]0;" + "w" * 5000 + "\x07", "]0;" + "w" * 5000),
        ("a\u034f\u115f\u17b4\u3164\uffa0\ufff0\U000e0080\U000e01f0\U000e0fff", "a"),
        ("\u1820\u180b\u180c a\u180b", "\u1820\u180b a"),
        ("אב\u200f\u200e\u200f\u200f!", "אב\u200f!"),
        ("é\u200e\u200d\u200e\u200d", "é\u200e"),
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
