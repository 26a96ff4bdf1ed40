"""Holds the session's models and the thread that works with them: loads, changes, lets go."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from engine.background import in_background
from engine.errors import RecognitionError, RecognitionStoppedError
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
from engine.speech.selection import Choice, asked_for, choose, stand_in
from engine.speech.streaming import StreamingTranscriber
from engine.speech.words import Words

log = logging.getLogger(__name__)

LOAD_S = 300.0
"""Seconds after which a model that is still being loaded is given up: three gigabytes from a slow disk take
less than two minutes."""

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
        self._choice: Choice | None = None
        self._loads = 0
        self.changes = 0
        """Times that a model became ready, or another one was chosen."""
        self._placement = Placement(settings)
        self._cache = ModelCache[RecognizerProcess](
            self._placement.limits, changed=self._on_changed, tell=self._tell, free=self._placement.free
        )

    @property
    def choice(self) -> Choice:
        """The recogniser in use; before the disk was looked at, the one that is asked for."""
        return self._choice or asked_for(self._settings().recognition)

    def loaded(self) -> tuple[LoadedModel, ...]:
        """The models in memory, the newest use first."""
        return self._cache.loaded()

    async def load(self) -> None:
        """Load the chosen model; where that fails and the choice allows it, load the stand-in.

        Failure is reported, not raised: the next dictation tries again.
        """
        self._loads += 1
        try:
            if self._choice is None:
                self._choice = await asyncio.to_thread(choose, self._settings().recognition)
            choice = self._choice
            error = await self._try_to_load(choice)
            if error is not None and choice.fallback and choice is self._choice:
                self._choice = stand_in(self._settings().recognition, str(error))
                await self._try_to_load(self._choice)
        finally:
            self._loads -= 1

    async def preload(self, choice: Choice) -> None:
        """Load a model beside the chosen one, which does not make room for it.

        A failure is reported as a notice.
        """
        try:
            await in_background(lambda: self._preload(choice), f"load {choice.label}")
        except RecognitionError as error:
            if not self._closing:
                self._publish(Notice("warning", error.what, error.remedy))

    async def unload(self, choice: Choice) -> None:
        """Let a model go, also one that is still being loaded; one that is in use stays, and this is said."""
        if not await in_background(lambda: self._let_go(choice), f"unload {choice.label}"):
            self._publish(Notice("information", f"{choice.label} is in use, and stays loaded."))

    async def follow(self) -> None:
        """Change to the recogniser that the settings name now; dictations do with their next phrase."""
        recognition = self._settings().recognition
        choice = await asyncio.to_thread(choose, recognition)
        fits = await asyncio.to_thread(knows_language, choice.name, choice.model, recognition.language)
        settled = fits and self._status != "failed"
        if choice != self._choice or self.needs_loading() or not settled:
            before, self._choice = self._choice, choice
            self.changes += 1
            if before is not None and before.key != choice.key:
                await asyncio.to_thread(self._stop_loading, before)
            await self.load()

    def needs_loading(self) -> bool:
        """Whether the chosen model is not in memory, nor on its way there."""
        if self._loads:  # it may still be chosen, or wait for a thread
            return False
        name = self.choice.label
        return not any(model.is_called(name) and model.state != "unloading" for model in self._cache.loaded())

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
        loading = asyncio.ensure_future(in_background(lambda: self._loaded(choice), f"load {choice.label}"))
        late = self._loop.call_later(LOAD_S, self._loop.run_in_executor, None, self._stop_loading, choice)
        try:
            remark, memory = await loading
        except RecognitionStoppedError:
            self._report(choice, "unloaded", "Loading was stopped; it begins again when you speak.")
            return None
        except NoRoomNowError:
            self._report(choice, "unloaded", "It takes its turn when the model in use has made room.")
            return None
        except RecognitionError as error:
            self._report(choice, "failed", str(error))
            return error
        finally:
            late.cancel()
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
            self.changes += status == "ready"
            self._publish(RecognizerChanged(choice.name, choice.model, status, remark, load_s, memory))

    def _wanted(self, choice: Choice | None) -> Wanted[RecognizerProcess]:
        """What the cache is asked for; reads the disk.

        Args:
            choice: The recogniser; None is the one that the settings name.

        Raises:
            RecognitionError: The session is closing.
        """
        if self._closing:
            raise RecognitionError("The session is closing.")
        return self._placement.wanted(choice or choose(self._settings().recognition))

    def _preload(self, choice: Choice) -> None:
        chosen = self._wanted(self._choice)
        with ExitStack() as held:
            if self._cache.holds(chosen.key):
                held.enter_context(self._cache.acquire(chosen, counts=False))
            self._cache.preload(self._wanted(choice))

    def _let_go(self, choice: Choice) -> bool:
        """Whether a model is not in memory any more."""
        key = self._wanted(choice).key
        return self._cache.unload(key) or self._cache.stop_loading(key) or not self._cache.holds(key)

    def _stop_loading(self, choice: Choice) -> bool:
        """Give up a load; whoever waits for it hears of it. Whether there was one."""
        return self._cache.stop_loading(self._wanted(choice).key)

    def _on_changed(self) -> None:
        self._soon(self._announce)

    def _announce(self) -> None:
        """Say what is in memory; dictations load and sweeps unload the chosen model, too."""
        loaded = self._cache.loaded()
        self._publish(ModelsChanged(loaded))
        choice = self.choice
        if self._status == "ready" and self.needs_loading():
            self._report(choice, "unloaded", "It is loaded again when you speak.")
        elif self._status == "unloaded":
            for model in loaded:
                if model.is_called(choice.label) and model.state == "ready":
                    self._report(choice, "ready", "", model.load_s, model.memory_bytes)

    def _tell(self, sentence: str) -> None:
        self._soon(lambda: self._publish(Notice("information", sentence)))

    def _soon(self, work: Callable[[], None]) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(work)
