"""Where models go, and how much room there is: with cards that are there, too small, or of no use."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine import machine, paths
from engine.models import cuda
from engine.models.cuda import Trial
from engine.models.cuda_faults import fault_of
from engine.models.graphics import MIB
from engine.models.memory import CARD_BYTES, SPHINX_BYTES, estimated_bytes
from engine.settings.load import load
from engine.speech.placement import Placement
from engine.speech.selection import Choice, built_in, named
from tests.support.fake_card import nvidia_smi
from tests.support.model_folders import put_model

GB = 1_000_000_000
LARGE_CARD = "NVIDIA GeForce RTX 3060, 550.54.14, 12288, 512"
UNTOLD = "NVIDIA Thor, 580.00, [N/A], [N/A]"


@pytest.fixture(autouse=True)
def no_card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that lists cards, but for a test that puts it there; 16 GB of memory, 6 of them free."""
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.setattr(machine, "memory_bytes", lambda: 16 * GB)
    monkeypatch.setattr(machine, "available_bytes", lambda: 6 * GB)


def placement(**overrides: Any) -> Placement:
    settings = load(overrides={key.replace("__", "."): value for key, value in overrides.items()}).settings
    return Placement(lambda: settings)


def whisper(model: str = "small", device: str = "auto") -> Choice:
    settings = load(overrides={"recognition.device": device}).settings
    return named(settings.recognition, model)


def tried(fault: str = "") -> None:
    """Note what came of trying CUDA out."""
    trial = Trial(fault=fault_of(fault)) if fault else Trial(("float16",))
    cuda._remembered["cuda"] = trial


@pytest.mark.parametrize("device", ["auto", "cuda", "cpu"])
def test_without_a_card_that_is_known_a_model_is_planned_for_the_machine(device: str) -> None:
    wanted = placement().wanted(whisper(device=device))
    assert (wanted.place, wanted.instead) == ("memory", None)
    assert wanted.bytes == estimated_bytes("whisper", {"model": "small"}, "memory")


def test_a_card_takes_what_may_run_there_and_the_machine_what_it_has_no_room_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nvidia_smi(tmp_path, monkeypatch, LARGE_CARD)
    wanted = placement().wanted(whisper())
    assert wanted.place == "cuda"
    assert wanted.bytes > CARD_BYTES
    assert wanted.instead is not None
    assert (wanted.instead.place, wanted.instead.key) == ("memory", wanted.key)
    assert wanted.instead.make()._options["device"] == "cpu"
    assert wanted.make()._options["device"] == "auto"
    assert placement().wanted(whisper(device="cpu")).place == "memory"
    assert placement().wanted(built_in()).place == "memory"


def test_a_card_on_which_cuda_fails_is_planned_for_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nvidia_smi(tmp_path, monkeypatch, LARGE_CARD)
    tried("CUDA driver version is insufficient for CUDA runtime version")
    for device in ("auto", "cuda"):
        wanted = placement().wanted(whisper(device=device))
        assert (wanted.place, wanted.instead) == ("memory", None)
    tried()
    assert placement().wanted(whisper()).place == "cuda"


def test_cuda_that_works_counts_though_nothing_lists_a_card() -> None:
    tried()
    assert placement().wanted(whisper(device="cuda")).place == "cuda"
    assert placement().limits().cuda_bytes == 8 * GB
    assert placement(models__memory="3 GB").limits().cuda_bytes == 3 * GB
    assert placement().free("cuda") is None


@pytest.mark.parametrize(
    ("memory", "allowed"), [("auto", 1000 * MIB), ("800 MB", 800_000_000), ("8 GB", 2000 * MIB)]
)
def test_models_may_take_no_more_of_a_card_than_it_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, memory: str, allowed: int
) -> None:
    nvidia_smi(tmp_path, monkeypatch, "NVIDIA GeForce GTX 1050, 550.54.14, 2000, 300")
    assert placement(models__memory=memory).limits().cuda_bytes == allowed
    assert placement(models__memory=memory).free("cuda") == 1700 * MIB


def test_a_card_that_does_not_tell_its_size_limits_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nvidia_smi(tmp_path, monkeypatch, UNTOLD)
    assert placement().limits().cuda_bytes == 8 * GB
    assert placement().free("cuda") is None


def test_half_of_the_machine_is_allowed_and_of_what_is_free_all() -> None:
    assert placement().limits().memory_bytes == 8 * GB
    assert placement().free("memory") == 6 * GB


def test_an_amount_that_was_set_holds_whatever_is_free() -> None:
    placed = placement(models__memory="12 GB")
    assert placed.limits().memory_bytes == 12 * GB
    assert placed.free("memory") is None


def test_minutes_are_counted_in_seconds_and_none_is_never() -> None:
    limits = placement(models__idle_minutes=2, models__reload_after=7).limits()
    assert (limits.idle_s, limits.reload_after) == (120, 7)
    assert placement(models__idle_minutes=0).limits().idle_s is None


def test_all_names_of_a_folder_are_one_model(tmp_path: Path) -> None:
    folder = put_model(paths.models() / "large-v3-turbo")
    (tmp_path / "link").symlink_to(folder)
    names = ("turbo", "large-v3-turbo", "mobiuslabsgmbh/faster-whisper-large-v3-turbo", str(folder))
    wanted = [placement().wanted(whisper(name)) for name in (*names, str(tmp_path / "link"))]
    assert len({one.key for one in wanted}) == 1
    for one in wanted[:-1]:
        assert set(names) - {one.name} <= set(one.also)


def test_other_arithmetic_or_another_device_is_another_model() -> None:
    put_model(paths.models() / "small")
    assert placement().wanted(whisper(device="cpu")).key != placement().wanted(whisper()).key
    assert placement().wanted(built_in()).bytes == SPHINX_BYTES
