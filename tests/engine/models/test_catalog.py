from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from engine import paths
from engine.models import catalog


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


def put_model(folder: Path, *, without: str = "", vocabulary: str = "vocabulary.json") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("model.bin", "config.json", "tokenizer.json", vocabulary):
        if name != without:
            (folder / name).write_text(json.dumps({"alignment_heads": []}))
    return folder


def put_in_hub(cache: Path, repository: str, revision: str = "abc", *, main: bool = True) -> Path:
    """A repository as the hub keeps it: blobs, and snapshots of links to them."""
    folder = cache / f"models--{repository.replace('/', '--')}"
    blobs = put_model(folder / "blobs")
    snapshot = folder / "snapshots" / revision
    snapshot.mkdir(parents=True)
    for blob in blobs.iterdir():
        (snapshot / blob.name).symlink_to(blob)
    if main:
        (folder / "refs").mkdir(exist_ok=True)
        (folder / "refs" / "main").write_text(revision)
    return snapshot


def test_the_names_are_those_of_faster_whisper() -> None:
    from faster_whisper.utils import _MODELS

    assert {name: model.repository for name, model in catalog.MODELS.items()} == _MODELS


def test_english_only_models_say_so_in_their_name() -> None:
    assert all(model.english_only == model.name.endswith(".en") for model in catalog.MODELS.values())
    assert catalog.is_english_only("/somewhere/my-base.en")
    assert not catalog.is_english_only("/somewhere/my-base")


def test_nothing_is_found_on_an_empty_machine() -> None:
    assert catalog.find("base.en") is None
    assert catalog.on_disk() == []


def test_a_folder_is_found_by_its_path(tmp_path: Path) -> None:
    folder = put_model(tmp_path / "mine")
    assert catalog.find(str(folder)) == folder


def test_a_folder_is_found_by_a_relative_path_and_by_a_home_path(home: Path, tmp_path: Path) -> None:
    put_model(tmp_path / "cwd" / "here")
    assert catalog.find("here") == Path("here")
    assert catalog.find("./here") == Path("here")
    assert catalog.find("~/there") is None
    put_model(home / "there")
    assert catalog.find("~/there") == home / "there"


def test_a_model_in_the_users_folder_is_found_by_its_name() -> None:
    folder = put_model(paths.models() / "tuned")
    assert catalog.find("tuned") == folder
    assert [(model.name, model.path) for model in catalog.on_disk()] == [("tuned", folder)]


@pytest.mark.parametrize("name", ["base.en", "Systran/faster-whisper-base.en"])
def test_a_model_in_the_hub_cache_is_found(home: Path, name: str) -> None:
    snapshot = put_in_hub(home / ".cache/huggingface/hub", "Systran/faster-whisper-base.en")
    assert catalog.find(name) == snapshot


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
    assert catalog.hub_cache() == tmp_path / cache
    code = "from huggingface_hub.constants import HF_HUB_CACHE; print(HF_HUB_CACHE)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert Path(said.stdout.strip()) == catalog.hub_cache()


def test_the_snapshot_of_the_main_branch_comes_first(home: Path) -> None:
    cache = home / ".cache/huggingface/hub"
    put_in_hub(cache, "Systran/faster-whisper-tiny", "old")
    main = put_in_hub(cache, "Systran/faster-whisper-tiny", "main-revision")
    put_in_hub(cache, "Systran/faster-whisper-tiny", "newer", main=False)
    assert catalog.find("tiny") == main


def test_another_snapshot_serves_where_that_of_main_is_incomplete(home: Path) -> None:
    cache = home / ".cache/huggingface/hub"
    whole = put_in_hub(cache, "Systran/faster-whisper-tiny", "whole")
    broken = put_in_hub(cache, "Systran/faster-whisper-tiny", "broken")
    (broken / "model.bin").unlink()
    assert catalog.find("tiny") == whole


@pytest.mark.parametrize("name", ["model.bin", "config.json", "tokenizer.json", "vocabulary.json"])
def test_a_model_that_lacks_a_file_is_not_there(name: str) -> None:
    folder = put_model(paths.models() / "half", without=name)
    assert catalog.missing_files(folder) == [name]
    assert catalog.find("half") is None
    assert catalog.on_disk() == []


def test_the_older_form_of_the_vocabulary_will_do() -> None:
    folder = put_model(paths.models() / "older", vocabulary="vocabulary.txt")
    assert catalog.find("older") == folder


def test_a_download_that_is_not_finished_is_not_there(home: Path) -> None:
    snapshot = put_in_hub(home / ".cache/huggingface/hub", "Systran/faster-whisper-tiny")
    blob = (snapshot / "model.bin").resolve()
    blob.rename(blob.with_suffix(".incomplete"))
    assert catalog.find("tiny") is None
    assert catalog.missing_files(snapshot) == ["model.bin"]


def test_models_on_disk_come_with_their_names_and_sizes(home: Path) -> None:
    cache = home / ".cache/huggingface/hub"
    put_in_hub(cache, "Systran/faster-whisper-base.en")
    snapshot = put_in_hub(cache, "someone/whisper-small-ct2")
    other = put_in_hub(cache, "someone/translator-ct2")
    (other / "config.json").unlink()
    (other / "config.json").write_text(json.dumps({"bos_token": "<s>"}))
    (cache / "datasets--a--b").mkdir()
    models = {model.name: model for model in catalog.on_disk()}
    assert set(models) == {"base.en", "someone/whisper-small-ct2"}
    own = models["someone/whisper-small-ct2"]
    assert own.path == snapshot
    assert own.bytes == sum(len(path.read_bytes()) for path in snapshot.iterdir())
    assert catalog.find(own.name) == snapshot


def test_the_remedy_is_a_command_that_exists() -> None:
    remedy = catalog.how_to_get("base.en")
    assert "download Systran/faster-whisper-base.en" in remedy
    assert "148 MB" in remedy
    command = remedy.removeprefix("Run: ").split()[0]
    subprocess.run([command, "download", "--help"], capture_output=True, check=True)


def test_a_typo_is_answered_with_the_nearest_name() -> None:
    assert catalog.nearest("base-en") == "base.en"
    assert catalog.nearest("large-v3-trubo") == "large-v3-turbo"
    assert catalog.nearest("xylophone") is None
    remedy = catalog.how_to_get("bsae.en")
    assert remedy.startswith('Did you mean "base.en"?')
    assert str(paths.models()) in remedy


def test_a_path_is_answered_with_what_belongs_in_it() -> None:
    assert "tokenizer.json" in catalog.how_to_get("/nowhere/at/all")
    assert catalog.looked_in("/nowhere/at/all") == [Path("/nowhere/at/all")]


def test_the_places_that_were_searched_can_be_named() -> None:
    folder, hub = catalog.looked_in("base.en")
    assert folder == paths.models() / "base.en"
    assert hub == catalog.hub_cache() / "models--Systran--faster-whisper-base.en"
