"""A recogniser in a process of its own, behind the same protocol as one in this process.

A recogniser that crashes, hangs or holds the interpreter's lock then cannot touch the screen or
the audio callback, and unloading it really returns its memory. `engine.speech.worker` is the other
end; `engine.speech.wire` is what they speak.
"""

from __future__ import annotations

import contextlib
import itertools
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO, NoReturn, cast

from engine.audio.format import Samples
from engine.errors import RecognitionError
from engine.registry import Option, build_recognizer
from engine.speech import wire
from engine.speech.outbox import Outbox
from engine.speech.recognizer import Context, Hypothesis, Transcript
from engine.speech.wire import Frame, Header

KEPT = "The audio is kept; try again, and the recogniser starts anew."


class RecognizerProcess:
    """A `Recognizer` whose work is done by a process of its own.

    All methods are called from one thread at a time, except `kill` and `memory_bytes`, which may
    be called from any.
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
        self._log = log
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._outbox: Outbox | None = None
        self._killed = False
        self._ids = itertools.count(1)
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

    def load(self) -> None:
        """Start the process and load the model; does nothing when that is done already.

        A process that died is replaced.

        Raises:
            RecognitionError: The model could not be loaded, or the process could not be started.
        """
        if self._process is not None and self._process.poll() is None:
            return
        self.unload()
        self._start()
        try:
            self.ask({"do": "load", "options": self._options})
        except RecognitionError:
            self.unload()
            raise

    def unload(self) -> None:
        """End the process, which gives all its memory back. Safe to call twice."""
        with self._lock:
            process, self._process = self._process, None
            outbox, self._outbox = self._outbox, None
        self._open = None
        if process is None:
            return
        process.kill()
        process.wait()
        if outbox is not None:
            outbox.close()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()

    def kill(self) -> None:
        """End the process from another thread: a call that waits for it raises at once.

        The next `load` starts a new one.
        """
        with self._lock:
            if self._process is not None:
                self._killed = True
                self._process.kill()

    def memory_bytes(self) -> int:
        """Resident bytes of the process; 0 when there is none."""
        import psutil

        process = self._process
        if process is None:
            return 0
        try:
            return int(psutil.Process(process.pid).memory_info().rss)
        except psutil.Error:
            return 0

    def open(self, context: Context) -> RemoteUtterance:
        """Begin an utterance. One that is still open is discarded.

        Raises:
            RecognitionError: The model is not loaded, cannot begin, or its process has ended.
        """
        if self._open is not None:
            self._open.discard()
        self.ask({"do": "open", "context": wire.context_to_json(context)})
        self._open = RemoteUtterance(self)
        return self._open

    def ask(self, request: Header) -> Header:
        """Send a request and wait for its answer.

        Raises:
            RecognitionError: The recogniser refused or failed, or its process ended.
        """
        process, outbox = self._process, self._outbox
        if process is None or outbox is None:
            raise RecognitionError(f"The recogniser {self._name} is not loaded.", "Load it first.")
        number = next(self._ids)
        outbox.put(Frame({**request, "id": number}))
        answer = self._answer(process, number)
        if error := answer.get("error"):
            raise RecognitionError(error["what"], error["remedy"])
        return answer

    def ask_for(self, utterance: RemoteUtterance, request: Header, *, last: bool = False) -> Header:
        """Send a request about an utterance and wait for its answer.

        Args:
            utterance: The utterance it is about.
            request: What is asked.
            last: Whether the utterance ends with it.

        Raises:
            RecognitionError: The utterance is over, the recogniser failed, or its process ended.
        """
        if self._open is not utterance:
            raise RecognitionError("The utterance is over, and nothing more can be asked of it.", KEPT)
        if last:
            self._open = None
        return self.ask(request)

    def send(self, utterance: RemoteUtterance, request: Header, samples: Samples) -> None:
        """Send samples of the open utterance; there is no answer."""
        if self._open is utterance and self._outbox is not None:
            self._outbox.put(Frame(request, samples))

    def discard(self, utterance: RemoteUtterance) -> None:
        """Throw an utterance away, and the samples that wait to be sent; nothing if it is over."""
        if self._open is utterance and self._outbox is not None:
            self._open = None
            self._outbox.drop_samples()
            self._outbox.put(Frame({"do": "discard"}))

    def _start(self) -> None:
        command = [sys.executable, "-P", "-m", "engine.speech.worker", self._registered]
        try:
            process = self._popen(command)
        except OSError as error:
            raise RecognitionError(
                f"The recogniser {self._name} could not be started: {error}.",
                "Free some memory, and see that the log's folder can be written.",
            ) from error
        with self._lock:
            self._process = process
            self._outbox = Outbox(cast("BinaryIO", process.stdin))
            self._killed = False

    def _popen(self, command: list[str]) -> subprocess.Popen[bytes]:
        pipe = subprocess.PIPE
        # A session of its own: ctrl-c and ctrl-z in the terminal are for the workstation alone.
        if self._log is None:
            return subprocess.Popen(
                command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, start_new_session=True
            )
        self._log.parent.mkdir(parents=True, exist_ok=True)
        with self._log.open("ab") as log:
            return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=log, start_new_session=True)

    def _answer(self, process: subprocess.Popen[bytes], number: int) -> Header:
        """Block until the answer of that number is there; answers nobody waits for any more go by."""
        pipe = cast("BinaryIO", process.stdout)
        while True:
            try:
                frame = wire.read_frame(pipe)
            except wire.WireError as error:
                process.kill()
                self._gone(process, f" after sending something unreadable ({error})")
            if frame is None:
                self._gone(process)
            if frame.header.get("id") == number:
                return frame.header

    def _gone(self, process: subprocess.Popen[bytes], detail: str = "") -> NoReturn:
        """Say how the process ended."""
        code = process.wait()
        self._open = None
        if self._killed:
            raise RecognitionError(f"The recogniser {self._name} was stopped.", KEPT)
        ending = f"signal {_signal_name(-code)}" if code < 0 else f"exit code {code}"
        log = f" Its log is {self._log}." if self._log is not None else ""
        raise RecognitionError(
            f"The recogniser {self._name} ended unexpectedly ({ending}){detail}.", KEPT + log
        )


class RemoteUtterance:
    """The open utterance of a `RecognizerProcess`."""

    def __init__(self, owner: RecognizerProcess) -> None:
        """Only `RecognizerProcess.open` makes one."""
        self._owner = owner

    def feed(self, samples: Samples) -> None:
        """Hand on mono float32 at 16 kHz, shape [n]; does not wait for the decoder.

        Never raises: what goes wrong is told by the next `partial` or `finish`.
        """
        self._owner.send(self, {"do": "feed"}, samples)

    def partial(self) -> Hypothesis:
        """What the sound fed so far seems to contain; waits until the decoder has reached its end.

        Raises:
            RecognitionError: The recogniser failed, or its process ended.
        """
        return Hypothesis(self._owner.ask_for(self, {"do": "partial"})["text"])

    def finish(self) -> Transcript:
        """End the utterance and give its words.

        Raises:
            RecognitionError: The recogniser failed, or its process ended.
        """
        return wire.transcript_from_json(self._owner.ask_for(self, {"do": "finish"}, last=True)["segments"])

    def discard(self) -> None:
        """Throw the utterance away, and the samples that still wait to be sent."""
        self._owner.discard(self)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return str(number)
