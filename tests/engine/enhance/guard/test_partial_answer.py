"""What is kept of an answer that was stopped."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.enhance.guard.judge import judge
from engine.enhance.guard.partial_answer import completed
from tests.engine.enhance.guard.guard_corpus import MODES

CLEAN = MODES["clean"]
REST = "We should call Bob. He has twenty three pages."
RAW = f"Um so the report is due on Friday and the the numbers are missing. {REST}"
WORDS = ["garden", "river", "stone", "window", "letter", "bridge", "paper", "winter", "candle", "market"]


def test_whole_sentences_are_kept_and_the_rest_of_the_text_follows() -> None:
    partial = "So the report is due on Friday, and the numbers are missing. We should ca"
    kept = f"So the report is due on Friday, and the numbers are missing. {REST}"
    assert completed(RAW, partial, CLEAN) == kept


def test_a_sentence_may_end_where_the_text_has_none() -> None:
    partial = "The report is due on Friday. And th"
    text = completed(RAW, partial, CLEAN)
    assert text is not None
    assert text.startswith("The report is due on Friday. And the the numbers are missing.")


@pytest.mark.parametrize(
    "partial",
    [
        "",
        "So the rep",
        "The report is not due on Friday. We",
        "Sure! Here is your text. So the",
        "The weather is nice. It",
    ],
)
def test_nothing_is_said_where_nothing_is_certain(partial: str) -> None:
    assert completed(RAW, partial, CLEAN) is None


@pytest.mark.parametrize("name", ["email", "notes", "commit", "translate"])
def test_a_rewritten_text_has_no_rest(name: str) -> None:
    assert completed(RAW, "So the report is due on Friday. We", MODES[name]) is None


@given(
    st.lists(st.lists(st.sampled_from(WORDS), min_size=2, max_size=6), min_size=2, max_size=5),
    st.integers(0, 80),
)
@settings(max_examples=100, deadline=None)
def test_no_word_behind_the_cut_is_lost(sentences: list[list[str]], cut: int) -> None:
    raw = " ".join("Um " + " ".join(words) + "." for words in sentences)
    partial = " ".join(" ".join(words).capitalize() + "." for words in sentences)[:cut]
    text = completed(raw, partial, CLEAN)
    if text is not None:
        assert judge(raw, text, CLEAN).accepted
        spoken = [word for words in sentences for word in words]
        assert [word for word in text.lower().replace(".", "").split() if word != "um"] == spoken


def test_a_word_said_over_and_over_is_no_place() -> None:
    raw = "Um garden garden. Um garden garden. Um garden garden."
    assert completed(raw, "Garden garden. Garden garden. ", CLEAN) is None


@given(st.text(max_size=60), st.text(max_size=60))
@settings(max_examples=100, deadline=None)
def test_any_two_texts_can_be_completed(raw: str, partial: str) -> None:
    text = completed(raw, partial, CLEAN)
    assert text is None or judge(raw, text, CLEAN).accepted
