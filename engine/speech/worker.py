"""The process that holds one recogniser: `python -P -m engine.speech.worker NAME`.

Started by `engine.speech.process`, it answers frames (`engine.speech.wire`) on its standard input
with frames on what was its standard output. Everything else that is printed, by C libraries too,
goes to standard error, which the parent points at the log: nothing reaches the terminal.

One thread reads, the main one works. The reader keeps the pipe empty, so the parent never waits
for the decoder, and it ends the process the moment the parent is gone, whatever is being decoded.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import replace
from queue import SimpleQueue
from typing import BinaryIO

import numpy as np

from engine.audio.format import Samples
from engine.errors import DeviceError, EngineError
from engine.models import cuda, graphics
from engine.registry import build_recognizer
from engine.speech import wire
from engine.speech.recognizer import Recognizer, Transcript, Utterance
from engine.speech.spans import SpanRecognizer
from engine.speech.wire import Frame, Header


class Worker:
    """Does what the frames ask with one recogniser and at most one open utterance."""

    def __init__(self, name: str) -> None:
        """Serve the recogniser of that name in `engine.registry`; it is built by the first load."""
        self._name = name
        self._recognizer: Recognizer | None = None
        self._utterance: Utterance | None = None
        self._fault: Header | None = None
        self._busy_s = 0.0

    def answer(self, frame: Frame) -> Header | None:
        """Do what one frame asks.

        Returns:
            The answer, an `error` in it where it failed; None for a frame that has none. What
            fails in such a frame is the answer to the next one that has. Each answer says for how
            many seconds in all the recogniser was at work on sound, as `busy_s`.
        """
        began = time.perf_counter()
        answer = self._answer(frame)
        if frame.header["do"] != "load":
            self._busy_s += time.perf_counter() - began
        return None if answer is None else {**answer, "busy_s": self._busy_s}

    def _answer(self, frame: Frame) -> Header | None:
        number = frame.header.get("id")
        try:
            result = self._do(frame)
        except EngineError as error:
            device = isinstance(error, DeviceError)
            self._fault = {"what": error.what, "remedy": error.remedy, "device": device}
        except Exception as error:  # the edge of the process: what is unforeseen is told to the parent
            traceback.print_exc()
            self._fault = self._unforeseen(error)
        else:
            if self._fault is None:
                return None if number is None else {"id": number, **result}
        if number is None:
            return None
        fault, self._fault = self._fault, None
        return {"id": number, "error": fault}

    def _do(self, frame: Frame) -> Header:
        request = frame.header
        match request["do"]:
            case "load":
                return self._load(request)
            case "recognize":
                return {"transcripts": self._recognized(request, frame.samples)}
            case "open":
                self._fault = None
                self._utterance = self._loaded().open(wire.context_from_json(request["context"]))
            case "feed" if self._fault is None:
                self._opened().feed(frame.samples)
            case "partial" if self._fault is None:
                hypothesis = self._opened().partial(timed=request["timed"])
                return {"hypothesis": wire.hypothesis_to_json(hypothesis)}
            case "speculate" if self._fault is None:
                return {"transcript": _timed(self._opened().speculate)}
            case "finish" if self._fault is None:
                utterance, self._utterance = self._opened(), None
                return {"transcript": _timed(utterance.finish)}
            case "accept":
                utterance, self._utterance = self._opened(), None
                utterance.accept()
            case "discard":
                utterance, self._utterance = self._opened(), None
                utterance.discard()
        return {}

    def _load(self, request: Header) -> Header:
        """Load the recogniser; tells where it runs, what memory of a card it took, what is known of CUDA."""
        cuda.remember(request.get("cuda"))
        options = request["options"]
        self._recognizer = self._recognizer or build_recognizer(self._name, options)
        cuda_wanted = options.get("device", "cpu") != "cpu"
        before = graphics.cards() if cuda_wanted else ()
        self._recognizer.load()
        known = cuda.known()
        return {
            "remark": self._recognizer.remark,
            "runs_on": self._recognizer.runs_on,
            "device_bytes": graphics.growth(before, graphics.cards()) if before and self._on_cuda() else 0,
            "cuda": known,
            # It works in general, or failed in a way that may pass: then it is worth another try later.
            "left_cuda": cuda_wanted and not self._on_cuda() and (known is None or not known["fault"]),
        }

    def _recognized(self, request: Header, samples: Samples) -> list[Header]:
        """The words of each of the windows that lie one behind the other in `samples`."""
        recognizer = self._loaded()
        if not isinstance(recognizer, SpanRecognizer):
            raise TypeError(f"{self._name} does not recognise windows")
        windows = np.split(samples, np.cumsum(request["lengths"])[:-1])
        context = wire.context_from_json(request["context"])
        # Who does not want them any more ends this process.
        found = recognizer.recognize(windows, context, lambda: False)
        return [wire.transcript_to_json(transcript) for transcript in found]

    def _on_cuda(self) -> bool:
        return self._recognizer is not None and self._recognizer.runs_on.startswith("cuda")

    def _loaded(self) -> Recognizer:
        if self._recognizer is None:
            raise ValueError("asked to recognise before the model was loaded")
        return self._recognizer

    def _opened(self) -> Utterance:
        if self._utterance is None:
            raise ValueError("no utterance is open")
        return self._utterance

    def _unforeseen(self, error: Exception) -> Header:
        return {
            "what": f"The recogniser {self._name} failed: {type(error).__name__}: {error}.",
            "remedy": "Its log has the details; try again, or choose another recogniser.",
            "device": self._on_cuda(),
        }


def _timed(decode: Callable[[], Transcript | None]) -> Header | None:
    """What `decode` gives, with the processor time of this process and of those it waited for."""
    before = os.times()
    transcript = decode()
    if transcript is None:
        return None
    after = os.times()
    cpu_s = sum(after[:4]) - sum(before[:4])
    return wire.transcript_to_json(replace(transcript, cpu_s=cpu_s))


def read_requests(pipe: BinaryIO, requests: SimpleQueue[Frame]) -> None:
    """Pass on what the parent asks until it closes the pipe; then end this process.

    `os._exit` because the main thread may be deep in a decoder that nothing can interrupt, and
    there is nothing to save.
    """
    try:
        while (frame := wire.read_frame(pipe)) is not None:
            requests.put(frame)
    except wire.WireError as error:
        print(f"The recogniser's process ends: {error}.", file=sys.stderr, flush=True)
        os._exit(2)
    os._exit(0)


def take_standard_streams() -> tuple[BinaryIO, BinaryIO]:
    """Keep standard input and output for frames; what is printed from now on goes to standard error.

    Returns:
        The pipe to read from and the pipe to write to.
    """
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    return requests, answers


def main() -> None:
    """Serve the recogniser named on the command line until the parent goes away."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    requests_pipe, answers = take_standard_streams()
    requests: SimpleQueue[Frame] = SimpleQueue()
    threading.Thread(target=read_requests, args=(requests_pipe, requests), daemon=True).start()
    worker = Worker(sys.argv[1])
    while True:
        answer = worker.answer(requests.get())
        if answer is None:
            continue
        try:
            wire.write_frame(answers, Frame(answer))
        except OSError:  # the parent is gone; nobody is left to tell
            os._exit(0)


if __name__ == "__main__":
    main()
