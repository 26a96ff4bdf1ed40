"""The guard's patterns: written as they are meant, and what they find."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator

import pytest

import engine.enhance.guard
from engine.enhance.guard.judge import judge
from engine.enhance.guard.patterns import Manner
from tests.engine.enhance.guard.guard_corpus import MODES


def compiled() -> Iterator[tuple[str, str]]:
    """Every compiled pattern of the guard's modules."""
    for found in pkgutil.iter_modules(engine.enhance.guard.__path__):
        module = importlib.import_module(f"engine.enhance.guard.{found.name}")
        for name, value in vars(module).items():
            for at, one in enumerate(value if isinstance(value, Manner) else (value,)):
                if isinstance(one, re.Pattern):
                    yield f"{found.name}.{name}.{at}", one.pattern


def test_no_repeat_has_become_a_tuple() -> None:
    # In an f-string `{0, 160}` is a tuple, and its brackets are a group: the pattern matches nothing.
    patterns = dict(compiled())
    assert len(patterns) >= 15
    assert [name for name, pattern in patterns.items() if re.search(r"\(\d+, \d+\)", pattern)] == []


@pytest.mark.parametrize(
    ("language", "raw", "answer"),
    [
        ("de", "bitte schick mir den bericht", "Sure, here it is: please send me the report."),
        ("en", "please send me the report", "Sure, here it is: please send me the report."),
        ("de", "bitte schick mir den bericht", "Here is the translation: please send me the report."),
        ("de", "bitte schick mir den bericht", "Leider kann ich das so nicht übersetzen."),
        ("fr", "envoie-moi le rapport", "Je ne peux malheureusement pas vous aider."),
        ("de", "bitte schick mir den bericht", "Hello there! I'm sorry, no."),
        ("de", "bitte schick mir den bericht", "It seems that there was no text."),
    ],
)
def test_what_a_model_says_beside_a_translation_is_refused(language: str, raw: str, answer: str) -> None:
    assert not judge(raw, answer, MODES["translate"], language=language).accepted
