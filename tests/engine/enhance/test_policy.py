"""When a language model is spared a text."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.enhance.policy import reason_to_skip, writes_well
from tests.support.modes import CLEAN, shipped_modes

WORDS = "the report is due on friday"


@pytest.mark.parametrize(
    ("model", "well"),
    [
        *((name, True) for name in ("medium", "medium.en", "large-v3", "large-v3-turbo", "turbo")),
        *((name, True) for name in ("distil-large-v3", "Systran/faster-whisper-medium.en", "/m/large-v2")),
        *(
            (name, False)
            for name in ("tiny.en", "base", "small.en", "built-in", "distil-small.en", "enlarged")
        ),
    ],
)
def test_the_recognisers_that_write_well(model: str, well: bool) -> None:
    assert writes_well(model) is well
    reason = reason_to_skip(WORDS, CLEAN, model, skip_good=True, skip_words=4)
    assert reason == (f"{model} writes well already." if well else "")
    assert reason_to_skip(WORDS, CLEAN, model, skip_good=False, skip_words=4) == ""


@pytest.mark.parametrize(
    ("text", "most", "reason"),
    [
        ("hello", 4, "1 word needs no model."),
        ("one two three four", 4, "4 words need no model."),
        ("one two three four five", 4, ""),
        (WORDS * 9_000, 4, ""),
        ("hello", 0, ""),
    ],
)
def test_a_text_of_a_few_words_is_skipped_with_their_number(text: str, most: int, reason: str) -> None:
    assert reason_to_skip(text, CLEAN, "tiny", skip_good=True, skip_words=most) == reason


@pytest.mark.parametrize("mode", ["email", "notes", "commit", "comment", "prompt", "translate"])
def test_modes_that_make_something_else_of_the_words_are_never_skipped(mode: str) -> None:
    wanted = shipped_modes()[mode]
    assert reason_to_skip("hello", wanted, "large-v3", skip_good=True, skip_words=100) == ""
    assert reason_to_skip("hello", replace(wanted, optional=True), "tiny", skip_good=True, skip_words=4)
