"""Spoken figures: a written corpus, and what must hold for any words."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.enhance.enhancer import Draft
from engine.enhance.rules.figures import figures
from engine.enhance.rules.switches import Rules
from engine.speech.cleanup import compose
from engine.speech.tokens import tokens
from engine.speech.vocabulary import vocabulary
from tests.engine.enhance.rules.spoken_numbers import cardinal, ordinal, year
from tests.engine.enhance.speech import draft, drafts
from tests.support.measured import Record, say

CORPUS: dict[str, list[tuple[str, str]]] = {
    name: [(raw, clean) for raw, clean in part["pairs"]]
    for name, part in tomllib.loads(
        (Path(__file__).parent / "corpus_figures.toml").read_text("utf-8")
    ).items()
}
SHARES = {"tuning": 1.0, "held_out": 1.0, "held_out_second": 1.0}
"""The share of its pairs that each part of the corpus reaches at least."""

OTHERS = ["house", "river", "quick", "garden", "people", "server", "works", "because"]
"""Words that no rule for figures may touch."""

FIGURE_WORDS = sorted(
    vocabulary(
        "zero one two three five nine ten twelve fifteen nineteen twenty twenty-three thirty fifty sixties "
        "hundred thousand million point dot oh and a the of at in on to or by until between half quarter "
        "past first second third twelfth june may march dollars euros pounds cents sterling percent per cent "
        "degrees celsius metres minus hours minutes o'clock o clock am pm a.m. p.m. p. m. port version page "
        "error double i is it every delay 5 2026 3:30 $5 June May The."
    )
)
OFF = Rules(numbers=False, dates=False, times=False, currencies=False, units=False)


def spoken() -> st.SearchStrategy[str]:
    """Any figures' words among others."""
    return st.lists(st.sampled_from([*FIGURE_WORDS, *FIGURE_WORDS, *OTHERS]), max_size=16).map(" ".join)


def written(said: Draft, on: Rules | None = None) -> str:
    words = tokens(said)
    return compose(figures(words) if on is None else figures(words, on))


@pytest.mark.parametrize("part", CORPUS)
def test_the_corpus_is_written_as_it_should_be(part: str, record_property: Record) -> None:
    pairs = CORPUS[part]
    wrong = [(raw, got, clean) for raw, clean in pairs if (got := written(draft(raw))) != clean]
    share = 1 - len(wrong) / len(pairs)
    say(record_property, f"figures, {part}: {share:.1%} of {len(pairs)} pairs")
    assert share >= SHARES[part], wrong


@pytest.mark.parametrize("part", CORPUS)
def test_what_is_written_already_stays(part: str) -> None:
    changed = [(clean, got) for _, clean in CORPUS[part] if (got := written(Draft(clean))) != clean]
    assert not changed


def test_the_corpus_has_traps_and_enough_that_is_set_aside() -> None:
    traps = [
        raw for pairs in CORPUS.values() for raw, clean in pairs if raw.lower() == clean.lower().strip(".")
    ]
    assert len(traps) >= 30
    assert len(CORPUS["held_out"]) >= 40
    assert sum(map(len, CORPUS.values())) >= 250


@given(spoken())
@settings(max_examples=500)
def test_twice_is_once(said: str) -> None:
    once = written(Draft(said))
    assert written(Draft(once)) == once


@given(drafts())
@settings(max_examples=200)
def test_twice_is_once_for_tokens_with_pauses(said: Draft) -> None:
    once = figures(tokens(said))
    assert figures(once) == once


@given(st.text(max_size=60))
def test_any_text_can_be_written(said: str) -> None:
    once = written(Draft(said))
    assert written(Draft(once)) == once


@given(spoken())
@settings(max_examples=300)
def test_other_words_are_kept_in_order(said: str) -> None:
    kept = [word for word in written(Draft(said)).lower().strip(".?").split() if word in OTHERS]
    assert kept == [word for word in said.lower().split() if word in OTHERS]


@given(spoken())
def test_with_its_rules_off_nothing_is_changed(said: str) -> None:
    words = tokens(Draft(said))
    assert figures(words, OFF) == words


@pytest.mark.parametrize(
    ("rule", "said", "on", "off"),
    [
        ("numbers", "about twenty percent", "About 20%.", "About twenty percent."),
        ("numbers", "use port eight zero eight zero", "Use port 8080.", "Use port eight zero eight zero."),
        ("dates", "on june second", "On June 2.", "On June second."),
        ("times", "at half past six", "At 6:30.", "At half past six."),
        ("currencies", "they want five euros", "They want €5.", "They want 5 euros."),
        ("units", "a pipe of five metres", "A pipe of 5 metres.", "A pipe of five metres."),
    ],
)
def test_each_rule_can_be_switched_off(rule: str, said: str, on: str, off: str) -> None:
    assert written(Draft(said), Rules()) == on
    assert written(Draft(said), replace(Rules(), **{rule: False})) == off


def test_a_pause_that_ends_a_sentence_parts_numbers() -> None:
    assert written(draft("at five |0.9| thirty people came")) == "At five. 30 people came."


def test_punctuation_and_quotes_stay_around_figures() -> None:
    assert written(Draft('He said "twenty three dollars," and "half past two!"')) == (
        'He said "$23," and "2:30!"'
    )


@given(st.dates(date(1600, 1, 1), date(2099, 12, 31)))
def test_every_date_is_written_as_said(day: date) -> None:
    month = day.strftime("%B")
    said_day, said_year = " ".join(ordinal(day.day)), " ".join(year(day.year))
    first = f"it was on the {said_day} of {month.lower()} {said_year} in the morning"
    assert written(Draft(first)) == f"It was on {day.day} {month} {day.year} in the morning."
    second = f"it was on {month.lower()} {said_day} {said_year} in the morning"
    assert written(Draft(second)) == f"It was on {month} {day.day}, {day.year} in the morning."


@given(st.integers(1, 12), st.integers(1, 59), st.sampled_from(["am", "pm"]))
def test_every_time_of_day_is_written_as_said(hour: int, minute: int, half: str) -> None:
    minutes = [*(["oh"] if minute < 10 else []), *cardinal(minute)]
    said = " ".join(["it", "rang", "at", *cardinal(hour), *minutes, half, "and", "stopped"])
    assert written(Draft(said)) == f"It rang at {hour}:{minute:02} {half} and stopped."


@given(st.integers(0, 99_999), st.integers(0, 99), st.sampled_from([("dollars", "$"), ("euros", "€")]))
def test_every_price_is_written_as_said(whole: int, cents: int, currency: tuple[str, str]) -> None:
    name, sign = currency
    behind = ["and", *cardinal(cents), "cents"] if cents else []
    said = " ".join(["they", "want", *cardinal(whole), name, *behind, "for", "it"])
    figure = f"{whole:,}" if whole >= 10_000 else f"{whole}"
    assert written(Draft(said)) == f"They want {sign}{figure}{f'.{cents:02}' if cents else ''} for it."


@given(st.lists(st.integers(0, 9), min_size=7, max_size=12))
def test_every_telephone_number_is_written_as_said(digits: list[int]) -> None:
    steps = {after - before for before, after in pairwise(digits)}
    said = "call " + " ".join(" ".join(cardinal(digit)) for digit in digits) + " please"
    number = "".join(map(str, digits))
    assert written(Draft(said)) == (f"Call {number} please." if steps not in ({1}, {-1}) else f"C{said[1:]}.")
