"""The guard: a written corpus with its two shares, and what must hold for any text."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.enhance.guard.judge import judge
from engine.enhance.guard.wrapping import cleaned
from engine.enhance.writing_mode import WritingMode
from tests.engine.enhance.guard.guard_corpus import MODES, Dictation, corpus
from tests.support.measured import Record, say

TUNING = [*corpus("corpus_guard"), *corpus("corpus_guard_modes"), *corpus("corpus_guard_more")]
REVIEWED = corpus("corpus_guard_reviewed")
HELD_OUT = [*corpus("corpus_guard_heldout"), *corpus("corpus_guard_fresh"), *corpus("corpus_guard_last")]
UNSEEN = corpus("corpus_guard_unseen")
ALL = [*TUNING, *REVIEWED, *HELD_OUT]
SEEN_LATE, LATE_LIMITS = corpus("corpus_guard_seen_late"), (0.025, 0.038)
UNSEEN_LIMITS = (0.0466, 0.1)
CLEAN, EMAIL = MODES["clean"], MODES["email"]
PIECES = ["No,", "not", "3:30", "twenty", "Mr.", "to", "I'm", '`"[x]', "a.b@c.de", "</think>", "明日"]
TEXTS = st.one_of(
    st.text(max_size=80),
    st.lists(st.sampled_from(PIECES)).map(" ".join),
)


def passes(dictation: Dictation, answer: str) -> bool:
    text = cleaned(answer, dictation.raw)
    return judge(dictation.raw, text, dictation.mode, language=dictation.language).accepted


def is_accepted(dictation: Dictation, answer: str) -> bool:
    return judge(dictation.raw, answer, dictation.mode, language=dictation.language).accepted


def shares(dictations: list[Dictation]) -> tuple[float, float]:
    """Which shares of the bad answers are let through, and of the good ones refused."""
    bad = [passes(one, answer) or is_accepted(one, answer) for one in dictations for answer in one.bad]
    good = [not passes(one, answer) for one in dictations for answer in one.good]
    return sum(bad) / len(bad), sum(good) / len(good)


def test_the_corpus_is_as_large_as_it_says() -> None:
    assert len(ALL) >= 350
    assert sum(len(one.good) for one in ALL) >= 500
    assert sum(len(one.bad) for one in ALL) >= 800


def test_hardly_a_bad_answer_is_let_through_and_hardly_a_good_one_refused(record_property: Record) -> None:
    parts = {"tuning": TUNING, "reviewed": REVIEWED, "held out": HELD_OUT, "all": ALL}
    for name, part in parts.items():
        let_through, refused = shares(part)
        say(record_property, f"guard, {name}: bad let through {let_through:.1%}, good refused {refused:.1%}")
        assert let_through <= 0.01, name
        assert refused <= 0.03, name


def test_what_was_written_before_the_rules_is_judged_as_well_as_is_said(record_property: Record) -> None:
    # The limits are what these parts reach now; what they reached at first sight stands in their headers.
    for name, part, limits in (("unseen", UNSEEN, UNSEEN_LIMITS), ("seen late", SEEN_LATE, LATE_LIMITS)):
        let_through, refused = shares(part)
        say(record_property, f"guard, {name}: bad let through {let_through:.1%}, good refused {refused:.1%}")
        assert let_through <= limits[0], name
        assert refused <= limits[1], name


@pytest.mark.parametrize(("dictation", "answer"), [(one, answer) for one in ALL for answer in one.mended])
def test_what_is_wrapped_around_a_good_answer_is_taken_off(dictation: Dictation, answer: str) -> None:
    assert not is_accepted(dictation, answer)
    assert passes(dictation, answer)


@pytest.mark.parametrize("dictation", ALL, ids=lambda one: one.raw[:30])
def test_every_refusal_has_a_reason_of_one_sentence(dictation: Dictation) -> None:
    for answer in dictation.bad:
        verdict = judge(dictation.raw, answer, dictation.mode, language=dictation.language)
        assert verdict.accepted == (not verdict.reason)
        assert verdict.accepted or verdict.reason.endswith(".")
        assert "\n" not in verdict.reason


@given(TEXTS, st.sampled_from([mode for mode in MODES.values() if mode.fidelity != "translated"]))
@settings(max_examples=200, deadline=None)
def test_the_text_itself_passes(text: str, mode: WritingMode) -> None:
    for language in ("en", "de", "xx"):
        assert judge(text, text, mode, language=language).accepted == bool(text.strip())


@given(
    TEXTS, TEXTS, st.sampled_from(list(MODES.values())), st.sampled_from(["en", "de", "fr", "es", "ja", ""])
)
@settings(max_examples=300, deadline=None)
def test_any_two_texts_can_be_judged(raw: str, answer: str, mode: WritingMode, language: str) -> None:
    verdict = judge(raw, cleaned(answer, raw), mode, language=language)
    assert verdict.accepted == (not verdict.reason)


def test_a_text_like_the_example_is_no_leak() -> None:
    mode = MODES["translate"]
    for raw, answer in (
        (mode.example_spoken, mode.example_written),
        ("der bericht ist am freitag fällig", "The report is due on Friday."),
    ):
        assert judge(raw, answer, mode, language="de").accepted
    refused = judge("wir sehen uns dann im büro", mode.example_written, mode, language="de")
    assert refused.reason == "The answer repeats what the model was told."


def test_the_instruction_is_a_leak_unless_it_was_spoken() -> None:
    told = MODES["clean"].instruction
    assert not judge("mend the fence", told, CLEAN).accepted
    assert judge(told.lower().replace(",", ""), told, CLEAN).accepted


def test_a_verbatim_answer_keeps_every_word_in_its_form() -> None:
    raw = "um i i walked home"
    for answer in (
        "I walked home.",
        "Um, I walked home.",
        "Um, I, I walk home.",
        "Um, I, I walked home now.",
    ):
        assert not judge(raw, answer, MODES["verbatim"]).accepted
    assert judge(raw, "Um, I, I walked home.", MODES["verbatim"]).accepted


def test_a_truncated_answer_is_refused_even_where_it_reads_well() -> None:
    verdict = judge("i went home", "I went home.", CLEAN, truncated=True)
    assert verdict.reason == "The answer was cut off at its limit of tokens."


@pytest.mark.parametrize("hostile", ['"', "[", "\n", "a.", "-", " ", "note: ", "i fixed ", "no ", "7 ", "<"])
def test_no_answer_takes_more_than_its_length_in_time(hostile: str) -> None:
    # Quadratic patterns would take minutes here, and the test's own time limit would end them.
    assert not judge("hello there my friend", "so " + hostile * 20_000 + " x", CLEAN).accepted
    verdict = judge(hostile * 5_000 + "said", hostile * 4_000 + "and so it goes", CLEAN)
    assert verdict.accepted == (not verdict.reason)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("", "The answer is empty."),
        ("We sold 45 units to Mara in May.", "It has the number 45, which was not spoken."),
        ("We sold units to Mara in May.", "It leaves out the number 54."),
        ("We sold 54 units to Mara in June.", "It has “June”, which was not spoken."),
        ("We never sold 54 units to Mara in May.", "It adds “never”."),
        ("<think>Fine.</think> We sold 54 units.", "The answer shows what the model thought."),
        ("I'm sorry, I can't help with that.", "The model refused instead of editing the text."),
        ("```\nWe sold 54 units to Mara in May.\n```", "The answer puts the text in a code block."),
    ],
)
def test_the_reason_names_what_is_wrong(answer: str, reason: str) -> None:
    assert judge("We sold 54 units to Mara in May.", answer, CLEAN).reason == reason


def test_quotes_that_were_spoken_stay() -> None:
    assert cleaned('"Stay here."', '"stay here"') == '"Stay here."'
    assert cleaned('"Stay here."', "stay here") == "Stay here."


def test_a_line_that_was_spoken_is_no_preamble() -> None:
    assert (
        cleaned("Here is the text: come at six.", "here is the text come at six")
        == "Here is the text: come at six."
    )


def test_a_blank_to_fill_in_at_the_end_is_taken_off() -> None:
    assert (
        cleaned("Hello,\n\nI am late.\n\nBest regards,\n[Your Name]", "i am late")
        == "Hello,\n\nI am late.\n\nBest regards,"
    )


def test_a_mode_of_ones_own_is_held_to_its_fidelity() -> None:
    own = replace(EMAIL, name="mine", fidelity="exact", layout="prose")
    assert not judge("we meet at six", "We will meet at six.", own).accepted
    assert judge("we meet at six", "We meet at 6.", own).accepted
