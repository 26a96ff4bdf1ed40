"""A streamed text compared with its words while it comes."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.enhance.diff import Change, word_diff
from tui.panels import streamed as streamed_module
from tui.panels.changes_drawn import Drawing
from tui.panels.streamed import END, WIDEST, Streamed

RAW = (
    "um so the quarterly report is due on friday and um we we need to send it to twenty three people"
    " please remember to invite everybody from the office in the north as well"
)
TEXT = (
    "The quarterly report is due on Friday, and we need to send it to 23 people."
    " Please remember to invite everybody from the office in the north as well."
)


def pieces(text: str, longest: int = 6) -> list[str]:
    """The text as it grows, in pieces of any length."""
    chance = random.Random(3)
    grown, at = [], 0
    while at < len(text):
        at += chance.randint(1, longest)
        grown.append(text[:at])
    return grown


def written(drawn: str) -> str:
    """The text that is read off a drawing of words without signs of their own."""
    kept = re.sub(r"-[^-+]*-(→|(?=\+)| |$)", "", drawn)
    return " ".join(re.sub(r"[+]", "", kept).removesuffix(END).split())


def test_what_changed_is_seen_while_the_text_comes():
    streamed = Streamed()
    seen = [streamed.grow(RAW, piece, compare=True)[0] for piece in pieces(TEXT)]
    assert f"-um so- +T+he quarterly{END}" in seen[:8]
    assert all(drawn.endswith(END) for drawn in seen)
    assert "-um- we -we- need to send it to -twenty three-→+23+ people" in seen[-1]
    assert not any("invite- " in drawn or "-please remember" in drawn for drawn in seen)


@pytest.mark.parametrize("longest", [1, 7, 40, 1000])
def test_all_words_that_have_come_are_shown_at_every_moment(longest: int):
    streamed = Streamed()
    for piece in pieces(TEXT, longest):
        drawn, _ = streamed.grow(RAW, piece, compare=True)
        assert written(drawn) == " ".join(piece.split())


@given(
    st.lists(st.sampled_from(["um", "the", "report", "is", "due", "friday", "we", "23"]), max_size=60),
    st.lists(st.sampled_from(["The", "report", "is", "due", "Friday,", "we", "send", "¶"]), max_size=60),
)
def test_any_two_texts_can_be_streamed(raw: list[str], words: list[str]):
    text = " ".join(words).replace(" ¶ ", "\n\n")
    streamed = Streamed()
    for piece in pieces(text):
        drawn, marks = streamed.grow(" ".join(raw), piece, compare=True)
        assert written(drawn.replace("¶", "")) == " ".join(piece.replace("¶", "").split())
        assert all(0 <= mark.begin < mark.end <= len(drawn) for mark in marks)
        assert marks == sorted(marks)


def test_only_what_is_open_is_compared_again(monkeypatch: pytest.MonkeyPatch):
    compared: list[int] = []

    def measured(old: str, new: str) -> tuple[Change, ...]:
        compared.append(len(old) + len(new))
        return word_diff(old, new)

    monkeypatch.setattr(streamed_module, "word_diff", measured)
    raw, text = " ".join([RAW] * 20), " ".join([TEXT] * 20)
    streamed = Streamed()
    for piece in pieces(text, 12):
        streamed.grow(raw, piece, compare=True)
    assert max(compared) < 1000
    assert streamed.grow(raw, text, compare=True)[0].count("-twenty three-→+23+") == 20


def test_words_of_which_only_case_and_punctuation_changed_settle_too():
    raw = " ".join(f"wort{number % 7}" for number in range(300))
    text = " ".join(f"Wort{number % 7}," for number in range(300))
    streamed = Streamed()
    for piece in pieces(text, 12):
        streamed.grow(raw, piece, compare=True)
        assert len(piece) - streamed._y < 100
    drawn, _ = streamed.grow(raw, f"{text} ", compare=True)
    assert drawn == " ".join(f"+W+ort{number % 7}+,+" for number in range(300)) + END


def test_a_text_that_is_written_anew_is_shown_as_it_is():
    raw = " ".join(f"old{number}" for number in range(800))
    text = " ".join(f"new{number}" for number in range(800))
    assert len(text) > WIDEST
    streamed = Streamed()
    for piece in pieces(text, 40):
        drawn, marks = streamed.grow(raw, piece, compare=True)
        assert drawn == piece.rstrip() + END
        assert [mark.name for mark in marks] == ["hint"]


def test_another_text_begins_anew():
    streamed = Streamed()
    streamed.grow(RAW, TEXT, compare=True)
    assert streamed.grow("other words", "Other", compare=True)[0] == f"Other{END}"
    assert streamed.grow("other words here", "Other words ", compare=True)[0] == f"+O+ther words{END}"


def test_a_text_that_is_not_compared_has_no_signs():
    streamed = Streamed()
    for piece in pieces(TEXT):
        assert streamed.grow(RAW, piece, compare=False)[0] == piece.rstrip(" ") + END


def drawn(raw: str, text: str, *left: int) -> Drawing:
    drawing, index = Drawing(), 0
    for change in word_diff(raw, text):
        drawing.add(change, taken=index not in left)
        index += change.kind != "equal"
    return drawing


def test_a_replacement_is_told_from_a_removal_beside_an_addition():
    assert drawn("we need to go", "we must go").text == "we -need to-→+must+ go"
    beside = Drawing()
    for change in (Change("removed", "need to", ""), Change("added", "", "must")):
        beside.add(change)
    assert beside.text == "-need to- +must+"


def test_a_change_that_is_left_stands_in_brackets_and_keeps_the_line_breaks_of_its_words():
    raw, text = "um we need friday that is it", "we must Friday,\n\nthat is it now"
    everything = tuple(range(9))
    assert drawn(raw, text).text == "-um- we -need-→+must+ +F+riday+,¶¶+\n\nthat is it +now+"
    assert drawn(raw, text, *everything).text == (
        "(-um-) we (-need-→+must+) (+F+riday+,¶¶+) that is it (+now+)"
    )
    assert drawn("one\ntwo", "one two", 0).text == "(one-¶-)\ntwo"


def test_the_cursor_moves_no_word_and_the_kind_of_change_stays_legible():
    raw, text = "um we need friday now", "we must Friday, now then"
    plain = drawn(raw, text)
    seen = [plain.pointed(index) for index in range(4)]
    assert [text for text, _ in seen] == [
        "▸um- we -need-→+must+ +F+riday+,+ now +then+",
        "-um- we ▸need-→+must+ +F+riday+,+ now +then+",
        "-um- we -need-→+must+ ▸F+riday+,+ now +then+",
        "-um- we -need-→+must+ +F+riday+,+ now ▸then+",
    ]
    marks = seen[2][1]
    assert [mark.name for mark in marks] == ["removed", "removed", "added", "current", "added"]
    assert plain.text[marks[3].begin : marks[3].end] == "+F+riday+,+"
    assert drawn(raw, text, 0).pointed(0)[0].startswith("▸(-um-) we")
    assert [plain.text[begin:end] for begin, end in plain.places][1] == "-need-→+must+"


def test_a_change_of_which_nothing_is_seen_takes_no_room():
    drawing = drawn("one  two", "one two")
    assert drawing.text == "one two"
    assert [begin == end for begin, end in drawing.places] == [True]
