"""A graphics card for child processes: a CTranslate2 that has one, and a `nvidia-smi` that lists it.

Both are put before the real ones. The card is a pretence: what runs "on CUDA" runs on the CPU, but for the
trouble that is named in the variable TROUBLE:

- "abort TEXT" (TEXT is printed before the end), "segfault", "hang", "raise TEXT": when a model is put on it;
- "half": when that is not in float32;
- "load …", "decode …": the same, but not in a trial: when a real model is put on it, or decodes for the
  second time.
"""

from __future__ import annotations

from pathlib import Path

import pytest

CTRANSLATE2 = """
import os, signal, sys, time
sys.path.remove(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
del sys.modules["ctranslate2"]
import ctranslate2 as real
sys.modules["ctranslate2"] = real
real.get_cuda_device_count = lambda: 1
processor = real.get_supported_compute_types("cpu")
card = {"float16", "int8_float16", "float32"}
real.get_supported_compute_types = lambda device: card if device == "cuda" else processor

with open(os.environ["TRIALS"], "a") as trials:
    trials.write("one\\n")


def suffer(trouble, compute_type=""):
    name, _, text = trouble.partition(" ")
    match name:
        case "abort":
            os.write(2, text.encode())
            os.abort()
        case "segfault":
            os.kill(os.getpid(), signal.SIGSEGV)
        case "hang":
            time.sleep(3600)
        case "raise":
            raise RuntimeError(text)
        case "half" if compute_type != "float32":
            raise RuntimeError("cuBLAS failed with status CUBLAS_STATUS_NOT_SUPPORTED")


class Whisper(real.models.Whisper):
    def __init__(self, folder, device="cpu", *, compute_type="default", **options):
        self.on_card, self.arithmetic, self.decodes = device == "cuda", compute_type, 0
        when, _, trouble = os.environ["TROUBLE"].partition(" ")
        self.later = trouble if when == "decode" else ""
        if self.on_card and when == "load" and not os.path.basename(folder).startswith("utter-"):
            suffer(trouble)
        if self.on_card and when not in ("load", "decode"):
            suffer(os.environ["TROUBLE"], compute_type)
        real_type = "int8" if self.on_card else compute_type
        super().__init__(folder, device="cpu", compute_type=real_type, **options)

    @property
    def device(self):
        return "cuda" if self.on_card else "cpu"

    @property
    def compute_type(self):
        return self.arithmetic if self.on_card else super().compute_type

    def generate(self, *given, **named):
        self.decodes += 1
        if self.on_card and self.decodes > 1:
            suffer(self.later)
        return super().generate(*given, **named)


real.models.Whisper = Whisper
"""


def card_in_children(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put the card into child processes that are started from now on.

    Returns:
        The file with a line for each process that imported CTranslate2.
    """
    package = folder / "path" / "ctranslate2"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(CTRANSLATE2)
    monkeypatch.setenv("PYTHONPATH", str(package.parent))
    monkeypatch.setenv("TRIALS", str(folder / "trials"))
    monkeypatch.setenv("TROUBLE", "")
    return folder / "trials"


def nvidia_smi(folder: Path, monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    """Put a `nvidia-smi` that prints `line` before all others."""
    (folder / "nvidia-smi").write_text(f"#!/bin/sh\necho '{line}'\n")
    (folder / "nvidia-smi").chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=":")
