"""Holds the session's models and the thread that works with them: loads, changes, lets go."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from engine.background import in_background
from engine.errors import RecognitionError
from engine.events import Event, ModelsChanged, Notice, RecognizerChanged, RecognizerStatus
from engine.models.cache import ModelCache, Wanted
from engine.models.loaded import LoadedModel
from engine.models.too_large import NoRoomNowError
from engine.settings.schema import Settings
from engine.speech.assembly import make_endpointer, make_transcriber
from engine.speech.dictation_model import DictationModel
from engine.speech.endpoint import Endpointer
from engine.speech.language_fit import check_language, knows_language
from engine.speech.placement import Placement
from engine.speech.process import RecognizerProcess
from engine.speech.selection import Choice, choose, stand_in
from engine.speech.streaming import StreamingTranscriber, Words

log = logging.getLogger(__name__)

SWEEP_S = 5.0
"""Seconds between two looks for models that nobody needs any more."""


class RecognizerHost:
    """Models in processes of their own, and the one thread on which dictations speak with them.

    Work for a recogniser is submitted to `thread` and runs in order: what is submitted while a
    model loads waits for it. Models load on threads of their own, several at a time.
    """

    def __init__(self, settings: Callable[[], Settings], publish: Callable[[Event], None]) -> None:
        """Choose the recogniser; nothing is loaded yet. Made on the event loop.

        Args:
            settings: Gives the settings in force, on any thread.
            publish: Told on the event loop of every change.
        """
        self.thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="recogniser")
        self._settings = settings
        self._publish = publish
        self._loop = asyncio.get_running_loop()
        self._closing = False
        self._status: RecognizerStatus = "unloaded"
        self._swept_at = time.monotonic()
        self._sweeping = False
        self._choice = choose(settings().recognition)
        self._placement = Placement(settings, lambda: self._cache.loaded())
        self._cache = ModelCache[RecognizerProcess](
            self._placement.limits, changed=self._on_changed, tell=self._tell
        )

    @property
    def choice(self) -> Choice:
        """The recogniser in use."""
        return self._choice

    def loaded(self) -> tuple[LoadedModel, ...]:
        """The models in memory, the newest use first."""
        return self._cache.loaded()

    async def load(self) -> None:
        """Load the chosen model; where that fails and the choice allows it, load the stand-in.

        Failure is reported, not raised: the next dictation tries again.
        """
        choice = self._choice
        error = await self._try_to_load(choice)
        if error is not None and choice.fallback and choice is self._choice:
            self._choice = stand_in(self._settings().recognition, str(error))
            await self._try_to_load(self._choice)

    async def preload(self, choice: Choice) -> None:
        """Load a model beside the chosen one; a failure is reported as a notice."""
        try:
            await in_background(lambda: self._cache.preload(self._wanted(choice)), f"load {choice.label}")
        except RecognitionError as error:
            if not self._closing:
                self._publish(Notice("warning", error.what, error.remedy))

    async def unload(self, choice: Choice) -> None:
        """Let a model go; one that is in use stays, and this is said."""
        gone = await in_background(lambda: self._cache.unload(choice.key), f"unload {choice.label}")
        if not gone and self._cache.holds(choice.key):
            self._publish(Notice("information", f"{choice.label} is in use, and stays loaded."))

    async def follow(self) -> None:
        """Change to the recogniser that the settings name now; dictations do with their next phrase."""
        recognition = self._settings().recognition
        choice = await asyncio.to_thread(choose, recognition)
        fits = await asyncio.to_thread(knows_language, choice.name, choice.model, recognition.language)
        settled = fits and self._status != "failed"
        if choice != self._choice or not self._cache.holds(choice.key) or not settled:
            self._choice = choice
            await self.load()

    def needs_loading(self) -> bool:
        """Whether the chosen model is not in memory, nor on its way there."""
        name = self._choice.label
        return not any(model.name == name and model.state != "unloading" for model in self._cache.loaded())

    def model(self) -> DictationModel:
        """The recogniser of one dictation, which follows the choice from phrase to phrase."""
        return DictationModel(self._cache, lambda: self._wanted(self._choice), self._tell)

    def transcriber(self, model: DictationModel, report: Callable[[Words], None]) -> StreamingTranscriber:
        """Begin a dictation with `model`; on `thread`. Loads it where it is not loaded.

        Raises:
            RecognitionError: The recogniser cannot be loaded.
        """
        model.load()
        return make_transcriber(model, self._settings, report)

    def endpointer(self) -> Endpointer:
        """A fresh endpointer with the session's thresholds."""
        return make_endpointer(self._settings().voice)

    def look(self) -> None:
        """Now and then, let go of models that were not used for long; returns at once."""
        now = time.monotonic()
        if self._sweeping or self._closing or now - self._swept_at < SWEEP_S:
            return
        self._swept_at, self._sweeping = now, True

        def sweep() -> None:
            try:
                self._cache.sweep()
            except Exception:  # nobody waits for it, and the next one may go better
                log.exception("sweep of idle models")
            finally:
                self._sweeping = False

        self._loop.run_in_executor(None, sweep)

    async def close(self) -> None:
        """Let all models go at once, whatever they are doing, and load none any more."""
        self._closing = True
        ended = asyncio.ensure_future(in_background(self.thread.shutdown, "end of the recogniser"))
        while not ended.done():
            # Again and again, for what is just being begun cannot be ended yet.
            await in_background(self._cache.close, "unload models")
            await asyncio.wait({ended}, timeout=0.1)

    async def _try_to_load(self, choice: Choice) -> RecognitionError | None:
        began = time.perf_counter()
        self._report(choice, "loading", choice.remark)
        try:
            remark, memory = await in_background(lambda: self._loaded(choice), f"load {choice.label}")
        except NoRoomNowError:
            self._report(choice, "unloaded", "It takes its turn when the model in use has made room.")
            return None
        except RecognitionError as error:
            self._report(choice, "failed", str(error))
            return error
        self._report(choice, "ready", remark, time.perf_counter() - began, memory)
        return None

    def _loaded(self, choice: Choice) -> tuple[str, int]:
        """Have a model loaded; blocks. What the user should know of it, and the bytes it takes."""
        check_language(choice.name, choice.model, self._settings().recognition.language)
        with self._cache.acquire(self._wanted(choice), counts=False) as lease:
            model = lease.model
            if not model.alive:
                self.thread.submit(model.load).result()  # where nobody else speaks with it
            return f"{choice.remark} {model.remark}".strip(), model.memory_bytes()

    def _report(
        self, choice: Choice, status: RecognizerStatus, remark: str, load_s: float = 0.0, memory: int = 0
    ) -> None:
        if choice is self._choice and not self._closing:
            self._status = status
            self._publish(RecognizerChanged(choice.name, choice.model, status, remark, load_s, memory))

    def _wanted(self, choice: Choice) -> Wanted[RecognizerProcess]:
        """What the cache is asked for; reads the model's size from the disk.

        Raises:
            RecognitionError: The session is closing.
        """
        if self._closing:
            raise RecognitionError("The session is closing.")
        return self._placement.wanted(choice)

    def _on_changed(self) -> None:
        self._soon(self._announce)

    def _announce(self) -> None:
        """Say what is in memory; dictations load and sweeps unload the chosen model, too."""
        loaded = self._cache.loaded()
        self._publish(ModelsChanged(loaded))
        if self._status == "ready" and self.needs_loading():
            self._report(self._choice, "unloaded", "It is loaded again when you speak.")
        elif self._status == "unloaded":
            for model in loaded:
                if (model.name, model.state) == (self._choice.label, "ready"):
                    self._report(self._choice, "ready", "", model.load_s, model.memory_bytes)

    def _tell(self, sentence: str) -> None:
        self._soon(lambda: self._publish(Notice("information", sentence)))

    def _soon(self, work: Callable[[], None]) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(work)
