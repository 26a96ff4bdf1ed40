"""The user's own forms in a text that a language model wrote."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.enhance.rules.own_forms import OwnForms

REPLACEMENTS = {
    "my address": "jane@example.org",
    "my address at work": "jane@work.example",
    "sign it": "Kind regards,\nJane",
    "basically": "",
    "  ": "never",
    "c plus plus": r"C++\1",
}


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Send it to my address, please.", "Send it to jane@example.org, please."),
        ("Send it to my address at work.", "Send it to jane@work.example."),
        ("My\naddress.", "jane@example.org."),
        ("It is, basically, done.", "It is, done."),
        ("It is basically done.", "It is done."),
        ("It is done, basically.", "It is done."),
        ("Basically, it is done.", "It is done."),
        ("One.\nbasically it is done", "One.\nit is done"),
        ("We use C plus plus and py test.", r"We use C++\1 and pytest."),
        ("My address my address", "jane@example.org jane@example.org"),
        ("It is basically basically done.", "It is done."),
        ("The summary addresses basics.", "The summary addresses basics."),
        ("Thanks. Sign it", "Thanks. Kind regards,\nJane"),
    ],
)
def test_what_the_user_says_is_written_as_the_user_wants(text: str, written: str) -> None:
    assert OwnForms(REPLACEMENTS, ["pytest"]).written(text) == written


@given(st.text())
def test_without_own_forms_no_text_changes(text: str) -> None:
    assert OwnForms({}, ()).written(text) == text
    assert OwnForms({"no such phrase anywhere": "x"}, ()).written(text).strip(" ") == text.strip(" ")
