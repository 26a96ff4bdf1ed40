"""Real faster-whisper in real processes, on a card that is a pretence: what it does is what a card can do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from engine.audio.format import FRAME
from engine.models import cuda
from engine.speech.process import RecognizerProcess
from engine.speech.tactics import Tactics
from tests.support import random_whisper
from tests.support.fake_card import card_in_children, nvidia_smi
from tests.support.random_whisper import noise
from tests.support.scripted_dictation import PAUSE, text, transcriber

PHRASES = (60, 70)
"""Frames of two phrases, with a pause behind each."""


@pytest.fixture(autouse=True)
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A card for workers; gives the file with a line for each process that asked for it."""
    monkeypatch.setattr(cuda, "_remembered", {})
    return card_in_children(tmp_path, monkeypatch)


@pytest.fixture(scope="module")
def expected() -> str:
    """What is said on the CPU, which no card can fail."""
    process = whisper("cpu")
    words = dictated(process)
    process.unload()
    return words


@pytest.fixture
def on_card() -> Iterator[RecognizerProcess]:
    process = whisper("auto")
    yield process
    process.unload()


def whisper(device: str) -> RecognizerProcess:
    options = {"model": str(random_whisper.shared()), "device": device, "threads": 1, "guards": False}
    return RecognizerProcess("whisper", options)


def dictated(process: RecognizerProcess) -> str:
    """The words of a dictation of noise, which are noise, and the same for the same arithmetic."""
    process.begin_dictation()
    process.load()
    stream = transcriber(process, tactics=Tactics(speculation=False))
    for number, frames in enumerate(PHRASES):
        sound = np.concatenate([noise(frames * FRAME / 16000, number), np.zeros(PAUSE * FRAME, np.float32)])
        for at in range(frames + PAUSE):
            stream.push(sound[at * FRAME : (at + 1) * FRAME], (0.9 if at < frames else 0.0,))
            stream.work_ahead()
    return text(stream.finish())


def test_whisper_runs_on_a_card_that_passed_its_trial(
    on_card: RecognizerProcess, expected: str, asked: Path
) -> None:
    assert dictated(on_card) == expected != ""
    assert on_card.runs_on == "cuda int8_float16"
    assert on_card.remark == ""
    assert len(asked.read_text().splitlines()) == 2
    other = whisper("cuda")
    other.load()
    other.unload()
    assert len(asked.read_text().splitlines()) == 3  # the trial's result was handed on


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        ("load segfault", "SIGSEGV"),
        ("load raise CUDA failed with error out of memory", "not enough memory on CUDA"),
        ("raise CUDA failed with error out of memory", "not enough free memory"),
        ("decode abort Cannot load symbol cudnnCreateTensorDescriptor", "SIGABRT"),
        ("decode raise CUDA failed with error out of memory", "not enough memory on CUDA"),
        ("decode raise cuBLAS failed with status CUBLAS_STATUS_INTERNAL_ERROR", "cuBLAS"),
    ],
)
def test_a_card_that_fails_costs_no_word(
    on_card: RecognizerProcess, expected: str, monkeypatch: pytest.MonkeyPatch, trouble: str, said: str
) -> None:
    monkeypatch.setenv("TROUBLE", trouble)
    assert dictated(on_card) == expected != ""
    assert on_card.runs_on.startswith("cpu int8")
    assert "Whisper runs on the CPU for now, because CUDA failed: " in on_card.remark
    assert said in on_card.remark


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        ("raise Library libcublas.so.12 is not found or cannot be loaded", "libcublas.so.12"),
        ("segfault", "SIGSEGV"),
    ],
)
def test_a_card_that_does_not_work_is_not_used(
    on_card: RecognizerProcess, expected: str, monkeypatch: pytest.MonkeyPatch, trouble: str, said: str
) -> None:
    monkeypatch.setenv("TROUBLE", trouble)
    assert dictated(on_card) == expected != ""
    assert on_card.runs_on.startswith("cpu int8")
    assert "Whisper runs on the CPU with int8, because CUDA failed: " in on_card.remark
    assert said in on_card.remark


def test_a_card_without_memory_may_have_some_in_the_next_dictation(
    on_card: RecognizerProcess, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TROUBLE", "load raise CUDA failed with error out of memory")
    assert dictated(on_card) == expected
    monkeypatch.setenv("TROUBLE", "")
    on_card.load()
    assert on_card.runs_on.startswith("cpu int8")
    assert dictated(on_card) == expected
    assert (on_card.runs_on, on_card.remark) == ("cuda int8_float16", "")


def test_the_cards_memory_is_not_measured_for_the_cpu(
    on_card: RecognizerProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nvidia_smi(tmp_path, monkeypatch, "NVIDIA GeForce RTX 3060, 550.54.14, 12288, 512")
    on_card.load()
    assert on_card.memory_bytes() == 0  # the made-up card is as full as before
    monkeypatch.setenv("TROUBLE", "load segfault")
    on_card.unload()
    on_card.load()
    assert on_card.memory_bytes() > 10 << 20
