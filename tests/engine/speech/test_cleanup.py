"""Readable sentences of recognised words: nothing is changed but spacing, capitals and marks."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.enhance.enhancer import Draft, Pause
from engine.speech.cleanup import readable
from tests.engine.enhance.speech import draft, drafts, phrases
from tests.support.live import readable_live


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("", ""),
        ("   ", ""),
        ("hello", "Hello."),
        ("um the the report", "Um the the report."),
        ("i think i'm late and i’ll run", "I think I'm late and I’ll run."),
        ("we met |0.7| it was good", "We met. It was good."),
        ("we met |0.59| it was good", "We met it was good."),
        ("the |2.0| report |0.7| is of |0.9| use", "The report is of use."),
        ("we met |0.4| but it rained |0.7| and it was cold", "We met, but it rained, and it was cold."),
        ("um |0.7| the report", "Um, the report."),
        ("is it late |0.7| what is it |0.7| it is", "Is it late? What is it? It is."),
        ("see you on mondays in april", "See you on Mondays in April."),
        ("march may march in may", "March may march in may."),
        ("the u.s. and the u. s. a.", "The U.S. and the USA."),
        ("i. b.\nm. |0.2| x.", "IB\nM X."),
        ("dr. smith saw mrs. jones", "Dr. Smith saw Mrs. Jones."),
        ("hello there. how are you? fine", "Hello there. How are you? Fine."),
        ("wait... what", "Wait... what."),
        ("one, two,", "One, two."),
        ("hello , world !", "Hello, world!"),
        ("hello,world", "Hello, world."),
        ('say "hello"', 'Say "hello".'),
        ("a list:", "A list:"),
        ("https://example.org/x", "https://example.org/x"),
        ("émile a dit oui", "Émile a dit oui."),
        ("ßtraße", "ßtraße."),
        ("你好", "你好"),
        ("first\nsecond\r\n\r\nthird", "First\nSecond\n\nThird."),
        ("10 000 euros", "10 000 euros."),
        ("I went to |0.9| New York", "I went to New York."),
        ("eBay and iPhone. node.js is fine", "eBay and iPhone. node.js is fine."),
    ],
)
def test_text_becomes_readable(raw: str, shown: str) -> None:
    assert readable(draft(raw)) == shown


def test_the_pronoun_is_a_rule_of_english_only() -> None:
    assert readable(Draft("amo i libri", language="it")) == "Amo i libri."


def test_a_pause_is_found_wherever_its_offset_lies() -> None:
    text = "we met it was good"
    for offset in (6, 7, 8):
        assert readable(Draft(text, (Pause(offset, 0.8),))) == "We met. It was good."
    assert readable(Draft(text, (Pause(0, 0.8), Pause(99, 0.8)))) == "We met it was good."


@given(drafts())
@settings(max_examples=300)
def test_no_letter_is_changed_but_its_case(spoken: Draft) -> None:
    assert _letters(readable(spoken)) == _letters(spoken.text)


@given(st.text(max_size=80))
@settings(max_examples=300)
def test_any_text_keeps_its_letters(text: str) -> None:
    assert _letters(readable(Draft(text))) == _letters(text)


@given(drafts())
@settings(max_examples=300)
def test_text_that_begins_with_a_capital_is_trusted(spoken: Draft) -> None:
    shown = readable(spoken)
    if shown[:1].isupper():
        assert readable(Draft(shown)) == shown


@given(phrases(), st.lists(st.sampled_from([0.2, 0.4, 0.6, 0.9, 2.0]), min_size=5, max_size=5))
@example(["so it", "is it", "is"], [0.6, 0.6, 0.6, 0.6, 0.6])
@settings(max_examples=300)
def test_what_is_shown_live_never_changes(spoken: list[str], silences: list[float]) -> None:
    shown = ""
    text = ""
    pauses: list[Pause] = []
    for phrase, silence in zip(spoken, silences, strict=False):
        if text:
            text += " "
            pauses.append(Pause(len(text), silence))
        text += phrase
        now = readable_live(Draft(text, tuple(pauses)))
        assert now.startswith(shown)
        shown = now
    final = readable(Draft(text, tuple(pauses)))
    assert final.startswith(shown.removesuffix(","))
    assert len(final) <= len(shown) + 1


@given(st.text(alphabet=" \t\n", min_size=1), st.text(alphabet=" \t\n", min_size=1))
def test_white_space_is_single(before: str, between: str) -> None:
    shown = readable(Draft(f"{before}hello{between}there{before}"))
    assert re.fullmatch(r"Hello( |\n\n?)[tT]here\.", shown)


def _letters(text: str) -> str:
    return "".join(char for char in text if char.isalnum()).casefold()
