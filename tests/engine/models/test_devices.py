"""Where Whisper runs: the choice, and what is said where it is not the one that was asked for."""

from __future__ import annotations

import ctranslate2
import pytest

from engine.models.cuda import Trial
from engine.models.cuda_faults import fault_of
from engine.models.devices import NEAREST, Placement, choose, choose_arithmetic, cpu_types, place

CPU = ("int8", "int8_float32", "float32")
CARD = Trial(("float16", "float32", "int8", "int8_float16", "int8_float32"))
OLD_CARD = Trial(("float32", "int8", "int8_float32"))
NO_CUBLAS = Trial(fault=fault_of("Library libcublas.so.12 is not found or cannot be loaded"))
NO_CARD = Trial(fault=fault_of("no CUDA-capable device is detected"), present=False)


@pytest.mark.parametrize("device", ["auto", "cuda"])
def test_a_card_that_works_is_taken(device: str) -> None:
    assert choose(device, "auto", CPU, CARD) == Placement("cuda", "int8_float16")
    assert choose(device, "float16", CPU, CARD) == Placement("cuda", "float16")


def test_the_cpu_is_taken_where_it_is_asked_for() -> None:
    assert choose("cpu", "auto", CPU, None) == Placement("cpu", "int8")
    assert choose("cpu", "auto", CPU, CARD) == Placement("cpu", "int8")


def test_without_a_card_nothing_is_said_unless_one_was_asked_for() -> None:
    assert choose("auto", "auto", CPU, NO_CARD) == Placement("cpu", "int8")
    chosen = choose("cuda", "auto", CPU, NO_CARD)
    assert (chosen.device, chosen.compute_type) == ("cpu", "int8")
    assert (
        "Whisper runs on the CPU with int8, because CUDA failed: there is no graphics card" in chosen.remark
    )


@pytest.mark.parametrize("device", ["auto", "cuda"])
@pytest.mark.parametrize(
    ("wanted", "taken"), [("auto", "int8"), ("int8_float16", "int8"), ("float32", "float32")]
)
def test_a_card_that_fails_is_told_of_and_the_arithmetic_suits_the_cpu(
    device: str, wanted: str, taken: str
) -> None:
    chosen = choose(device, wanted, CPU, NO_CUBLAS)
    assert (chosen.device, chosen.compute_type) == ("cpu", taken)
    assert f"on the CPU with {taken}, because CUDA failed: cuBLAS of CUDA 12 is missing" in chosen.remark
    assert "utter doctor" in chosen.remark


@pytest.mark.parametrize(
    ("wanted", "trial", "nearest"),
    [
        ("float16", None, "int8_float32"),
        ("int8_float16", None, "int8_float32"),
        ("bfloat16", CARD, "float16"),
        ("int8_bfloat16", CARD, "int8_float16"),
        ("float16", OLD_CARD, "int8_float32"),
    ],
)
def test_arithmetic_that_is_not_there_is_replaced_by_the_nearest_and_this_is_said(
    wanted: str, trial: Trial | None, nearest: str
) -> None:
    device = "cuda" if trial else "cpu"
    chosen = choose(device, wanted, CPU, trial)
    remark = f"{wanted} does not exist on {device.upper()} here; {nearest} is used."
    assert chosen == Placement(device, nearest, remark)


def test_every_name_has_something_near_it_on_any_device() -> None:
    for wanted in NEAREST:
        for supported in (("float32",), ("float32", "int8", "int8_float32"), CARD.works):
            assert choose_arithmetic("cuda", wanted, supported)[0] in supported


def test_the_processor_is_asked_what_it_has() -> None:
    assert cpu_types() == ctranslate2.get_supported_compute_types("cpu")
    assert place("cpu", "auto").compute_type in cpu_types()
