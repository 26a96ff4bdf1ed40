"""What a model will take, held against what real processes take."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine import paths
from engine.models.catalog import MODELS
from engine.models.memory import CARD_BYTES, PROCESS_BYTES, estimated_bytes, model_bytes
from engine.registry import Option
from engine.speech.process import RecognizerProcess
from engine.speech.recognizer import Context
from tests.support import random_whisper
from tests.support.model_folders import put_model
from tests.support.random_whisper import noise


def taken(recognizer: RecognizerProcess) -> int:
    """The most that a process has in memory when loaded, and after each of two dictations."""
    recognizer.load()
    try:
        seen = [recognizer.memory_bytes()]
        for _ in range(2):
            utterance = recognizer.open(Context())
            utterance.feed(noise(6.0))
            utterance.finish()
            seen.append(recognizer.memory_bytes())
        return max(seen)
    finally:
        recognizer.unload()


@pytest.mark.parametrize("geometry", ["tiny-test", "base"])
@pytest.mark.parametrize("compute_type", ["int8", "float32"])
def test_the_estimate_is_enough_and_not_half_too_much(
    geometry: random_whisper.Geometry, compute_type: str
) -> None:
    folder = str(random_whisper.shared(geometry))
    options: dict[str, Option] = {
        "model": folder,
        "device": "cpu",
        "compute_type": compute_type,
        "threads": 1,
    }
    measured = taken(RecognizerProcess("whisper", options))
    assert measured <= estimated_bytes("whisper", options, "memory") <= 1.5 * measured


def test_the_estimate_for_the_built_in_recogniser_is_enough() -> None:
    measured = taken(RecognizerProcess("pocketsphinx", {}))
    assert measured <= estimated_bytes("pocketsphinx", {}, "memory") <= 2 * measured


@pytest.mark.parametrize("name", MODELS)
def test_finer_arithmetic_takes_more(name: str) -> None:
    on_cpu = [model_bytes(name, kind) for kind in ("int8", "float32")]
    on_card = [model_bytes(name, kind, "cuda") for kind in ("int8_float16", "float16", "float32")]
    assert on_cpu == sorted(set(on_cpu))
    assert on_card == sorted(set(on_card))


def test_larger_models_take_more() -> None:
    sizes = [model_bytes(name, "auto") for name in ("tiny", "base", "small", "medium", "large-v3")]
    assert sizes == sorted(set(sizes))


def test_the_figures_that_faster_whisper_publishes_for_a_card_are_met() -> None:
    assert model_bytes("large-v2", "float16", "cuda") == pytest.approx(4525e6, rel=0.1)
    assert model_bytes("large-v2", "int8_float16", "cuda") == pytest.approx(2926e6, rel=0.1)


def test_arithmetic_that_a_processor_lacks_is_what_takes_its_place() -> None:
    assert model_bytes("base", "float16", "cpu") == model_bytes("base", "int8_float32", "cpu")
    assert model_bytes("base", "auto", "cpu") == model_bytes("base", "int8", "cpu")


def test_the_numbers_of_a_model_on_disk_come_before_those_of_the_table() -> None:
    expected = model_bytes("large-v3", "int8")
    put_model(paths.models() / "large-v3")
    assert PROCESS_BYTES < model_bytes("large-v3", "int8") < PROCESS_BYTES + 1_000_000 < expected


def test_of_an_unknown_model_only_the_process_is_known(tmp_path: Path) -> None:
    assert model_bytes(str(tmp_path), "int8") == PROCESS_BYTES
    assert model_bytes("someone/else", "int8", "cuda") == CARD_BYTES
