"""The table of names, and what is said of those that are not in it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import get_args

import pytest

from engine import paths
from engine.models import catalog
from engine.models.catalog import MODELS


def test_the_names_are_those_of_faster_whisper() -> None:
    from faster_whisper.utils import _MODELS

    assert {name: model.repository for name, model in MODELS.items()} == _MODELS


def test_what_an_alias_says_is_what_the_model_says() -> None:
    for one, other in (("large", "large-v3"), ("turbo", "large-v3-turbo")):
        facts = [
            {key: value for key, value in asdict(MODELS[name]).items() if key != "name"}
            for name in (one, other)
        ]
        assert facts[0] == facts[1]


def test_models_take_about_two_bytes_a_parameter() -> None:
    assert all(1.9 <= model.megabytes / model.parameters <= 2.1 for model in MODELS.values())


def test_english_only_are_those_whose_name_says_so_and_the_distilled_ones() -> None:
    expected = {name for name in MODELS if name.endswith(".en") or name.startswith("distil")}
    assert {name for name, model in MODELS.items() if model.english_only} == expected
    assert catalog.is_english_only("/somewhere/my-base.en")
    assert not catalog.is_english_only("/somewhere/my-base")
    assert catalog.is_english_only("distil-whisper/distil-large-v3.5-ct2")


def test_cantonese_came_with_large_v3() -> None:
    from faster_whisper.tokenizer import _LANGUAGE_CODES

    assert MODELS["large-v3"].languages == MODELS["turbo"].languages == len(_LANGUAGE_CODES)
    assert MODELS["large-v2"].languages == MODELS["tiny"].languages == len(_LANGUAGE_CODES) - 1


def test_turbo_distilled_and_english_models_cannot_translate() -> None:
    able = {name for name, model in MODELS.items() if model.translates}
    assert able == {"tiny", "base", "small", "medium", "large", "large-v1", "large-v2", "large-v3"}


def test_larger_models_of_a_kind_are_never_faster() -> None:
    order = get_args(catalog.Speed)
    for end in ("", ".en"):
        kind = [MODELS[f"{size}{end}"] for size in ("tiny", "base", "small", "medium")]
        speeds = [order.index(model.speed) for model in kind]
        assert speeds == sorted(speeds)
    assert order.index(MODELS["turbo"].speed) < order.index(MODELS["large-v3"].speed)


@pytest.mark.parametrize(
    ("name", "speed"),
    [
        ("tiny.en", "fastest"),
        ("base", "fastest"),
        ("small", "fast"),
        ("distil-small.en", "fast"),
        ("distil-medium.en", "fast"),
        ("medium", "middling"),
        ("turbo", "middling"),
        ("distil-large-v3", "middling"),
        ("large-v2", "slow"),
    ],
)
def test_the_classes_of_speed(name: str, speed: str) -> None:
    assert MODELS[name].speed == speed


def test_a_repository_is_known_by_its_owner_and_name() -> None:
    assert catalog.named("Systran/faster-whisper-tiny") is MODELS["tiny"]
    assert catalog.named("someone/else") is None
    assert catalog.repository_of("tiny") == "Systran/faster-whisper-tiny"
    assert catalog.repository_of("someone/else") == "someone/else"


@pytest.mark.parametrize("path", ["", "mine", "/a/b", "~/b", "./b", "../b", "a/b/c", "a/", "/a"])
def test_a_path_is_no_repository(path: str) -> None:
    assert catalog.repository_of(path) is None


def test_an_owner_that_is_a_folder_here_makes_a_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert catalog.repository_of("converted/mine") == "converted/mine"
    (tmp_path / "converted").mkdir()
    assert catalog.repository_of("converted/mine") is None


def test_the_remedy_is_a_command_with_what_it_costs() -> None:
    assert catalog.how_to_get("base.en") == "Run: utter models pull base.en (about 148 MB)."
    assert catalog.how_to_get("someone/else") == "Run: utter models pull someone/else."


def test_a_typo_is_answered_with_the_nearest_name() -> None:
    assert catalog.nearest("base-en") == "base.en"
    assert catalog.nearest("large-v3-trubo") == "large-v3-turbo"
    assert catalog.nearest("xylophone") is None
    remedy = catalog.how_to_get("bsae.en")
    assert remedy.startswith('Did you mean "base.en"?')
    assert str(paths.models()) in remedy


def test_a_path_is_answered_with_what_belongs_in_it() -> None:
    assert "tokenizer.json" in catalog.how_to_get("/nowhere/at/all")


@pytest.mark.parametrize(("languages", "words"), [(0, ""), (1, "English"), (99, "99 languages")])
def test_languages_are_told_in_words(languages: int, words: str) -> None:
    assert catalog.languages_in_words(languages) == words
