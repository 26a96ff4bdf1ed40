from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.speech.hallucination import PHRASE_LOOP, WORD_LOOP, Decoded, believed, without_loops


def decoded(text: str, no_speech: float = 0.02, log_probability: float = -0.3) -> Decoded:
    return Decoded(text, 0.0, 2.0, no_speech, log_probability)


def texts(*segments: Decoded, prompts: tuple[str, ...] = (), sound_s: float = 5.0) -> list[str]:
    return [segment.text for segment in believed(segments, prompts, sound_s)]


def test_speech_passes_as_it_is() -> None:
    assert texts(decoded("Thank you."), decoded("See you at four.")) == ["Thank you.", "See you at four."]


@pytest.mark.parametrize(
    "text", ["Thank you.", "Thanks for watching!", "Untertitel der Amara.org-Community", "you"]
)
def test_what_subtitles_say_over_silence_goes_only_where_there_is_silence(text: str) -> None:
    assert texts(decoded(text, no_speech=0.7)) == []
    assert texts(decoded(text, no_speech=0.4)) == [text]


def test_improbable_words_over_silence_go() -> None:
    assert texts(decoded("a rather odd thing", no_speech=0.8, log_probability=-0.9)) == []
    assert texts(decoded("a rather odd thing", no_speech=0.8, log_probability=-0.2)) != []
    assert texts(decoded("a rather odd thing", no_speech=0.1, log_probability=-0.9)) != []


def test_an_echo_of_the_prompt_goes_where_speech_is_doubtful() -> None:
    prompts = ("We spoke about the quarterly report.", "utter, Textual, PocketSphinx")
    assert texts(decoded("the quarterly report", no_speech=0.35), prompts=prompts) == []
    assert texts(decoded("Utter, Textual.", no_speech=0.35), prompts=prompts) == []
    assert texts(decoded("the quarterly figures", no_speech=0.35), prompts=prompts) != []


def test_who_repeats_himself_is_heard() -> None:
    prompts = ("We spoke about the quarterly report.", "utter, Textual")
    assert texts(decoded("Textual"), decoded("The quarterly report."), prompts=prompts) == [
        "Textual",
        "The quarterly report.",
    ]


def test_an_echo_faster_than_anyone_speaks_goes() -> None:
    prompt = "please remember to send the updated figures"
    assert texts(decoded(prompt), prompts=(prompt,), sound_s=0.4) == []
    assert texts(decoded(prompt), prompts=(prompt,), sound_s=2.4) == [prompt]


def test_segments_without_words_go() -> None:
    assert texts(decoded("..."), decoded(""), decoded("Yes.")) == ["Yes."]


def test_a_segment_that_comes_for_ever_is_kept_once() -> None:
    assert texts(decoded("Go on."), *[decoded("I see.")] * 6, decoded("Right.")) == [
        "Go on.",
        "I see.",
        "Right.",
    ]
    assert texts(*[decoded("Yes.")] * 3) == ["Yes."] * 3


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("and then we went to the, to the, to the, to the, to the", "and then we went to the,"),
        ("I think that I think that I think that I think that I", "I think that"),
        ("no no no no", "no no no no"),
        ("the " * 20 + "end", "the end"),
        ("very, very, very good", "very, very, very good"),
        ("one two three four five " * 9, "one two three four five"),
        ("", ""),
    ],
)
def test_a_loop_is_cut_down_to_one_turn(text: str, expected: str) -> None:
    assert without_loops(text) == expected


words = st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=30)


@given(words)
def test_only_whole_words_go_and_order_stays(spoken: list[str]) -> None:
    kept = iter(spoken)
    assert all(word in kept for word in without_loops(" ".join(spoken)).split())


@given(words.filter(lambda spoken: all(a != b for a, b in pairwise(spoken))), st.integers(WORD_LOOP, 60))
def test_no_loop_survives(before: list[str], times: int) -> None:
    text = " ".join([*before, *["round", "and"] * times])
    assert without_loops(text).split().count("round") == 1


@given(st.lists(st.text("abcdefgh", min_size=1, max_size=3), max_size=30, unique=True))
def test_words_that_differ_are_never_touched(spoken: list[str]) -> None:
    assert without_loops(" ".join(spoken)).split() == spoken


@given(words, st.integers(1, PHRASE_LOOP - 1))
def test_fewer_turns_than_a_loop_has_are_speech(phrase: list[str], turns: int) -> None:
    spoken = ["x", *phrase, "y"] * turns
    if without_loops(" ".join(phrase)).split() == phrase:
        assert without_loops(" ".join(spoken)).split() == spoken
