"""A recogniser in a process of its own, behind the same protocol as one in this process.

A recogniser that crashes, hangs or holds the interpreter's lock then cannot touch the screen or
the audio callback, and unloading it really returns its memory. `engine.speech.worker` is the other
end; `engine.speech.wire` is what they speak.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path

from engine.audio.format import Samples
from engine.errors import DeviceError, RecognitionError, RecognitionStoppedError
from engine.models import cuda
from engine.models.devices import BECAUSE
from engine.registry import Option, build_recognizer
from engine.speech import wire
from engine.speech.child import Child
from engine.speech.cuda_trust import CudaTrust
from engine.speech.recognizer import Context
from engine.speech.remote_utterance import RemoteUtterance
from engine.speech.wire import Header

__all__ = ["RecognizerProcess", "RemoteUtterance"]


class RecognizerProcess:
    """A `Recognizer` whose work is done by a process of its own.

    All methods are called from one thread at a time, except `kill`, `memory_bytes` and `busy_s`,
    which may be called from any.
    """

    def __init__(self, name: str, options: Mapping[str, Option], *, log: Path | None = None) -> None:
        """Name what will be loaded; no process is started yet.

        Args:
            name: The recogniser's name in `engine.registry`.
            options: Keyword arguments for its constructor.
            log: File to which the process appends whatever it prints; None throws it away.

        Raises:
            RecognitionError: There is no recogniser of that name.
        """
        described = build_recognizer(name, options)
        self._name, self._model, self._streams = described.name, described.model, described.streams
        self._registered = name
        self._options = dict(options)
        self._remark = ""
        self._runs_on = ""
        self._device_bytes = 0
        self._cuda = CudaTrust()
        self._kept_off_cuda = False
        self._ended_busy_s = 0.0
        self._log = log
        self._lock = threading.Lock()
        self._child: Child | None = None
        self._open: RemoteUtterance | None = None

    @property
    def name(self) -> str:
        """Its name in `engine.registry`."""
        return self._name

    @property
    def model(self) -> str:
        """The model it uses."""
        return self._model

    @property
    def streams(self) -> bool:
        """Whether `partial` is nearly free because the decoder works as it is fed."""
        return self._streams

    @property
    def alive(self) -> bool:
        """Whether its process runs."""
        child = self._child
        return child is not None and child.alive

    @property
    def runs_on(self) -> str:
        """Device and arithmetic of the loaded model, such as "cpu int8"; empty when unloaded."""
        return self._runs_on if self._child is not None else ""

    @property
    def remark(self) -> str:
        """What the user should know about how it was loaded and where it runs; else empty."""
        return f"{self._cuda.remark} {self._remark}".strip()

    def begin_dictation(self) -> None:
        """Let the next `load` try CUDA again where it failed before, unless it did so twice in a row."""
        self._cuda.begin_dictation()

    def load(self) -> None:
        """Start the process and load the model; does nothing when that is done already.

        A process that died is replaced, and one that failed on CUDA by one on the CPU.

        Raises:
            RecognitionError: The model could not be loaded, or the process could not be started.
        """
        if self._child is not None and self._child.alive and self._kept_off_cuda == self._cuda.lost:
            return
        self.unload()
        try:
            self._start()
        except DeviceError as error:
            self._cuda.failed(error.what)
            self._start()

    def _start(self) -> None:
        """Start a process and load the model there, on the CPU where CUDA is not trusted.

        Raises:
            DeviceError: It may be CUDA that failed: it was not kept off, and the process is gone.
            RecognitionError: The model could not be loaded, or the process could not be started.
        """
        self._kept_off_cuda = self._cuda.lost
        options = self._options | ({"device": "cpu"} if self._kept_off_cuda else {})
        child = Child(self._registered, self._log)
        with self._lock:
            self._child = child
        try:
            answer = child.ask({"do": "load", "options": options, "cuda": cuda.known()})
        except RecognitionError as error:
            died = not child.alive and not isinstance(error, RecognitionStoppedError)
            self.unload()
            if died and options.get("device", "cpu") != "cpu":
                raise DeviceError(error.what, error.remedy) from error
            raise
        cuda.remember(answer["cuda"])
        self._remark, self._runs_on = str(answer["remark"]), str(answer["runs_on"])
        self._device_bytes = int(answer["device_bytes"])
        if answer["left_cuda"] and BECAUSE in self._remark:
            self._cuda.failed(self._remark.partition(BECAUSE)[2])
            self._remark, self._kept_off_cuda = "", True

    def unload(self) -> None:
        """End the process, which gives all its memory back. Safe to call twice."""
        with self._lock:
            child, self._child = self._child, None
        self._open = None
        if child is not None:
            self._ended_busy_s += child.busy_s
            child.close()

    def kill(self) -> None:
        """End the process from another thread: a call that waits for it raises at once.

        The next `load` starts a new one.
        """
        with self._lock:
            if self._child is not None:
                self._child.kill()

    def busy_s(self) -> float:
        """Seconds that recognisers were at work on sound, those of ended processes included."""
        child = self._child
        return self._ended_busy_s + (child.busy_s if child is not None else 0.0)

    def memory_bytes(self) -> int:
        """Bytes of the card's memory if it runs on CUDA, else resident bytes of the process.

        0 when there is no process, or the card does not tell.
        """
        import psutil

        child = self._child
        if child is None:
            return 0
        if self._runs_on.startswith("cuda"):
            return self._device_bytes
        try:
            return int(psutil.Process(child.pid).memory_info().rss)
        except psutil.Error:
            return 0

    def open(self, context: Context) -> RemoteUtterance:
        """Begin an utterance. One that is still open is discarded.

        Raises:
            RecognitionError: The model is not loaded, cannot begin, or its process has ended.
        """
        child = self.child()
        if self._open is not None:
            self._open.discard()
        self.ask(child, {"do": "open", "context": wire.context_to_json(context)})
        self._open = RemoteUtterance(self, child)
        return self._open

    def child(self) -> Child:
        """Its process.

        Raises:
            RecognitionError: There is none, for the model is not loaded.
        """
        if self._child is None:
            raise RecognitionError(f"The recogniser {self._name} is not loaded.", "Load it first.")
        return self._child

    def ask(self, child: Child, request: Header, samples: Samples = wire.NO_SAMPLES) -> Header:
        """Ask for what is recognised; keeps in mind what becomes of it on CUDA.

        Raises:
            RecognitionError: The recogniser failed, or its process ended.
        """
        on_cuda = self.runs_on.startswith("cuda")
        try:
            answer = child.ask(request, samples)
        except RecognitionStoppedError:
            raise
        except RecognitionError as error:
            if on_cuda and (isinstance(error, DeviceError) or not child.alive):
                self._cuda.failed(error.what)
            raise
        if on_cuda and request["do"] != "open":
            self._cuda.worked()
        return answer

    def is_open(self, utterance: RemoteUtterance) -> bool:
        """Whether `utterance` is the one that is being recognised."""
        return self._open is utterance

    def forget(self, utterance: RemoteUtterance) -> bool:
        """Let go of an utterance that ends; whether it was the open one."""
        was_open = self._open is utterance
        if was_open:
            self._open = None
        return was_open
