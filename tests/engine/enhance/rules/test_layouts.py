"""How tidy sets a text out: bullets, e-mails and commit messages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.enhance.enhancer import Draft
from engine.enhance.rules.layouts import SUBJECT_CHARACTERS
from engine.enhance.tidy import tidy
from engine.enhance.writing_mode import Layout
from tests.engine.enhance.speech import draft
from tests.support.modes import CLEAN, shipped_modes

BULLETS = {
    "the server moves on monday |0.9| anna does it": "- The server moves on Monday\n- Anna does it",
    "The server moves. Dr. Smith knows, e.g. today. Is it late?": (
        "- The server moves\n- Dr. Smith knows, e.g. today\n- Is it late?"
    ),
    "first milk second bread third eggs": "1. Milk\n2. Bread\n3. Eggs",
    "buy bullet point milk bullet point bread": "- Buy:\n- Milk\n- Bread",
    "One.\n\nTwo.": "- One\n- Two",
    "- One.\n- Two.": "- One\n- Two",
    "um": "",
}
EMAILS = {
    "hi anna |0.5| thanks for the draft |0.9| page four is new |2.4| can you send it |0.9| thanks bob": (
        "Hi Anna,\n\nThanks for the draft. Page 4 is new.\n\nCan you send it?\n\nThanks,\nBob"
    ),
    "dear mr. jones we got your letter |0.9| kind regards |0.7| jane": (
        "Dear Mr. Jones,\n\nWe got your letter.\n\nKind regards,\nJane"
    ),
    "Hello Anna, thanks for the draft. It is good. Best regards, Bob.": (
        "Hello Anna,\n\nThanks for the draft. It is good.\n\nBest regards,\nBob"
    ),
    "Hi team. The build is red. I will look at it.": "Hi team,\n\nThe build is red. I will look at it.",
    "the build is red |2.4| i will look at it": "The build is red.\n\nI will look at it.",
    "the build is red |0.9| anna looks at it |2.1| please wait |0.9| many thanks jane doe": (
        "The build is red. Anna looks at it.\n\nPlease wait.\n\nMany thanks,\nJane Doe"
    ),
    "hello there is a problem": "Hello there is a problem.",
    "thanks to bob it works": "Thanks to bob it works.",
    "good morning everyone |0.5| the demo is at ten": "Good morning everyone,\n\nThe demo is at 10.",
}
COMMITS = {
    "fix the crash when the file is empty |0.9| we read the first line": (
        "Fix the crash when the file is empty\n\nWe read the first line."
    ),
    "Fix it.": "Fix it",
    "Add a table for the rules of tidy so that users can switch some off, because they dictate code.": (
        "Add a table for the rules of tidy so that users can switch some off\n\nBecause they dictate code."
    ),
    "bump version 3.5 e.g. today": "Bump version 3.5 e.g. today",
    "": "",
}


@pytest.mark.parametrize(
    ("layout", "spoken", "written"),
    [
        (layout, spoken, written)
        for layout, pairs in (("bullets", BULLETS), ("email", EMAILS), ("commit", COMMITS))
        for spoken, written in pairs.items()
    ],
)
def test_a_text_is_set_out_as_its_mode_asks(layout: Layout, spoken: str, written: str) -> None:
    mode = replace(CLEAN, layout=layout)
    text = tidy(draft(spoken), mode)
    assert text == written
    assert tidy(Draft(text), mode) == text


def test_a_long_subject_is_cut_where_a_clause_ends() -> None:
    said = (
        "Keep the words of a dictation that was cancelled, because people press the wrong key. Tests hold it."
    )
    subject, blank, body = tidy(Draft(said), shipped_modes()["commit"]).split("\n")
    assert subject == "Keep the words of a dictation that was cancelled"
    assert len(subject) <= SUBJECT_CHARACTERS
    assert (blank, body) == ("", "Because people press the wrong key. Tests hold it.")


def test_a_long_subject_without_a_clause_stays_whole() -> None:
    said = "word " * 30
    assert "\n" not in tidy(Draft(said.strip().replace("word word", "word bird")), shipped_modes()["commit"])
