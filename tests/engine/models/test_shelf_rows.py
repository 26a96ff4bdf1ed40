"""All models that can be had, with what is known of each."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from engine import paths
from engine.models import cuda
from engine.models.catalog import MODELS
from engine.models.cuda import Trial
from engine.models.cuda_faults import fault_of
from engine.models.memory import model_bytes
from engine.models.shelf_model import BUILT_IN, ShelfModel
from engine.models.shelf_rows import known_models
from engine.models.staging import MANIFEST
from engine.settings.load import load
from engine.settings.schema import RecognitionSettings
from tests.support import random_whisper
from tests.support.model_folders import keep_part, model_bin, put_in_hub, put_model, tiny_variables


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path / "hub"


def settings(**changes: Any) -> RecognitionSettings:
    changed = {f"recognition.{key}": value for key, value in ({"device": "cpu"} | changes).items()}
    return load(overrides=changed).settings.recognition


def rows(**changes: Any) -> dict[str, ShelfModel]:
    found = known_models(settings(**changes))
    assert len({row.name for row in found}) == len(found)
    return {row.name: row for row in found}


def test_on_an_empty_machine_there_is_the_built_in_one_and_the_table() -> None:
    found = rows()
    assert list(found) == [BUILT_IN, *MODELS]
    assert [name for name, row in found.items() if row.on_disk] == [BUILT_IN]
    path = found[BUILT_IN].path
    assert path is not None
    assert (path / "mdef").exists() or any(path.iterdir())
    turbo = found["turbo"]
    assert (turbo.download_bytes, turbo.languages, turbo.speed) == (
        1_622_000_000,
        "100 languages",
        "middling",
    )


def test_memory_follows_the_arithmetic_and_the_device_that_are_set() -> None:
    assert rows()["small"].memory_bytes == model_bytes("small", "int8")
    assert rows(compute_type="float32")["small"].memory_bytes == model_bytes("small", "float32")
    on_card = rows(device="cuda", compute_type="float16")["small"]
    assert on_card.memory_bytes == model_bytes("small", "float16", "cuda")


def test_what_is_on_disk_has_its_folder_and_its_own_size(cache: Path) -> None:
    own = put_model(paths.models() / "tiny")
    snapshot = put_in_hub(cache, "Systran/faster-whisper-base.en")
    found = rows()
    assert (found["tiny"].path, found["tiny"].removable) == (own, True)
    assert (found["base.en"].path, found["base.en"].removable) == (snapshot, False)
    assert found["tiny"].download_bytes == sum(path.stat().st_size for path in own.iterdir())


def test_one_download_serves_both_names_of_a_model() -> None:
    own = put_model(paths.models() / "turbo")
    found = rows()
    assert found["turbo"].path == found["large-v3-turbo"].path == own
    assert found["turbo"].removable
    assert found["large-v3-turbo"].removable


@pytest.mark.parametrize(
    ("name", "vocabulary", "languages"),
    [
        ("small", 51864, "English"),
        ("small", 51866, "100 languages"),
        ("small.en", 51865, "99 languages"),
        ("distil-large-v3", 51866, "English"),
        ("small", 777, "99 languages"),
    ],
)
def test_what_the_weights_tell_comes_before_the_name(name: str, vocabulary: int, languages: str) -> None:
    folder = put_model(paths.models() / name)
    (folder / "model.bin").write_bytes(model_bin(tiny_variables(vocabulary=vocabulary)))
    assert rows()[name].languages == languages


@pytest.mark.parametrize("device", ["auto", "cuda"])
def test_memory_is_that_of_the_cpu_where_cuda_is_known_to_fail(device: str) -> None:
    cuda._remembered["cuda"] = Trial(fault=fault_of("no CUDA-capable device is detected"))
    assert rows(device=device)["small"].memory_bytes == model_bytes("small", "int8")


def test_models_that_are_not_in_the_table_are_told_by_their_weights(cache: Path) -> None:
    shutil.copytree(random_whisper.shared("base"), paths.models() / "tuned")
    put_in_hub(cache, "someone/whisper-ct2")
    found = rows()
    assert list(found)[-2:] == ["tuned", "someone/whisper-ct2"]
    assert (found["tuned"].languages, found["tuned"].speed) == ("99 languages", "fastest")
    assert found["tuned"].removable
    assert not found["someone/whisper-ct2"].removable


def test_a_folder_that_the_settings_name_is_there_too(tmp_path: Path) -> None:
    folder = put_model(tmp_path / "mine")
    found = rows(model=str(folder))
    assert found[str(folder)].path == folder
    assert not found[str(folder)].removable
    assert str(tmp_path / "none") not in rows(model=str(tmp_path / "none"))


def test_what_earlier_downloads_left_is_told_for_each_name_of_the_model() -> None:
    keep_part("turbo", 12_345)
    keep_part("someone/whisper-ct2", 77)
    put_model(paths.models() / ".broken.partial")
    (paths.models() / ".broken.partial" / MANIFEST).write_text("{")
    found = rows()
    assert {name: row.kept_bytes for name, row in found.items() if row.kept_bytes} == {
        "turbo": 12_345,
        "large-v3-turbo": 12_345,
        "someone/whisper-ct2": 77,
    }
    assert not any(row.on_disk for row in found.values() if row.kept_bytes)
    put_model(paths.models() / "turbo")
    assert rows()["turbo"].kept_bytes == 0
    assert rows()["large-v3-turbo"].removable
