"""Tries out the heavy, native parts in a process of their own, for `utter doctor`.

PortAudio's start, ALSA's complaints on standard error, a broken wheel that takes the interpreter
with it, a sound server that never answers: all of it stays in the child. Run as
`python -m engine.probe NAME`, which prints one JSON object.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any

TIME_OUT_S = 20.0
"""How long a part may take; importing faster-whisper from a cold disk takes several seconds."""


class ProbeError(Exception):
    """A part did not work; the message is one sentence."""


def probe(name: str, time_out_s: float = TIME_OUT_S) -> dict[str, Any]:
    """Try the part `name`, a key of `PROBES`, in a child process.

    Returns:
        What the probe's function returned.

    Raises:
        ProbeError: It failed, crashed or took too long.
    """
    root = Path(__file__).resolve().parent.parent
    path = os.pathsep.join(filter(None, [str(root), os.environ.get("PYTHONPATH")]))
    try:
        child = subprocess.run(
            [sys.executable, "-P", "-m", "engine.probe", name],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=time_out_s,
            env=os.environ | {"PYTHONPATH": path},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ProbeError(f"It did not answer within {time_out_s:g} s.") from None
    lines = child.stdout.decode(errors="replace").splitlines()
    if not lines or child.returncode:
        raise ProbeError(f"It crashed (exit status {child.returncode}).")
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
    from pocketsphinx import get_model_path

    model = Path(get_model_path("en-us"))
    if not model.is_dir():
        raise FileNotFoundError(2, "its English model is missing", str(model))
    return {"version": metadata.version("pocketsphinx")}


def whisper() -> dict[str, Any]:
    """Import faster-whisper; gives its version and how many CUDA devices it can use."""
    import ctranslate2
    import faster_whisper

    return {"version": faster_whisper.__version__, "cuda": ctranslate2.get_cuda_device_count()}


PROBES: dict[str, Callable[[], dict[str, Any]]] = {
    "portaudio": portaudio,
    "inputs": inputs,
    "pocketsphinx": pocketsphinx,
    "whisper": whisper,
}
"""The parts that can be tried."""


def main(name: str) -> None:
    """Run one probe in this process and print its answer; any failure is the answer, too."""
    try:
        answer = PROBES[name]()
    except Exception as error:
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer))


if __name__ == "__main__":
    main(sys.argv[1])
