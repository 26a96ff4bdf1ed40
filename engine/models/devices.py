"""Where Whisper runs and with which arithmetic, and what is said where that is not what was asked for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal, TypeAlias

from engine.models.cuda import Trial, try_cuda

Device: TypeAlias = Literal["cpu", "cuda"]

PREFERRED: dict[Device, tuple[str, ...]] = {
    "cpu": ("int8", "int8_float32", "float32"),
    "cuda": ("int8_float16", "float16", "int8_float32", "float32"),
}
"""Arithmetic for "auto", the best first: the first that the device supports is taken."""

NEAREST: dict[str, tuple[str, ...]] = {
    "int8": ("int8_float32", "int8_float16", "int8_bfloat16", "float32"),
    "int8_float32": ("int8", "float32"),
    "int8_float16": ("int8_bfloat16", "int8_float32", "int8", "float16", "float32"),
    "int8_bfloat16": ("int8_float16", "int8_float32", "int8", "bfloat16", "float32"),
    "float16": ("bfloat16", "int8_float32", "float32"),
    "bfloat16": ("float16", "int8_float32", "float32"),
    "float32": ("float16", "bfloat16", "int8_float32", "int8"),
}
"""What comes nearest to arithmetic that a device lacks, the best first.

Weights of eight bits stay so. Where there is no half precision at all, eight bits for weights and float32 for
the rest take its place: float32 throughout would double memory and time.
"""

BECAUSE = "because CUDA failed: "
"""What leads to the reason in a remark."""


@dataclass(frozen=True, slots=True)
class Placement:
    """A device, its arithmetic, and what the user should know about the choice.

    Attributes:
        device: "cpu" or "cuda".
        compute_type: One of CTranslate2's names.
        remark: One sentence where this is not what was asked for; else empty.
    """

    device: Device
    compute_type: str
    remark: str = ""


def place(device: str, compute_type: str) -> Placement:
    """Decide where Whisper runs here. CUDA is tried out in a child process before it is chosen.

    Args:
        device: "auto" takes CUDA where it works; or "cpu", or "cuda".
        compute_type: "auto", or one of CTranslate2's names.
    """
    trial = None if device == "cpu" else try_cuda()
    return choose(device, compute_type, cpu_types(), trial)


def choose(device: str, compute_type: str, cpu: Collection[str], cuda: Trial | None) -> Placement:
    """Decide where Whisper runs; pure.

    Args:
        device: "auto", "cpu" or "cuda".
        compute_type: "auto", or one of CTranslate2's names.
        cpu: The arithmetic that the processor supports.
        cuda: What came of trying CUDA out; None where nobody asked for it.
    """
    if device != "cpu" and cuda is not None:
        if cuda.fault is None:
            return Placement("cuda", *choose_arithmetic("cuda", compute_type, cuda.works))
        if device == "cuda" or cuda.present:
            return instead_of_cuda(compute_type, cpu, f"{cuda.fault.what}; `utter doctor` says what to do")
    return Placement("cpu", *choose_arithmetic("cpu", compute_type, cpu))


def instead_of_cuda(compute_type: str, cpu: Collection[str], why: str) -> Placement:
    """The processor where CUDA failed, with the same arithmetic if it has that, else with its best.

    Args:
        compute_type: What was asked for.
        cpu: The arithmetic that the processor supports.
        why: What happened, in words without a full stop.
    """
    name = compute_type if compute_type in cpu else _best("cpu", cpu)
    return Placement("cpu", name, f"Whisper runs on the CPU with {name}, {BECAUSE}{why}.")


def choose_arithmetic(device: Device, wanted: str, supported: Collection[str]) -> tuple[str, str]:
    """What is wanted, or what comes nearest to it.

    Args:
        device: Where.
        wanted: One of CTranslate2's names, or "auto" for the first of `PREFERRED` there is.
        supported: The arithmetic that the device has.

    Returns:
        The arithmetic, and one sentence where it is not the one that was asked for; else "".
    """
    if wanted == "auto":
        return _best(device, supported), ""
    if wanted in supported:
        return wanted, ""
    nearest = next((name for name in NEAREST.get(wanted, ()) if name in supported), _best(device, supported))
    return nearest, f"{wanted} does not exist on {device.upper()} here; {nearest} is used."


def cpu_types() -> frozenset[str]:
    """The arithmetic that CTranslate2 has for this processor."""
    import ctranslate2

    return frozenset(ctranslate2.get_supported_compute_types("cpu"))


def _best(device: Device, supported: Collection[str]) -> str:
    """The best there is; "default" leaves it to CTranslate2 where it names nothing that is known here."""
    return next((name for name in PREFERRED[device] if name in supported), "default")
