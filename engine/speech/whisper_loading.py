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
from engine.errors import RecognitionError
from engine.machine import usable_cores
from engine.models import catalog
from engine.models.decoding import Geometry

if TYPE_CHECKING:
    from faster_whisper import WhisperModel

PREFERRED = {
    "cpu": ("int8", "int8_float32", "float32"),
    "cuda": ("int8_float16", "float16", "int8_float32", "float32"),
}
"""Arithmetic for "auto", the best first: the first that the device supports is taken."""


def folder_of(model: str) -> Path:
    """The folder of a model by its name or path.

    Raises:
        RecognitionError: It is not on this machine, or incomplete.
    """
    folder = catalog.find(model)
    if folder is not None:
        return folder
    looked_in = catalog.looked_in(model)
    for place in looked_in:
        if (place / "config.json").is_file() or (place / "model.bin").is_file():
            missing = ", ".join(catalog.missing_files(place))
            raise RecognitionError(f"The Whisper model in {place} lacks {missing}.", _replace(place))
    places = " nor in ".join(str(place) for place in looked_in)
    what = f'The Whisper model "{model}" is not on this machine: it is not in {places}.'
    raise RecognitionError(what, catalog.how_to_get(model))


def load_model(folder: Path, device: str, compute_type: str, threads: int) -> tuple[WhisperModel, str]:
    """Load on the device that was asked for; with "auto", on the CPU where CUDA fails.

    Args:
        folder: The model's files.
        device: "auto", "cpu" or "cuda".
        compute_type: "auto", or one of CTranslate2's.
        threads: Threads of the decoder on a CPU; 0 takes the physical cores it may use.

    Returns:
        The model, warmed up, and what the user should know about how it runs; mostly empty.

    Raises:
        RecognitionError: The files are broken, or the device or its arithmetic is not there.
    """
    import ctranslate2

    if device != "auto":
        return _load_on(device, folder, compute_type, threads), ""
    remark = ""
    if ctranslate2.get_cuda_device_count() > 0:
        try:
            return _load_on("cuda", folder, compute_type, threads), ""
        except RecognitionError as error:
            remark = f"Whisper runs on the CPU, because CUDA failed: {error.what}"
    return _load_on("cpu", folder, compute_type, threads), remark


def _load_on(device: str, folder: Path, compute_type: str, threads: int) -> WhisperModel:
    from faster_whisper import WhisperModel

    compute_type = choose_compute_type(device, compute_type)
    try:
        model = WhisperModel(
            str(folder),
            device=device,
            compute_type=compute_type,
            cpu_threads=threads or usable_cores(),
            local_files_only=True,
        )
        _warm_up(model)
    except Exception as error:  # the tokenizer's reader raises bare Exception
        raise explained(error, f"in {folder}", device, _replace(folder)) from error
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


def choose_compute_type(device: str, wanted: str) -> str:
    """The arithmetic for a device.

    Args:
        device: "cpu" or "cuda".
        wanted: One of CTranslate2's names, or "auto" for the first of `PREFERRED` there is.

    Raises:
        RecognitionError: The device is not there, or does not support what is wanted.
    """
    import ctranslate2

    try:
        supported = ctranslate2.get_supported_compute_types(device)
    except (RuntimeError, ValueError) as error:
        what = f"Whisper cannot run on {device.upper()}: {error}."
        raise RecognitionError(what, 'Set recognition.device to "cpu" or "auto".') from error
    if wanted == "auto":
        return next((name for name in PREFERRED[device] if name in supported), "default")
    if wanted in supported:
        return wanted
    names = ", ".join(sorted(supported))
    what = f'The compute type "{wanted}" does not exist on {device.upper()} here; there are: {names}.'
    raise RecognitionError(what, 'Set recognition.compute_type to one of these, or to "auto".')


def _warm_up(model: WhisperModel) -> None:
    """Run encoder and decoder once: memory is laid out, and a missing CUDA library shows now."""
    sound = np.zeros(SAMPLE_RATE, np.float32)
    segments, _ = model.transcribe(sound, language="en", beam_size=1, temperature=0.0, max_new_tokens=2)
    for _ in segments:
        pass


def explained(error: Exception, model: str, device: str, remedy: str) -> RecognitionError:
    """What the libraries say about `model`, with what the user can do about it."""
    said = " ".join(str(error).split()).partition(". ")[0].rstrip(".") or type(error).__name__
    if "out of memory" in said.lower() or isinstance(error, MemoryError):
        what = f"There is not enough memory on {device.upper()} for the Whisper model {model}: {said}."
        return RecognitionError(what, 'Choose a smaller model, or set recognition.device to "cpu".')
    if device == "cuda" and any(name in said.lower() for name in ("cuda", "cublas", "cudnn", "library")):
        what = f"Whisper cannot run on CUDA: {said}."
        fix = 'Install CUDA 12 with cuBLAS and cuDNN 9, or set recognition.device to "cpu".'
        return RecognitionError(what, fix)
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
