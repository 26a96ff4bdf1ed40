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
from engine.errors import RecognitionError
from engine.registry import Option, build_recognizer
from engine.speech import wire
from engine.speech.child import KEPT, Child
from engine.speech.recognizer import Context, Hypothesis, Transcript


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
    def runs_on(self) -> str:
        """Device and arithmetic of the loaded model, such as "cpu int8"; empty when unloaded."""
        return self._runs_on if self._child is not None else ""

    @property
    def remark(self) -> str:
        """One sentence for the user about how it was loaded; else empty."""
        return self._remark

    def load(self) -> None:
        """Start the process and load the model; does nothing when that is done already.

        A process that died is replaced.

        Raises:
            RecognitionError: The model could not be loaded, or the process could not be started.
        """
        if self._child is not None and self._child.alive:
            return
        self.unload()
        child = Child(self._registered, self._log)
        with self._lock:
            self._child = child
        try:
            answer = child.ask({"do": "load", "options": self._options})
            self._remark, self._runs_on = str(answer["remark"]), str(answer["runs_on"])
        except RecognitionError:
            self.unload()
            raise

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
        """Resident bytes of the process; 0 when there is none."""
        import psutil

        child = self._child
        if child is None:
            return 0
        try:
            return int(psutil.Process(child.pid).memory_info().rss)
        except psutil.Error:
            return 0

    def open(self, context: Context) -> RemoteUtterance:
        """Begin an utterance. One that is still open is discarded.

        Raises:
            RecognitionError: The model is not loaded, cannot begin, or its process has ended.
        """
        if self._child is None:
            raise RecognitionError(f"The recogniser {self._name} is not loaded.", "Load it first.")
        if self._open is not None:
            self._open.discard()
        self._child.ask({"do": "open", "context": wire.context_to_json(context)})
        self._open = RemoteUtterance(self, self._child)
        return self._open

    def is_open(self, utterance: RemoteUtterance) -> bool:
        """Whether `utterance` is the one that is being recognised."""
        return self._open is utterance

    def forget(self, utterance: RemoteUtterance) -> bool:
        """Let go of an utterance that ends; whether it was the open one."""
        was_open = self._open is utterance
        if was_open:
            self._open = None
        return was_open


class RemoteUtterance:
    """The open utterance of a `RecognizerProcess`."""

    def __init__(self, owner: RecognizerProcess, child: Child) -> None:
        """Only `RecognizerProcess.open` makes one."""
        self._owner = owner
        self._child = child

    def feed(self, samples: Samples) -> None:
        """Hand on mono float32 at 16 kHz, shape [n], which nobody changes afterwards.

        Never raises: what goes wrong is told by the next `partial` or `finish`.
        """
        if self._owner.is_open(self):
            self._child.tell({"do": "feed"}, samples)

    def partial(self, *, timed: bool = False) -> Hypothesis:
        """What the sound fed so far seems to contain; waits until the decoder has reached its end.

        Raises:
            RecognitionError: The utterance is over, the recogniser failed, or its process ended.
        """
        if not self._owner.is_open(self):
            raise _over()
        return wire.hypothesis_from_json(self._child.ask({"do": "partial", "timed": timed})["hypothesis"])

    def speculate(self) -> Transcript | None:
        """The words as if the utterance ended here; None where the recogniser cannot tell.

        Raises:
            RecognitionError: The utterance is over, the recogniser failed, or its process ended.
        """
        if not self._owner.is_open(self):
            raise _over()
        answer = self._child.ask({"do": "speculate"})["transcript"]
        return None if answer is None else wire.transcript_from_json(answer)

    def accept(self) -> None:
        """End the utterance with the words of the last `speculate`."""
        if self._owner.forget(self):
            self._child.drop_samples()
            self._child.tell({"do": "accept"})

    def finish(self) -> Transcript:
        """End the utterance and give its words.

        Raises:
            RecognitionError: The utterance is over, the recogniser failed, or its process ended.
        """
        if not self._owner.forget(self):
            raise _over()
        return wire.transcript_from_json(self._child.ask({"do": "finish"})["transcript"])

    def discard(self) -> None:
        """Throw the utterance away, and the samples that still wait to be sent."""
        if self._owner.forget(self):
            self._child.drop_samples()
            self._child.tell({"do": "discard"})


def _over() -> RecognitionError:
    return RecognitionError("The utterance is over, and nothing more can be asked of it.", KEPT)
