"""Which folders are models, and where they are looked for."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from engine import paths
from engine.models.hub_cache import hub_cache
from engine.models.on_disk import find, flaw, incomplete, looked_in, missing_files, on_disk
from tests.support import random_whisper
from tests.support.model_folders import model_bin, put_in_hub, put_model


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder with nothing in it, and no word about the hub in the environment."""
    for variable in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    (tmp_path / "cwd").mkdir()
    monkeypatch.chdir(tmp_path / "cwd")
    return tmp_path / "home"


def test_nothing_is_found_on_an_empty_machine() -> None:
    assert find("base.en") is None
    assert on_disk() == []


def test_a_folder_is_found_by_its_path(tmp_path: Path) -> None:
    folder = put_model(tmp_path / "mine")
    assert find(str(folder)) == folder


def test_a_folder_is_found_by_a_relative_path_and_by_a_home_path(home: Path, tmp_path: Path) -> None:
    put_model(tmp_path / "cwd" / "here")
    assert find("here") == Path("here")
    assert find("./here") == Path("here")
    assert find("~/there") is None
    put_model(home / "there")
    assert find("~/there") == home / "there"


def test_a_model_in_the_users_folder_is_found_by_its_name() -> None:
    folder = put_model(paths.models() / "tuned")
    assert find("tuned") == folder
    assert [(model.name, model.path, model.own) for model in on_disk()] == [("tuned", folder, True)]


def test_a_repository_in_the_users_folder_is_found_by_its_name() -> None:
    folder = put_model(paths.models() / "someone--whisper-ct2")
    assert find("someone/whisper-ct2") == folder
    (listed,) = on_disk()
    assert listed.name == "someone/whisper-ct2"
    assert find(listed.name) == folder


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("large-v3-turbo", "turbo"),
        ("turbo", "large-v3-turbo"),
        ("tiny", "Systran/faster-whisper-tiny"),
        ("Systran--faster-whisper-tiny", "tiny"),
    ],
)
def test_a_model_is_found_under_its_other_names(folder: str, name: str) -> None:
    put_model(paths.models() / folder)
    assert find(name) == paths.models() / folder


@pytest.mark.parametrize("name", ["base.en", "Systran/faster-whisper-base.en"])
def test_a_model_in_the_hub_cache_is_found(home: Path, name: str) -> None:
    snapshot = put_in_hub(home / ".cache/huggingface/hub", "Systran/faster-whisper-base.en")
    assert find(name) == snapshot


@pytest.mark.parametrize(
    ("variable", "value", "cache"),
    [
        ("HF_HUB_CACHE", "{}/a", "a"),
        ("HUGGINGFACE_HUB_CACHE", "{}/b", "b"),
        ("HF_HOME", "{}/c", "c/hub"),
        ("XDG_CACHE_HOME", "{}/d", "d/huggingface/hub"),
    ],
)
def test_the_cache_lies_where_the_hub_puts_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, cache: str
) -> None:
    monkeypatch.setenv(variable, value.format(tmp_path))
    assert hub_cache() == tmp_path / cache
    code = "from huggingface_hub.constants import HF_HUB_CACHE; print(HF_HUB_CACHE)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert Path(said.stdout.strip()) == hub_cache()


def test_the_snapshot_of_the_main_branch_comes_first(home: Path) -> None:
    cache = home / ".cache/huggingface/hub"
    put_in_hub(cache, "Systran/faster-whisper-tiny", "old")
    main = put_in_hub(cache, "Systran/faster-whisper-tiny", "main-revision")
    put_in_hub(cache, "Systran/faster-whisper-tiny", "newer", main=False)
    assert find("tiny") == main


def test_another_snapshot_serves_where_that_of_main_is_incomplete(home: Path) -> None:
    cache = home / ".cache/huggingface/hub"
    whole = put_in_hub(cache, "Systran/faster-whisper-tiny", "whole")
    broken = put_in_hub(cache, "Systran/faster-whisper-tiny", "broken")
    (broken / "model.bin").unlink()
    assert find("tiny") == whole


def test_a_reference_that_makes_no_sense_is_passed_over(home: Path) -> None:
    snapshot = put_in_hub(home / ".cache/huggingface/hub", "Systran/faster-whisper-tiny")
    (snapshot.parents[1] / "refs" / "main").write_bytes(b"../../../\xff\x00")
    assert find("tiny") == snapshot


