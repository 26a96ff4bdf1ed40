"""What the doctor says of CUDA, arithmetic and threads: with this machine's CPU and a card made up."""

from __future__ import annotations

import os
from pathlib import Path

import ctranslate2
import pytest

from engine import paths
from engine.doctor_recognition import device
from engine.findings import Finding, Patient
from engine.machine import usable_cores
from engine.settings.load import load
from tests.support.fake_card import card_in_children, nvidia_smi

CARD = "NVIDIA GeForce RTX 3060, 550.54.14, 12288, 512"


def found(**overrides: object) -> dict[str, Finding]:
    """The findings by their topics, with settings of the table `recognition`."""
    changed = {f"recognition.{key}": value for key, value in overrides.items()}
    settings = load(paths.shipped("config.toml"), changed, state=Path(os.devnull)).settings
    return {finding.topic: finding for finding in device(Patient(settings, {}))}


@pytest.fixture
def no_card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if ctranslate2.get_cuda_device_count():
        pytest.skip("this machine has CUDA")
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.fixture
def card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    card_in_children(tmp_path, monkeypatch)
    nvidia_smi(tmp_path, monkeypatch, CARD)


@pytest.mark.usefixtures("no_card")
def test_without_a_card_all_is_well() -> None:
    findings = found()
    assert {finding.status for finding in findings.values()} == {"ok"}
    assert findings["CUDA"].what == "There is no NVIDIA graphics card; Whisper runs on the CPU."
    assert findings["compute type"].what == "Whisper computes in int8 on CPU."
    assert f"{usable_cores()} thread(s)" in findings["threads"].what


@pytest.mark.usefixtures("no_card")
def test_a_card_that_was_asked_for_and_is_not_there_is_missed() -> None:
    finding = found(device="cuda")["CUDA"]
    assert finding.status == "warning"
    assert finding.fix == 'Set recognition.device to "auto".'


@pytest.mark.usefixtures("no_card")
def test_a_card_that_cuda_does_not_see_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nvidia_smi(tmp_path, monkeypatch, "Tesla K80, 470.256.02, 11441, 0")
    finding = found()["CUDA"]
    assert finding.status == "warning"
    assert "It cannot use Tesla K80, driver 470.256.02, 12.0 of 12.0 GB free" in finding.what
    assert finding.fix


@pytest.mark.usefixtures("card")
def test_a_card_that_works_is_described_with_its_memory_and_arithmetic() -> None:
    findings = found()
    assert findings["CUDA"].status == "ok"
    assert "NVIDIA GeForce RTX 3060, driver 550.54.14, 12.3 of 12.9 GB free" in findings["CUDA"].what
    assert "float16, float32, int8_float16" in findings["CUDA"].what
    assert findings["compute type"].what == "Whisper computes in int8_float16 on CUDA."
    assert "threads" not in findings


@pytest.mark.usefixtures("card")
@pytest.mark.parametrize(
    ("trouble", "what", "fix"),
    [
        ("raise Library libcublas.so.12 is not found or cannot be loaded", "cuBLAS", "nvidia-cublas-cu12"),
        (
            "abort Cannot load symbol cudnnCreateTensorDescriptor",
            "cuDNN",
            "nvidia-cudnn-cu12",
        ),
        ("segfault", "SIGSEGV", "driver"),
    ],
)
def test_a_card_that_fails_is_a_warning_with_what_to_install(
    monkeypatch: pytest.MonkeyPatch, trouble: str, what: str, fix: str
) -> None:
    monkeypatch.setenv("TROUBLE", trouble)
    findings = found()
    assert findings["CUDA"].status == "warning"
    assert what in findings["CUDA"].what
    assert fix in findings["CUDA"].fix
    assert "on CPU" in findings["compute type"].what


@pytest.mark.usefixtures("card")
def test_a_card_that_is_not_wanted_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TROUBLE", "segfault")
    finding = found(device="cpu")["CUDA"]
    assert finding.status == "ok"
    assert "not used" in finding.what


def test_arithmetic_that_does_not_exist_here_is_a_warning() -> None:
    finding = found(device="cpu", compute_type="float16")["compute type"]
    assert finding.status == "warning"
    assert finding.what == "float16 does not exist on CPU here; int8_float32 is used."
    assert "int8, int8_float32" in finding.fix


def test_more_threads_than_cores_are_a_warning() -> None:
    assert found(device="cpu", threads=256)["threads"].status == "warning"
    assert "1 thread(s)" in found(device="cpu", threads=1)["threads"].what
