"""One running worker process: its pipes, requests and answers, and how it ended."""

from __future__ import annotations

import contextlib
import itertools
import os
import subprocess
import sys
from pathlib import Path
from typing import BinaryIO, NoReturn, cast

from engine.audio.format import Samples
from engine.errors import DeviceError, RecognitionError, RecognitionStoppedError
from engine.exit_status import how_it_ended
from engine.log import LogPipe
from engine.speech import wire
from engine.speech.outbox import Outbox
from engine.speech.wire import Frame, Header

AGAIN = "Try again: the recogniser starts anew."
"""What can be done when a recogniser is gone."""

LAST_WORDS_S = 2.0
"""Seconds to wait at most until what a process printed before its end is in the log."""


class Child:
    """A process of `engine.speech.worker`, from its start to its end.

    `kill` may be called from any thread; everything else from one at a time.

    Attributes:
        busy_s: Seconds that it was at work on sound, as it said with its last answer.
    """

    def __init__(self, name: str, log: Path | None) -> None:
        """Start it.

        Args:
            name: The recogniser's name in `engine.registry`.
            log: File to which whatever it prints is appended, to a limit; None throws that away.

        Raises:
            RecognitionError: The process could not be started.
        """
        self._name = name
        self._log = log
        self._printed: LogPipe | None = None
        try:
            self._process = self._start(log)
        except OSError as error:
            raise RecognitionError(
                f"The recogniser {name} could not be started: {error}.",
                "Free some memory, or close programs that you do not need.",
            ) from error
        self._requests = cast("BinaryIO", self._process.stdin)
        self._answers = cast("BinaryIO", self._process.stdout)
        self._outbox = Outbox(self._requests)
        self._numbers = itertools.count(1)
        self._killed = False
        self.busy_s = 0.0

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    def ask(self, request: Header, samples: Samples = wire.NO_SAMPLES) -> Header:
        """Send a request, perhaps with sound, and block until its answer is there.

        Raises:
            DeviceError: The worker answered that CUDA failed it.
            RecognitionError: It answered with another error, or the process ended.
        """
        number = next(self._numbers)
        self._outbox.put(Frame({**request, "id": number}, samples))
        answer = self._answer(number)
        self.busy_s = answer["busy_s"]
        if error := answer.get("error"):
            kind = DeviceError if error.get("device") else RecognitionError
            raise kind(error["what"], error["remedy"])
        return answer

    def tell(self, request: Header, samples: Samples = wire.NO_SAMPLES) -> None:
        """Send what has no answer. Never waits; lost when the process is gone."""
        self._outbox.put(Frame(request, samples))

    def drop_samples(self) -> None:
        """Throw away samples that have not been sent yet."""
        self._outbox.drop_samples()

    def kill(self) -> None:
        """End the process at once; a call that waits for it raises."""
        self._killed = True
        self._process.kill()

    def close(self) -> None:
        """End the process, wait until it is gone, and let go of its pipes."""
        self.kill()
        self._process.wait()
        self._outbox.close()
        for pipe in (self._requests, self._answers):
            with contextlib.suppress(BrokenPipeError):
                pipe.close()
        if self._printed is not None:
            self._printed.join(LAST_WORDS_S)

    def _start(self, log: Path | None) -> subprocess.Popen[bytes]:
        """Start the worker.

        `-P` keeps the current folder off its import path. A session of its own keeps ctrl-c and
        ctrl-z in the terminal for the workstation alone.
        """
        command = [sys.executable, "-P", "-m", "engine.speech.worker", self._name]
        with contextlib.ExitStack() as stack:
            errors = subprocess.DEVNULL
            if log is not None:
                self._printed = LogPipe(log)
                errors = self._printed.writing
                stack.callback(os.close, errors)
            return subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, start_new_session=True
            )

    def _answer(self, number: int) -> Header:
        """The answer of that number; answers that nobody waits for any more go by."""
        while True:
            try:
                frame = wire.read_frame(self._answers)
            except wire.WireError as error:
                self._process.kill()
                self._ended(f" after this: {error}")
            if frame is None:
                self._ended()
            if frame.header.get("id") == number:
                return frame.header

    def _ended(self, detail: str = "") -> NoReturn:
        code = self._process.wait()
        if self._killed:
            raise RecognitionStoppedError(f"The recogniser {self._name} was stopped.", AGAIN)
        log = f" Its log is {self._log}." if self._log is not None else ""
        what = f"The recogniser {self._name} ended unexpectedly ({how_it_ended(code)}){detail}."
        raise RecognitionError(what, AGAIN + log)
