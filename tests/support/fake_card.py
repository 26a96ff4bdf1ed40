"""A graphics card for child processes: a CTranslate2 that has one, and a `nvidia-smi` that lists it.

Both are put before the real ones. What the card does to a process that uses it is in the variable TROUBLE:
nothing, "abort TEXT" (printed before the end), "segfault", "hang", "raise TEXT", "half" (only float32 works).
"""

from __future__ import annotations

from pathlib import Path

import pytest

# The real one, but for the model: what the card does happens when one is made.
CTRANSLATE2 = """
import os, signal, sys, time
sys.path.remove(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
del sys.modules["ctranslate2"]
import ctranslate2 as real
sys.modules["ctranslate2"] = real
real.get_cuda_device_count = lambda: 1
real.get_supported_compute_types = lambda device: {"float16", "int8_float16", "float32"}

with open(os.environ["TRIALS"], "a") as trials:
    trials.write("one\\n")


class Whisper:
    def __init__(self, folder, device, compute_type, intra_threads):
        self.compute_type = compute_type
        trouble = os.environ["TROUBLE"]
        if trouble.startswith("abort "):
            os.write(2, trouble.removeprefix("abort ").encode())
            os.abort()
        if trouble == "segfault":
            os.kill(os.getpid(), signal.SIGSEGV)
        if trouble == "hang":
            time.sleep(3600)
        if trouble.startswith("raise "):
            raise RuntimeError(trouble.removeprefix("raise "))
        if trouble == "half" and compute_type != "float32":
            raise RuntimeError("cuBLAS failed with status CUBLAS_STATUS_NOT_SUPPORTED")

    def encode(self, sound, to_cpu): ...
    def generate(self, *given, **named): ...
    def align(self, *given): ...


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
