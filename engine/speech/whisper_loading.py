"""Brings a Whisper model into memory on the best arithmetic that the device has.

What the libraries raise is turned into sentences with a remedy.
"""

from __future__ import annotations

import ctypes
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.audio.format import SAMPLE_RATE
from engine.errors import DeviceError, RecognitionError
from engine.machine import usable_cores
from engine.models import devices
from engine.models.catalog import how_to_get
from engine.models.cuda_faults import cleaned, fault_of
from engine.models.decoding import Geometry
from engine.models.devices import Placement
from engine.models.on_disk import find, flaw, incomplete, looked_in

if TYPE_CHECKING:
    from faster_whisper import WhisperModel


def folder_of(model: str) -> Path:
    """The folder of a model by its name or path.

    Raises:
        RecognitionError: It is not on this machine, or incomplete.
    """
    folder = find(model)
    if folder is not None:
        return folder
    part = incomplete(model)
    if part is not None:
        raise RecognitionError(f"The Whisper model in {part} {flaw(part)}.", _replace(part))
    places = " nor in ".join(str(place) for place in looked_in(model))
    what = f'The Whisper model "{model}" is not on this machine: it is not in {places}.'
    raise RecognitionError(what, how_to_get(model))


def load_model(folder: Path, device: str, compute_type: str, threads: int) -> tuple[WhisperModel, str]:
    """Load where it was asked for; on the CPU, where CUDA was asked for or chosen and fails.

    Args:
        folder: The model's files.
        device: "auto", "cpu" or "cuda".
        compute_type: "auto", or one of CTranslate2's; the nearest is taken where a device lacks it.
        threads: Threads of the decoder on a CPU; 0 takes the physical cores it may use.

    Returns:
        The model, warmed up, and what the user should know about how it runs; mostly empty.

    Raises:
        RecognitionError: The files are broken, or there is not enough memory.
    """
    placement = devices.place(device, compute_type)
    if placement.device == "cuda":
        try:
            return _load_on(placement, folder, threads), placement.remark
        except RecognitionError as error:
            why = error.what.rstrip(".")
            placement = devices.instead_of_cuda(compute_type, devices.cpu_types(), why)
    return _load_on(placement, folder, threads), placement.remark


def _load_on(placement: Placement, folder: Path, threads: int) -> WhisperModel:
    from faster_whisper import WhisperModel

    try:
        model = WhisperModel(
            str(folder),
            device=placement.device,
            compute_type=placement.compute_type,
            cpu_threads=threads or usable_cores(),
            local_files_only=True,
        )
        _warm_up(model)
    except Exception as error:  # the tokenizer's reader raises bare Exception
        raise explained(error, f"in {folder}", placement.device, _replace(folder)) from error
    return model


def geometry_of(model: WhisperModel, folder: Path) -> Geometry:
    """The size of a loaded model: its encoder's width is seen by encoding a fifth of a second."""
    mels = int(model.model.n_mels)
    encoded = model.encode(np.zeros((mels, 20), np.float32))
    return Geometry(int(encoded.shape[-1]), _aligned_layers(folder), mels)


def _aligned_layers(folder: Path) -> int:
    """Decoder layers up to the last one with an alignment head; 0 where the file does not tell."""
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        return max(int(layer) for layer, _ in config["alignment_heads"]) + 1
    except (OSError, ValueError, KeyError, TypeError):
        return 0


def _warm_up(model: WhisperModel) -> None:
    """Run encoder and decoder once: memory is laid out, and a missing CUDA library shows now."""
    sound = np.zeros(SAMPLE_RATE, np.float32)
    segments, _ = model.transcribe(sound, language="en", beam_size=1, temperature=0.0, max_new_tokens=2)
    for _ in segments:
        pass


def explained(error: Exception, model: str, device: str, remedy: str) -> RecognitionError:
    """What the libraries say about `model`, with what the user can do about it.

    Returns:
        A `DeviceError` where CUDA is to blame, so that the CPU may be tried instead.
    """
    said = cleaned(str(error).partition(". ")[0]) or type(error).__name__
    fault = fault_of(said)
    if fault.kind == "memory" or isinstance(error, MemoryError):
        what = f"There is not enough memory on {device.upper()} for the Whisper model {model}: {said}."
        remedy = 'Choose a smaller model, or set recognition.device to "cpu".'
        return DeviceError(what, remedy) if device == "cuda" else RecognitionError(what, remedy)
    if device == "cuda" and (fault.kind != "other" or "cuda" in said.lower()):
        return DeviceError(f"Whisper cannot run on CUDA: {fault.what}.", fault.fix)
    return RecognitionError(f"The Whisper model {model} cannot be used: {said}.", remedy)


def _replace(folder: Path) -> str:
    """How to replace a broken model; one of the hub's with its blobs, which it would reuse."""
    kept_by_hub = (parent for parent in folder.parents if parent.name.startswith("models--"))
    return f"Remove {next(kept_by_hub, folder)} and fetch the model again."


def trim_heap() -> None:
    """Let glibc hand freed weights back to the system; it keeps all 150 MB of base.en otherwise."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)


def resident_bytes() -> int:
    """Memory of this process."""
    import psutil

    return int(psutil.Process().memory_info().rss)
