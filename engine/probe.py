"""Tries out the heavy, native parts in a process of their own: for `utter doctor`, and before CUDA is used.

PortAudio's start, ALSA's complaints on standard error, a broken wheel that takes the interpreter
with it, a sound server that never answers: all of it stays in the child. Run as
`python -m engine.probe NAME [ARGUMENT…]`, which prints one JSON object.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine.commands import answer_of

TIME_OUT_S = 20.0
"""How long a part may take; importing faster-whisper from a cold disk takes several seconds."""

PRINTED_BYTES = 4096
"""How much of the end of a crashed child's standard error is kept."""


class ProbeError(Exception):
    """A part did not work; the message is one sentence.

    Attributes:
        code: Exit status of the child, negative for a signal; 0 if it ended as it should.
        printed: The end of what it wrote to standard error, which may be anything.
        hung: Whether it was given up, because it did not answer.
    """

    def __init__(self, message: str, code: int = 0, printed: str = "", *, hung: bool = False) -> None:
        super().__init__(message)
        self.code = code
        self.printed = printed
        self.hung = hung


def probe(name: str, *arguments: str, time_out_s: float = TIME_OUT_S) -> dict[str, Any]:
    """Try the part `name`, a key of `PROBES`, in a child process.

    Args:
        name: Which part.
        arguments: For the probe's function.
        time_out_s: How long it may take.

    Returns:
        What the probe's function returned.

    Raises:
        ProbeError: It failed, crashed or took too long.
    """
    root = Path(__file__).resolve().parent.parent
    path = os.pathsep.join(filter(None, [str(root), os.environ.get("PYTHONPATH")]))
    try:
        child = answer_of(
            [sys.executable, "-P", "-m", "engine.probe", name, *arguments],
            time_out_s,
            os.environ | {"PYTHONPATH": path},
        )
    except subprocess.TimeoutExpired:
        raise ProbeError(f"It did not answer within {time_out_s:g} s.", hung=True) from None
    lines = child.stdout.decode(errors="replace").splitlines()
    if not lines or child.returncode:
        printed = child.stderr[-PRINTED_BYTES:].decode(errors="replace")
        raise ProbeError(f"It crashed (exit status {child.returncode}).", child.returncode, printed)
    answer: dict[str, Any] = json.loads(lines[-1])
    if "error" in answer:
        raise ProbeError(answer["error"])
    return answer


def portaudio() -> dict[str, Any]:
    """Start PortAudio; gives its version."""
    import sounddevice

    return {"version": sounddevice.get_portaudio_version()[1].split(",")[0]}


def inputs() -> dict[str, Any]:
    """List the microphones; gives their names and which is the default."""
    from engine.audio.devices import list_inputs

    found = list_inputs()
    return {
        "names": [device.name for device in found],
        "default": next((device.name for device in found if device.is_default), ""),
    }


def pocketsphinx() -> dict[str, Any]:
    """Import PocketSphinx and look for the English model in its package."""
    from importlib import metadata

    from pocketsphinx import get_model_path

    model = Path(get_model_path("en-us"))
    if not model.is_dir():
        raise FileNotFoundError(2, "its English model is missing", str(model))
    return {"version": metadata.version("pocketsphinx")}


def whisper() -> dict[str, Any]:
    """Import faster-whisper.

    Returns:
        Its "version", the "cpu" types of arithmetic, how many "cuda" devices CTranslate2 can use, and
        where there are none, what CUDA says to that as "cuda_said".
    """
    import ctranslate2
    import faster_whisper

    said = ""
    devices = ctranslate2.get_cuda_device_count()
    if not devices:
        try:
            ctranslate2.get_supported_compute_types("cuda")
        except (RuntimeError, ValueError) as error:
            said = str(error)
    types = sorted(ctranslate2.get_supported_compute_types("cpu"))
    return {"version": faster_whisper.__version__, "cpu": types, "cuda": devices, "cuda_said": said}


def cuda(device: str, folder: str) -> dict[str, Any]:
    """Run a tiny Whisper on a device with each arithmetic that it is said to support.

    A library that is missing or wrong may end this process without an exception.

    Args:
        device: "cuda"; "cpu" takes the same way.
        folder: Where the tiny model is built. It is the caller's, who removes it if this crashes.

    Returns:
        As "works" the arithmetic that ran, and as "failed" what was said of the others.
    """
    import ctranslate2

    from engine.models import tiny_whisper

    works: list[str] = []
    failed: dict[str, str] = {}
    tiny_whisper.build(Path(folder))
    for compute_type in sorted(ctranslate2.get_supported_compute_types(device)):
        try:
            tiny_whisper.run(Path(folder), device, compute_type)
        except (RuntimeError, ValueError) as error:
            failed[compute_type] = str(error)
        else:
            works.append(compute_type)
    return {"works": works, "failed": failed}


PROBES: dict[str, Callable[..., dict[str, Any]]] = {
    "portaudio": portaudio,
    "inputs": inputs,
    "pocketsphinx": pocketsphinx,
    "whisper": whisper,
    "cuda": cuda,
}
"""The parts that can be tried."""


def main(name: str, *arguments: str) -> None:
    """Run one probe in this process and print its answer; any failure is the answer, too."""
    try:
        answer = PROBES[name](*arguments)
    except Exception as error:
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer))


if __name__ == "__main__":
    main(*sys.argv[1:])
