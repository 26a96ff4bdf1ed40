"""Texts cut into pieces for a language model: nothing is lost, and the cuts are where one would make them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.enhance.enhancer import Draft, Pause
from engine.enhance.text_pieces import MOST_TOKENS, cut, put_together
from engine.enhance.token_limit import estimate
from tests.support.modes import CLEAN, shipped_modes

SENTENCE = "The quarterly report is due on Friday, and we need to send it to all of them. "


def texts(text: str, most: int = MOST_TOKENS) -> list[str]:
    return [piece.draft.text for piece in cut(Draft(text), most)]


def test_a_short_text_is_one_piece() -> None:
    (piece,) = cut(Draft("hello there\nyou", language="de"))
    assert (piece.draft.text, piece.draft.language, piece.gap) == ("hello there\nyou", "de", "")


def test_a_paragraph_is_a_piece() -> None:
    pieces = cut(Draft("one two\n \n\nthree\nfour\n\nfive"))
    assert [(piece.draft.text, piece.gap) for piece in pieces] == [
        ("one two", "\n\n"),
        ("three\nfour", "\n\n"),
        ("five", ""),
    ]


def test_a_long_paragraph_is_cut_behind_its_sentences() -> None:
    found = texts(SENTENCE * 40)
    assert len(found) > 3
    assert all(piece.endswith("them.") for piece in found)
    assert " ".join(found) == (SENTENCE * 40).strip()


def test_without_punctuation_it_is_cut_at_the_longest_pause() -> None:
    words = ["word"] * 30
    text = " ".join(words)
    pauses = (Pause(16 * 5, 0.4), Pause(18 * 5, 1.5), Pause(19 * 5, 0.9))
    first, second = cut(Draft(text, pauses), estimate("word") * 24)
    assert len(first.draft.text.split()) == 18
    assert [pause.offset for pause in first.draft.pauses] == [16 * 5]
    assert [pause.offset for pause in second.draft.pauses] == [5]


def test_a_script_without_spaces_is_cut_behind_its_sentences() -> None:
    pieces = cut(Draft("報告書は金曜日が締め切りです。" * 40, language="ja"))
    assert len(pieces) > 3
    assert all(piece.draft.text.endswith("。") and piece.gap == "" for piece in pieces)


def test_one_endless_word_is_left_whole() -> None:
    assert texts("a" * 5000 + " b") == ["a" * 5000, "b"]


@given(st.text(alphabet="ab.。 \n", max_size=200), st.integers(1, 30))
def test_no_word_is_lost_and_no_piece_is_too_long(text: str, most: int) -> None:
    pieces = cut(Draft(text), most)
    again = "".join(piece.draft.text + piece.gap for piece in pieces)
    assert again.split() == text.split()
    for piece in pieces:
        assert piece.draft.text == piece.draft.text.strip() != ""
        units = piece.draft.text.replace("。", "。 ").split()
        assert sum(map(estimate, units)) <= most or len(cut(piece.draft, 1)) == 1


def test_pieces_come_together_with_their_gaps() -> None:
    notes, message = shipped_modes()["notes"], shipped_modes()["message"]
    pieces, gaps = ["a", "", "b", "c"], ["\n\n", " ", "\n", ""]
    assert put_together(pieces, gaps, CLEAN) == "a\n\nb\nc"
    assert put_together(pieces, gaps, notes) == "a\nb\nc"
    assert put_together(pieces, gaps, message) == "a b c"
    assert put_together(["報。", "告。"], ["", ""], message) == "報。告。"
    assert put_together(["", "a"], [" ", ""], CLEAN) == "a"