@pytest.mark.parametrize("name", ["model.bin", "config.json", "tokenizer.json", "vocabulary.json"])
def test_a_model_that_lacks_a_file_is_not_there(name: str) -> None:
    folder = put_model(paths.models() / "half", without=name)
    assert missing_files(folder) == [name]
    assert flaw(folder) == f"lacks {name}"
    assert find("half") is None
    assert on_disk() == []


def test_the_older_form_of_the_vocabulary_will_do() -> None:
    folder = put_model(paths.models() / "older", vocabulary="vocabulary.txt")
    assert find("older") == folder


def test_a_download_of_the_hub_that_is_not_finished_is_not_there(home: Path) -> None:
    snapshot = put_in_hub(home / ".cache/huggingface/hub", "Systran/faster-whisper-tiny")
    blob = (snapshot / "model.bin").resolve()
    blob.rename(blob.with_suffix(".incomplete"))
    assert find("tiny") is None
    assert missing_files(snapshot) == ["model.bin"]


@pytest.mark.parametrize("name", [".base.en.partial", ".base.en.removed"])
def test_what_comes_or_goes_is_not_there(name: str) -> None:
    put_model(paths.models() / name)
    assert find(name) is None
    assert on_disk() == []


def test_weights_that_are_cut_short_are_seen_at_any_place() -> None:
    folder = put_model(paths.models() / "cut")
    whole = model_bin()
    for length in range(1, len(whole), 997):
        (folder / "model.bin").write_bytes(whole[:length])
        assert "ends before" in flaw(folder), length
        assert find("cut") is None
    (folder / "model.bin").write_bytes(whole)
    assert find("cut") == folder


def test_a_pointer_in_the_place_of_weights_is_no_model() -> None:
    folder = put_model(paths.models() / "pointer")
    (folder / "model.bin").write_text("version https://git-lfs.github.com/spec/v1\n")
    assert "no model of CTranslate2" in flaw(folder)
    assert find("pointer") is None


def test_a_real_model_is_complete_until_its_last_byte_is_gone(tmp_path: Path) -> None:
    folder = shutil.copytree(random_whisper.shared(), tmp_path / "real")
    assert flaw(folder) == ""
    weights = folder / "model.bin"
    with weights.open("r+b") as file:
        file.truncate(weights.stat().st_size - 1)
    assert flaw(folder) == "is incomplete: model.bin ends before its last weights"


def test_models_on_disk_come_with_their_names_and_sizes(home: Path) -> None:
    cache = home / ".cache/huggingface/hub"
    put_in_hub(cache, "Systran/faster-whisper-base.en")
    snapshot = put_in_hub(cache, "someone/whisper-small-ct2")
    other = put_in_hub(cache, "someone/translator-ct2")
    (other / "model.bin").resolve().write_bytes(model_bin(specification="TransformerSpec"))
    (cache / "datasets--a--b").mkdir()
    models = {model.name: model for model in on_disk()}
    assert set(models) == {"base.en", "someone/whisper-small-ct2"}
    found = models["someone/whisper-small-ct2"]
    assert found.path == snapshot
    assert found.bytes == sum(len(path.read_bytes()) for path in snapshot.iterdir())
    assert not found.own
    assert find(found.name) == snapshot


def test_utters_own_copy_comes_before_that_of_the_hub(home: Path) -> None:
    put_in_hub(home / ".cache/huggingface/hub", "Systran/faster-whisper-tiny")
    own = put_model(paths.models() / "tiny")
    assert find("tiny") == own
    assert [(model.name, model.own) for model in on_disk()] == [("tiny", True)]


def test_the_places_that_were_searched_can_be_named() -> None:
    folder, hub = looked_in("base.en")
    assert folder == paths.models() / "base.en"
    assert hub == hub_cache() / "models--Systran--faster-whisper-base.en"
    assert looked_in("/nowhere/at/all") == [Path("/nowhere/at/all")]


def test_what_is_there_in_part_is_found_too(home: Path) -> None:
    assert incomplete("tiny") is None
    snapshot = put_in_hub(home / ".cache/huggingface/hub", "Systran/faster-whisper-tiny")
    (snapshot / "tokenizer.json").unlink()
    assert incomplete("tiny") == snapshot
    put_model(paths.models() / "tiny")
    assert incomplete("tiny") is None
    (paths.models() / "tiny" / "model.bin").write_text("nonsense")
    assert incomplete("tiny") == paths.models() / "tiny"
