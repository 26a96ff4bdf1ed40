"""Tidy's rules: the written corpora, the rule book, and what must hold for any words."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import paths
from engine.enhance.enhancer import Draft
from engine.enhance.rules.own_words import OwnWords
from engine.enhance.rules.rule_book import EXAMPLE_TERMS, RULE_BOOK, RuleEntry, rules_table, shown_in_one_line
from engine.enhance.rules.switches import ALL, Rules
from engine.enhance.tidy import tidy
from engine.enhance.writing_mode import Layout, WritingMode
from engine.settings.tidy import TidySettings
from engine.speech.vocabulary import vocabulary
from tests.engine.enhance.speech import WORDS, draft, drafts
from tests.support.measured import Record, say
from tests.support.modes import CLEAN

HERE = Path(__file__).parent
NONE = Rules(**{field.name: False for field in fields(Rules)})
TERMS = OwnWords(EXAMPLE_TERMS)
ENOUGH = 0.95
"""Share of the pairs that were tuned on that must come out as written."""

COMMANDS = sorted(
    vocabulary(
        "dot at com example slash colon http https www john anna comma period full stop question mark "
        "new line paragraph open close paren quote unquote end dash hyphen underscore first second "
        "third number one two bullet point next no make that monday tuesday sorry i mean wait scratch "
        "correction rather or actually five chairs capital lower case g t b as in bravo for double "
        "the a and is it report To Monday, No, Scratch that. Comma, period. dear hi thanks regards "
        "best semicolon config toml tilde etc hosts e. t. S-M-I-T-H 1. - yes on to w jane@example.org "
    )
    | set(WORDS)
    | {
        "number one",
        "number two",
        "bullet point",
        "open paren",
        "close paren",
        "end quote",
        "new line",
        "new paragraph",
    }
    | {
        "scratch that",
        "make that",
        "no wait",
        "dash dash",
        "question mark",
        "full stop",
        "at example dot com",
    }
    | {"colon slash slash", "as in bravo", "capital s m", "kind regards", "hi anna"}
)


def pairs_of(name: str) -> list[tuple[str, str]]:
    tables = tomllib.loads((HERE / name).read_text("utf-8"))
    return [(raw, written) for table in tables.values() for raw, written in table["pairs"]]


TUNED = pairs_of("corpus_rules.toml")
HELD_OUT = pairs_of("corpus_rules_heldout.toml")


def share(pairs: list[tuple[str, str]]) -> float:
    return sum(tidy(draft(raw), CLEAN) == written for raw, written in pairs) / len(pairs)


def test_the_corpora_hold_and_say_how_well(record_property: Record) -> None:
    tuned, held_out = share(TUNED), share(HELD_OUT)
    say(
        record_property,
        f"tidy's rules: {tuned:.1%} of {len(TUNED)} pairs, {held_out:.1%} of {len(HELD_OUT)} set aside",
    )
    assert tuned >= ENOUGH
    assert held_out >= ENOUGH


@pytest.mark.parametrize("written", [written for _, written in TUNED])
def test_the_written_side_stays_as_it_is(written: str) -> None:
    assert tidy(Draft(written), CLEAN) == written


@pytest.mark.parametrize("rule", RULE_BOOK, ids=lambda rule: rule.name)
def test_the_example_of_each_rule_is_what_it_does(rule: RuleEntry) -> None:
    assert tidy(Draft(rule.spoken), CLEAN, terms=TERMS) == rule.written


@pytest.mark.parametrize("rule", RULE_BOOK, ids=lambda rule: rule.name)
def test_a_rule_that_is_off_leaves_its_words_as_they_are(rule: RuleEntry) -> None:
    rules = replace(ALL, **{rule.name: False})
    text = tidy(Draft(rule.spoken), CLEAN, rules, terms=TERMS if rules.vocabulary else OwnWords(()))
    assert text != rule.written
    alone = replace(NONE, **{rule.name: True})
    assert tidy(Draft(rule.spoken), CLEAN, alone, terms=TERMS if alone.vocabulary else OwnWords(())) != text


def test_the_rule_book_the_rules_and_the_settings_have_the_same_names_in_the_same_order() -> None:
    names = [rule.name for rule in RULE_BOOK]
    assert names == [field.name for field in fields(Rules)]
    assert names == list(TidySettings.model_fields)
    assert TidySettings(**dict.fromkeys(names, False)).rules == NONE


def test_config_explains_each_rule_with_its_example() -> None:
    shipped = paths.shipped("config.toml").read_text("utf-8")
    for rule in RULE_BOOK:
        assert f"# {shown_in_one_line(rule)}\n{rule.name} = true" in shipped


def test_the_readme_carries_the_table() -> None:
    assert rules_table() in paths.shipped("README.md").read_text("utf-8"), "put rules_table() into README.md"


def test_every_list_of_a_text_is_set_out_at_once() -> None:
    bought = "we buy number one milk number two eggs |0.9| it rained |0.9| "
    cooked = "she said first wash second cut third cook |0.9| "
    written = "We buy:\n1. Milk\n2. Eggs\n\nIt rained. She said:\n1. Wash\n2. Cut\n3. Cook\n\n"
    text = tidy(draft(f"{(bought + cooked) * 9} done"), CLEAN)
    assert text == f"{written * 9}Done."
    assert tidy(Draft(text), CLEAN) == text


@pytest.mark.parametrize(
    ("spoken", "written"),
    [
        ("he scored a hundred percent i mean ninety percent", "He scored 90%."),
        ("it costs a thousand dollars sorry i mean nine hundred dollars", "It costs $900."),
        ("we sold half a million no make that two million", "We sold 2 million."),
        ("he got a twenty no wait thirty percent raise", "He got a 30% raise."),
    ],
)
def test_the_article_that_counts_goes_with_the_number_that_was_wrong(spoken: str, written: str) -> None:
    assert tidy(Draft(spoken), CLEAN) == written


@pytest.mark.parametrize(
    ("spoken", "written"),
    [
        ("line one um", "Line 1."),
        ("um para two", "Para 2."),
        ("see paragraph two", "See paragraph 2."),
        ("page two twenty three", "Page 223."),
        ("line two twenty three", "Line 223."),
        ("add a paragraph two lines long", "Add a paragraph two lines long."),
    ],
)
def test_places_in_a_text_are_numbered_alike(spoken: str, written: str) -> None:
    assert tidy(Draft(spoken), CLEAN) == written


@given(drafts(30))
@settings(max_examples=100)
def test_without_rules_no_word_is_changed(spoken: Draft) -> None:
    text = tidy(Draft(spoken.text), CLEAN, NONE)
    assert _letters(text) == _letters(spoken.text)


@pytest.mark.parametrize("layout", ["prose", "bullets", "email", "commit"])
@given(parts=st.lists(st.tuples(st.sampled_from(COMMANDS), st.sampled_from("    |")), max_size=14))
@settings(max_examples=60)
def test_twice_is_once_in_every_layout(layout: Layout, parts: list[tuple[str, str]]) -> None:
    spoken = draft("".join(f"{word}{' |2.0| ' if gap == '|' else ' '}" for word, gap in parts).strip())
    mode: WritingMode = replace(CLEAN, layout=layout)
    once = tidy(spoken, mode)
    assert tidy(Draft(once), mode) == once


@given(st.lists(st.sampled_from(COMMANDS), max_size=14))
@settings(max_examples=100)
def test_no_letter_is_added_that_was_not_spoken(parts: list[str]) -> None:
    rules = replace(ALL, numbers=False, dates=False, times=False, currencies=False, units=False)
    text = tidy(Draft(" ".join(parts)), CLEAN, rules)
    written = re.sub(r"\b\d{1,2}\. |localhost", "", text)
    said = " ".join(parts).lower() + "0123456789"
    doubled = "double" in parts
    for word in re.findall(r"[^\W\d_]+", written.lower()):
        assert word in said.replace(" ", "") or doubled or _is_spelled(word, parts), word


def _is_spelled(word: str, parts: list[str]) -> bool:
    """Whether the letters of a word were spoken one by one, in this order, words between them aside."""
    letters = iter("".join(part.strip(".").lower().replace("-", "") for part in parts))
    return all(letter in letters for letter in word)


def _letters(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())
