from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.models.decoding import TABLE
from engine.speech.hallucination import Decoded, believed, is_poor
from engine.speech.recognizer import Word

ROW = TABLE["base"]


def decoded(text: str, no_speech: float = 0.02, log_probability: float = -0.3) -> Decoded:
    return Decoded(text, 0.0, 2.0, no_speech, log_probability)


def texts(*segments: Decoded, prompts: tuple[str, ...] = (), sound_s: float = 5.0) -> list[str]:
    return [segment.text for segment in believed(segments, prompts, sound_s, ROW)]


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


def without_loops(text: str) -> str:
    return " ".join(texts(decoded(text), sound_s=60.0))


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


@given(words.filter(lambda spoken: all(a != b for a, b in pairwise(spoken))), st.integers(ROW.word_loop, 60))
def test_no_loop_survives(before: list[str], times: int) -> None:
    text = " ".join([*before, *["round", "and"] * times])
    assert without_loops(text).split().count("round") == 1


@given(st.lists(st.text("abcdefgh", min_size=1, max_size=3), max_size=30, unique=True))
def test_words_that_differ_are_never_touched(spoken: list[str]) -> None:
    assert without_loops(" ".join(spoken)).split() == spoken


@given(words, st.integers(1, ROW.phrase_loop - 1))
def test_fewer_turns_than_a_loop_has_are_speech(phrase: list[str], turns: int) -> None:
    spoken = ["x", *phrase, "y"] * turns
    if without_loops(" ".join(phrase)).split() == phrase:
        assert without_loops(" ".join(spoken)).split() == spoken


def test_the_words_of_a_loop_go_with_its_text() -> None:
    texts_of = [*["so", "then"], *["la"] * 12, "end"]
    words = tuple(Word(text, index / 4, (index + 1) / 4) for index, text in enumerate(texts_of))
    segment = Decoded(" ".join(texts_of), 0.0, 4.0, 0.02, -0.3, words=words)
    (kept,) = believed([segment], (), 4.0, ROW)
    assert kept.text == "so then la end"
    assert [(word.text, word.start_s) for word in kept.words] == [
        ("so", 0.0),
        ("then", 0.25),
        ("la", 0.5),
        ("end", 3.5),
    ]


def test_words_that_are_not_the_parts_of_the_text_are_not_guessed_at() -> None:
    words = tuple(Word(text, 0.0, 1.0) for text in "abcdefgh" * 2)
    segment = Decoded("ab " * 12, 0.0, 4.0, 0.02, -0.3, words=words)
    (kept,) = believed([segment], (), 4.0, ROW)
    assert (kept.text, kept.words) == ("ab", ())


def test_a_text_that_repeats_itself_goes_where_speech_is_doubtful() -> None:
    loop = "and then the one that goes before and then the one that goes behind"
    assert believed([Decoded(loop, 0.0, 9.0, 0.4, -0.3, compression=2.9)], (), 9.0, ROW) == []
    assert believed([Decoded(loop, 0.0, 9.0, 0.1, -0.3, compression=2.9)], (), 9.0, ROW) != []


def test_a_model_that_cannot_judge_silence_is_judged_by_its_certainty() -> None:
    turbo = TABLE["turbo"]
    unsure = Decoded("Thank you.", 0.0, 2.0, 1e-9, -0.9)
    sure = Decoded("Thank you.", 0.0, 2.0, 1e-9, -0.2)
    prompts = ("we spoke about the quarterly report",)
    assert believed([unsure, sure], (), 2.0, turbo) == [sure]
    echo = Decoded("the quarterly report", 0.0, 2.0, 1e-9, -0.9)
    assert believed([echo], prompts, 2.0, turbo) == []
    assert believed([echo], (), 2.0, turbo) == [echo]


def test_an_unguarded_model_is_believed_every_word() -> None:
    segments = [Decoded("la " * 40, 0.0, 2.0, 0.99, -9.0), Decoded("...", 0.0, 2.0, 0.99, -9.0)]
    assert believed(segments, ("la la",), 2.0, ROW.unguarded()) == segments


def test_a_poor_result_is_improbable_or_repeats_itself() -> None:
    assert is_poor(Decoded("a", 0.0, 1.0, 0.1, -1.1), ROW)
    assert is_poor(Decoded("a", 0.0, 1.0, 0.1, -0.1, compression=2.5), ROW)
    assert not is_poor(Decoded("a", 0.0, 1.0, 0.7, -1.1), ROW)
    assert not is_poor(Decoded("a", 0.0, 1.0, 0.1, -0.9), ROW)
    assert not is_poor(Decoded("a", 0.0, 1.0, 0.1, -9.0, compression=9.0), ROW.unguarded())
