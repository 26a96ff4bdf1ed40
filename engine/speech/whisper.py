"""Whisper behind the recogniser's protocol, through faster-whisper; the only import of it.

Loads the model on the best arithmetic that the device has, and turns what the libraries raise into
sentences with a remedy. How a decode is set up is in `engine.speech.whisper_options`.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.audio.format import SAMPLE_RATE, Samples
from engine.errors import RecognitionError
from engine.models import catalog
from engine.speech.hallucination import Decoded
from engine.speech.recognizer import Context
from engine.speech.whisper_options import Prompt, decode_options
from engine.speech.whisper_utterance import WhisperUtterance

if TYPE_CHECKING:
    from faster_whisper import WhisperModel

PREFERRED = {
    "cpu": ("int8", "int8_float32", "float32"),
    "cuda": ("int8_float16", "float16", "int8_float32", "float32"),
}
"""Arithmetic for "auto", the best first: the first that the device supports is taken."""


class Whisper:
    """A faster-whisper model. Satisfies `engine.speech.recognizer.Recognizer`."""

    name = "whisper"
    streams = False

    def __init__(
        self,
        model: str,
        *,
        language: str = "en",
        device: str = "auto",
        compute_type: str = "auto",
        threads: int = 0,
        beam_size: int = 2,
        vocabulary: Iterable[str] = (),
    ) -> None:
        """Describe the model; nothing is read before `load`.

        Args:
            model: A name of `engine.models.catalog`, or the path of a folder.
            language: ISO 639-1 code that the model must know; each utterance names its own.
            device: "auto", "cpu" or "cuda".
            compute_type: "auto", or one of CTranslate2's, such as "int8".
            threads: Threads of the decoder on a CPU; 0 takes the physical cores.
            beam_size: Hypotheses that are followed for the final text; partials follow one.
            vocabulary: Names and terms to expect in every utterance.
        """
        self.model = model
        self.remark = ""
        """What the user should know about how the loaded model runs; mostly empty."""
        self._language = language
        self._device = device
        self._compute_type = compute_type
        self._threads = threads
        self._beam_size = beam_size
        self._vocabulary = tuple(vocabulary)
        self._loaded: WhisperModel | None = None
        self._bytes = 0

    def load(self) -> None:
        """Bring the model into memory and decode once, so that the first phrase is not slower.

        Raises:
            RecognitionError: The model is missing, incomplete or broken, does not know the
                language, or cannot run on the device with that arithmetic.
        """
        if self._loaded is not None:
            return
        folder = self._folder()
        before = _resident_bytes()
        self._loaded = self._build(folder)
        self._bytes = max(0, _resident_bytes() - before)
        try:
            self._check_language(self._language)
        except RecognitionError:
            self.unload()
            raise

    def unload(self) -> None:
        """Free the model's memory. Safe to call twice."""
        if self._loaded is not None:
            self._loaded.model.unload_model()
            self._loaded, self._bytes = None, 0
            _trim_heap()

    def memory_bytes(self) -> int:
        """Resident bytes by which loading made this process grow; 0 when unloaded."""
        return self._bytes

    def open(self, context: Context) -> WhisperUtterance:
        """Begin an utterance.

        Raises:
            RecognitionError: The model is not loaded, or does not know the context's language.
        """
        self._check_language(context.language)
        return WhisperUtterance(self._decode, context, self._vocabulary)

    def _folder(self) -> Path:
        folder = catalog.find(self.model)
        if folder is not None:
            return folder
        looked_in = catalog.looked_in(self.model)
        for place in looked_in:
            if (place / "config.json").is_file() or (place / "model.bin").is_file():
                missing = ", ".join(catalog.missing_files(place))
                raise RecognitionError(f"The Whisper model in {place} lacks {missing}.", _replace(place))
        places = " nor in ".join(str(place) for place in looked_in)
        what = f'The Whisper model "{self.model}" is not on this machine: it is not in {places}.'
        raise RecognitionError(what, catalog.how_to_get(self.model))

    def _build(self, folder: Path) -> WhisperModel:
        """Load on the device that was asked for; with "auto", on the CPU where CUDA fails."""
        import ctranslate2

        self.remark = ""
        if self._device != "auto":
            return self._build_on(self._device, folder)
        if ctranslate2.get_cuda_device_count() > 0:
            try:
                return self._build_on("cuda", folder)
            except RecognitionError as error:
                self.remark = f"Whisper runs on the CPU, because CUDA failed: {error.what}"
        return self._build_on("cpu", folder)

    def _build_on(self, device: str, folder: Path) -> WhisperModel:
        from faster_whisper import WhisperModel

        compute_type = choose_compute_type(device, self._compute_type)
        threads = self._threads or physical_cores()
        try:
            model = WhisperModel(
                str(folder),
                device=device,
                compute_type=compute_type,
                cpu_threads=threads,
                local_files_only=True,
            )
            _warm_up(model)
        except Exception as error:  # the tokenizer's reader raises bare Exception
            raise _explained(error, f"in {folder}", device, _replace(folder)) from error
        return model

    def _check_language(self, language: str) -> None:
        """Refuse a language that the model has no token for."""
        model = self._model()
        if not model.model.is_multilingual:
            if language != "en":
                what = f'The Whisper model "{self.model}" knows English only, not "{language}".'
                other = self.model.removesuffix(".en")
                hint = f'such as "{other}"' if other in catalog.MODELS else 'such as "base" or "small"'
                raise RecognitionError(
                    what, f'Choose a model without ".en", {hint}, or set language to "en".'
                )
        elif model.hf_tokenizer.token_to_id(f"<|{language}|>") is None:
            what = f'The Whisper model "{self.model}" does not know the language "{language}".'
            raise RecognitionError(
                what, 'Set recognition.language to an ISO 639-1 code such as "en" or "de".'
            )

    def _model(self) -> WhisperModel:
        if self._loaded is None:
            raise RecognitionError(f'The Whisper model "{self.model}" is not loaded.', "Load it first.")
        return self._loaded

    def _decode(
        self, samples: Samples, prompt: Prompt, *, final: bool, cancelled: Callable[[], bool]
    ) -> list[Decoded]:
        """Satisfies `engine.speech.whisper_utterance.Decode`."""
        model = self._model()
        beam_size = self._beam_size if final else 1
        length_s = len(samples) / SAMPLE_RATE
        options = decode_options(prompt, length_s, model.hf_tokenizer, final=final, beam_size=beam_size)
        decoded: list[Decoded] = []
        try:
            segments, _ = model.transcribe(samples, **options)
            for found in segments:
                if cancelled():
                    break
                text = found.text.strip()
                decoded.append(Decoded(text, found.start, found.end, found.no_speech_prob, found.avg_logprob))
        except (RuntimeError, ValueError, MemoryError) as error:
            remedy = "Try again; if it happens again, choose another model."
            raise _explained(error, f'"{self.model}"', model.model.device, remedy) from error
        return decoded


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


def physical_cores() -> int:
    """Physical cores that this process may use: a second thread on a core slows the decoder."""
    import psutil

    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(allowed, psutil.cpu_count(logical=False) or allowed))


def _warm_up(model: WhisperModel) -> None:
    """Run encoder and decoder once: memory is laid out, and a missing CUDA library shows now."""
    sound = np.zeros(SAMPLE_RATE, np.float32)
    segments, _ = model.transcribe(sound, language="en", beam_size=1, temperature=0.0, max_new_tokens=2)
    for _ in segments:
        pass


def _explained(error: Exception, model: str, device: str, remedy: str) -> RecognitionError:
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


def _trim_heap() -> None:
    """Let glibc hand freed weights back to the system; it keeps all 150 MB of base.en otherwise."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)


def _resident_bytes() -> int:
    import psutil

    return int(psutil.Process().memory_info().rss)
