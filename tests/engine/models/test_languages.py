"""The table of languages: that of the library, and what people write instead of a code."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.models.languages import _OWN_NAMES, AUTO, LANGUAGES, described, name_of, nearest


def test_they_are_those_that_the_library_knows() -> None:
    from faster_whisper.tokenizer import _LANGUAGE_CODES

    assert set(LANGUAGES) == set(_LANGUAGE_CODES)
    assert list(LANGUAGES) == sorted(LANGUAGES)
    assert len(set(LANGUAGES.values())) == len(LANGUAGES)


@pytest.mark.parametrize(
    ("meant", "code"),
    [
        *[("german", "de"), ("Germann", "de"), ("DE", "de"), ("de-AT", "de"), ("de_DE.UTF-8", "de")],
        *[("deu", "de"), ("ger", "de"), ("fra", "fr"), ("dut", "nl"), ("eng", "en"), ("spa", "es")],
        *[("Mandarin", "zh"), ("zh-Hans", "zh"), ("jv", "jw"), ("haitian creole", "ht"), ("yue", "yue")],
        *[("deutsch", "de"), ("Français", "fr"), ("francais", "fr"), ("ESPAÑOL", "es"), ("日本語", "ja")],
        *[("espanol", "es"), ("portugues", "pt"), ("Deutch", "de"), ("dutch", "nl"), ("русский", "ru")],
        *[("nederlands", "nl"), ("norsk", "no"), ("中文", "zh"), ("fran\u0063\u0327ais", "fr")],
        *[("AUTO", AUTO), ("detect", AUTO), (" en ", "en")],
        *[("xx", None), ("klingon", None), ("", None)],
    ],
)
def test_what_was_meant(meant: str, code: str | None) -> None:
    assert nearest(meant) == code


@given(st.text(max_size=12))
def test_what_was_meant_is_always_a_language_or_nothing(meant: str) -> None:
    assert nearest(meant) in {None, AUTO, *LANGUAGES}


def test_all_own_names_are_of_languages_that_are_known() -> None:
    assert set(_OWN_NAMES.values()) <= set(LANGUAGES)
    assert all(nearest(name) == code for name, code in _OWN_NAMES.items())
    assert all(name == name.lower() for name in _OWN_NAMES)


def test_how_a_language_is_named() -> None:
    assert name_of("cy") == "Welsh"
    assert name_of("tlh") == "tlh"
    assert described("ht", 0.874) == "Haitian Creole (ht), 87 % sure"
