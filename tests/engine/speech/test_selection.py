"""Which recogniser is chosen by what the settings say and what is on disk, and what is said of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine import paths
from engine.settings.load import load
from engine.settings.schema import RecognitionSettings
from engine.speech.selection import LIMITED, choose
from tests.support.model_folders import put_in_hub, put_model


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path / "hub"


def settings(recognizer: str) -> RecognitionSettings:
    changed = {"recognition.recognizer": recognizer, "recognition.model": "base.en"}
    return load(overrides=changed).settings.recognition


def test_without_weights_pocketsphinx_is_taken_and_the_command_told() -> None:
    choice = choose(settings("auto"))
    assert choice.name == "pocketsphinx"
    assert choice.remark == f"{LIMITED} Run: utter models pull base.en (about 148 MB)."


def test_with_weights_whisper_is_taken_without_a_word(cache: Path) -> None:
    put_in_hub(cache, "Systran/faster-whisper-base.en")
    choice = choose(settings("auto"))
    assert (choice.name, choice.model, choice.remark, choice.fallback) == ("whisper", "base.en", "", True)


def test_of_weights_that_are_cut_short_it_says_where_they_are_and_what_is_wrong() -> None:
    folder = put_model(paths.models() / "base.en")
    with (folder / "model.bin").open("r+b") as file:
        file.truncate(100)
    choice = choose(settings("auto"))
    assert choice.name == "pocketsphinx"
    assert choice.remark.startswith(f"The Whisper model in {folder} is incomplete: model.bin ends")
    assert choice.remark.endswith("utter models pull base.en (about 148 MB).")


@pytest.mark.parametrize("recognizer", ["whisper", "pocketsphinx"])
def test_what_is_asked_for_is_taken_whatever_is_on_disk(recognizer: str) -> None:
    choice = choose(settings(recognizer))
    assert (choice.name, choice.remark, choice.fallback) == (recognizer, "", False)
