"""Holds the session's recogniser and its one thread: loads it, replaces it, lets it go."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from engine import paths
from engine.errors import RecognitionError
from engine.events import RecognizerChanged, RecognizerStatus
from engine.settings.schema import Settings
from engine.speech.assembly import make_endpointer, make_transcriber
from engine.speech.endpoint import Endpointer
from engine.speech.process import RecognizerProcess
from engine.speech.selection import Choice, choose, stand_in
from engine.speech.streaming import StreamingTranscriber, Words


class RecognizerHost:
    """One recogniser in a process of its own, and the thread that speaks with it.

    Work for the recogniser is submitted to `thread` and runs in order: what is submitted while
    the model loads waits for it.
    """

    def __init__(
        self,
        settings: Callable[[], Settings],
        report: Callable[[RecognizerChanged], None],
    ) -> None:
        """Choose the recogniser; nothing is loaded yet.

        Args:
            settings: Gives the settings in force, on any thread.
            report: Told on the event loop of every change.
        """
        self.thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="recogniser")
        self._settings = settings
        self._report = report
        self._closing = False
        self._choice = choose(settings().recognition)
        self._recognizer = _process(self._choice)

    @property
    def choice(self) -> Choice:
        """The recogniser in use."""
        return self._choice

    @property
    def language(self) -> str:
        """ISO 639-1 code of the language that is spoken."""
        return self._settings().recognition.language

    async def load(self) -> None:
        """Load the recogniser; where that fails and the choice allows it, load the stand-in.

        Failure is reported, not raised: the next dictation tries again.
        """
        error = await self._try_to_load()
        if error is not None and self._choice.fallback:
            self._choice = stand_in(self._settings().recognition, str(error))
            self._recognizer = _process(self._choice)
            await self._try_to_load()

    def transcriber(self, report: Callable[[Words], None]) -> StreamingTranscriber:
        """Begin a dictation; on `thread`. Loads the recogniser again if it is gone.

        Raises:
            RecognitionError: The recogniser cannot be loaded.
        """
        if self._closing:
            raise RecognitionError("The session is closing.")
        self._recognizer.load()
        return make_transcriber(self._recognizer, self._settings, report)

    def endpointer(self) -> Endpointer:
        """A fresh endpointer with the session's thresholds."""
        return make_endpointer(self._settings().voice)

    def busy_s(self) -> float:
        """Seconds that the recogniser was at work on sound since the session began."""
        return self._recognizer.busy_s()

    def memory_bytes(self) -> int:
        """Resident bytes of the loaded model's process; 0 while there is none."""
        return self._recognizer.memory_bytes()

    def kill(self) -> None:
        """End the recogniser whatever it is doing: what waits for it fails; the next use loads it."""
        self._recognizer.kill()

    async def close(self) -> None:
        """Let the recogniser go at once, whatever it is doing, and load it no more."""
        self._closing = True
        unloaded = asyncio.get_running_loop().run_in_executor(self.thread, self._recognizer.unload)
        while not unloaded.done():
            # Again and again, for a process that is just being started cannot be ended yet.
            self.kill()
            await asyncio.wait({unloaded}, timeout=0.1)
        self.thread.shutdown(wait=False)

    async def _try_to_load(self) -> RecognitionError | None:
        began = time.perf_counter()
        self._tell("loading", self._choice.remark)
        try:
            await asyncio.get_running_loop().run_in_executor(self.thread, self._recognizer.load)
        except RecognitionError as error:
            self._tell("failed", str(error))
            return error
        remark = f"{self._choice.remark} {self._recognizer.remark}".strip()
        self._tell("ready", remark, time.perf_counter() - began)
        return None

    def _tell(self, status: RecognizerStatus, remark: str, load_s: float = 0.0) -> None:
        memory = self._recognizer.memory_bytes() if status == "ready" else 0
        self._report(RecognizerChanged(self._choice.name, self._choice.model, status, remark, load_s, memory))


def _process(choice: Choice) -> RecognizerProcess:
    return RecognizerProcess(choice.name, choice.options, log=paths.log_file())
