"""The user's own: replacements and terms, in every mode and language."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.enhance.enhancer import Draft
from engine.enhance.rules.own_words import OwnWords
from engine.enhance.rules.replacements import Replacements
from engine.enhance.rules.switches import Rules
from engine.enhance.tidy import Tidy, tidy
from tests.engine.enhance.speech import draft, drafts
from tests.support.modes import CLEAN, VERBATIM, shipped_modes

TABLE = {
    "my address": "jane@example.org",
    "my address at work": "jane@work.example.org",
    "kind regards": "Kind regards,\nJane",
    "basically": "",
    "shrug": "um, the the",
    "BRB": "be right back",
    "new line": "newline",
}
SAID = {
    "write to my address please": "Write to jane@example.org please.",
    "write to My Address at work": "Write to jane@work.example.org",
    "Write to my address.": "Write to jane@example.org.",
    "that is it |0.9| kind regards": "That is it. Kind regards,\nJane",
    "That is it. Kind regards.": "That is it. Kind regards,\nJane",
    "we sent kind regards": "We sent Kind regards,\nJane",
    "i basically agree": "I agree.",
    "basically i agree": "I agree.",
    "Basically, we agree.": "We agree.",
    "We agree, basically.": "We agree.",
    "We agree, basically. They do not.": "We agree. They do not.",
    "um a shrug um": "A um, the the.",
    "brb": "be right back",
    "we will brb": "We will be right back.",
    "brb |0.9| it is late": "be right back. It is late.",
    "a new line": "A newline.",
    "be kind |0.9| regards": "Be kind. Regards.",
    "my, address": "My, address.",
    "addresses of mine": "Addresses of mine.",
}


@pytest.mark.parametrize("spoken", SAID)
def test_what_the_user_says_is_written_as_the_user_wants(spoken: str) -> None:
    assert tidy(draft(spoken), CLEAN, replacements=Replacements(TABLE)) == SAID[spoken]


def test_the_written_form_is_not_edited_and_not_replaced_again() -> None:
    replacements = Replacements({"one": "two two", "two": "three"})
    assert tidy(Draft("one and two"), CLEAN, replacements=replacements) == "two two and three."


def test_replacements_and_terms_apply_where_no_rule_does() -> None:
    replacements, terms = Replacements({"meine adresse": "jane@example.org"}), OwnWords(["GitHub"])
    german = Draft("Ähm, meine Adresse bei git hub", language="de")
    assert tidy(german, CLEAN, replacements=replacements, terms=terms) == "Ähm, jane@example.org bei GitHub."
    english = Draft("um meine adresse bei git hub")
    for mode in (VERBATIM, shipped_modes()["translate"]):
        text = tidy(english, mode, replacements=replacements, terms=terms)
        assert text == "Um jane@example.org bei GitHub."


def test_nothing_that_was_dictated_is_taken_for_a_stand_in() -> None:
    private = "a \U000f0000x and \U000f0001\U000f0001"
    replacements = Replacements({"a": "b", "and": "or"})
    text = tidy(Draft(private), VERBATIM, replacements=replacements)
    assert text == "A \U000f0000x and \U000f0001\U000f0001"


@settings(max_examples=50)
@given(drafts(), st.dictionaries(st.sampled_from(["the", "um", "a report", "Friday", "i i"]), st.just("Q")))
def test_all_that_is_said_is_written_and_no_stand_in_is_left(spoken: Draft, table: dict[str, str]) -> None:
    text = tidy(spoken, VERBATIM, replacements=Replacements(table))
    assert not any(char >= "\U000f0000" for char in text)
    if not table:
        assert text == tidy(spoken, VERBATIM)


TERMS = (
    *("pytest", "Textual", "GitHub", "PostgreSQL", "utf-8", "Visual Studio Code"),
    *("Node.js", "Maybe", "Go", "C++"),
)
WRITTEN = {
    "run py test with textual": "Run pytest with Textual.",
    "Py-test is great.": "pytest is great.",
    "push it to git hub": "Push it to GitHub.",
    "Github's new page": "GitHub's new page",
    "the postgres q l server": "The PostgreSQL server.",
    "encode it as utf eight": "Encode it as utf-8.",
    "open visual studio code": "Open Visual Studio Code.",
    "install node dot js": "Install Node.js.",
    "go to the shop": "Go to the shop.",
    "it may be late": "It may be late.",
    "see example.com/textual, textual.py or --textual": "See example.com/textual, textual.py or --textual.",
    "the text ual part": "The Textual part.",
    "the text |0.9| ual part": "The text. Ual part.",
    "contextual and textually": "Contextual and textually.",
    "c is a letter": "C is a letter.",
}


@pytest.mark.parametrize("spoken", WRITTEN)
def test_terms_are_written_as_the_user_spells_them(spoken: str) -> None:
    text = tidy(draft(spoken), CLEAN, terms=OwnWords(TERMS))
    assert text.removesuffix(".") == WRITTEN[spoken].removesuffix(".")
    assert tidy(Draft(text), CLEAN, terms=OwnWords(TERMS)) == text


async def test_the_enhancer_applies_what_it_was_made_with() -> None:
    enhancer = Tidy(Rules(fillers=False), {"my address": "jane@example.org"}, ["GitHub"])
    said = Draft("um see my address on git hub")
    assert [delta.text async for delta in enhancer.enhance(said, CLEAN)] == [
        "Um see jane@example.org on GitHub."
    ]
    enhancer = Tidy(Rules(vocabulary=False), {}, ["GitHub"])
    assert [delta.text async for delta in enhancer.enhance(Draft("on git hub"), CLEAN)] == ["On git hub."]
