"""The rule-based enhancer: a written corpus, and what must hold for any words."""

from __future__ import annotations

import tomllib
from contextlib import aclosing
from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.enhance.enhancer import Draft, Enhancer
from engine.enhance.rules.layouts import sentences
from engine.enhance.tidy import Tidy, tidy
from engine.speech.cleanup import readable
from tests.engine.enhance.speech import draft, drafts
from tests.support.modes import CLEAN, VERBATIM

CORPUS = tomllib.loads((Path(__file__).parent / "corpus_tidy.toml").read_text("utf-8"))
PAIRS = [(raw, clean) for part in CORPUS.values() for raw, clean in part["pairs"]]
CONTENT = ["house", "river", "quick", "letters", "walking", "stone", "garden", "paper", "window", "bridge"]


@pytest.mark.parametrize(("raw", "clean"), PAIRS)
def test_the_corpus_holds(raw: str, clean: str) -> None:
    assert tidy(draft(raw), CLEAN) == clean


@pytest.mark.parametrize("clean", [clean for _, clean in PAIRS])
def test_the_clean_side_of_the_corpus_stays_as_it_is(clean: str) -> None:
    assert tidy(Draft(clean), CLEAN) == clean


@given(drafts())
@settings(max_examples=150)
def test_twice_is_once(spoken: Draft) -> None:
    once = tidy(spoken, CLEAN)
    assert tidy(Draft(once), CLEAN) == once


@given(st.text(max_size=60))
@settings(max_examples=300)
def test_any_text_can_be_tidied_and_twice_is_once(text: str) -> None:
    once = tidy(Draft(text), CLEAN)
    assert tidy(Draft(once), CLEAN) == once


@given(st.lists(st.sampled_from([*CONTENT, "um", "uh", "the", "the the", "i i"]), max_size=30))
def test_content_words_are_neither_dropped_nor_invented(parts: list[str]) -> None:
    text = tidy(Draft(" ".join(parts)), CLEAN).lower().replace(".", "")
    said = [part for part in parts if part in CONTENT]
    kept = [word for word in text.split() if word in CONTENT]
    assert [word for word, _ in groupby(kept)] == [word for word, _ in groupby(said)], "only repeats may go"
    assert set(text.split()) <= {*CONTENT, "the", "i"}


@given(drafts())
def test_verbatim_is_what_cleanup_makes(spoken: Draft) -> None:
    assert tidy(spoken, VERBATIM) == readable(spoken)


def test_another_language_is_only_made_readable() -> None:
    assert tidy(Draft("Um livro, um, dois", language="pt"), CLEAN) == "Um livro, um, dois."


async def test_deltas_come_by_sentence_and_make_up_the_text() -> None:
    spoken = draft("um it rained |0.9| we went home |0.9| is it late")
    enhancer: Enhancer = Tidy()
    pieces = [delta.text async for delta in enhancer.enhance(spoken, CLEAN)]
    assert pieces == ["It rained. ", "We went home. ", "Is it late?"]


async def test_closing_the_iterator_ends_the_work() -> None:
    deltas = Tidy().enhance(draft("one |0.9| two |0.9| three"), CLEAN)
    async with aclosing(deltas):
        assert (await anext(deltas)).text == "One. "
    with pytest.raises(StopAsyncIteration):
        await anext(deltas)


async def test_nothing_gives_no_delta() -> None:
    assert [delta async for delta in Tidy().enhance(Draft("um"), CLEAN)] == []


@given(st.text())
def test_sentences_joined_are_the_text(text: str) -> None:
    pieces = list(sentences(text))
    assert "".join(pieces) == text
    assert all(pieces)
