"""The recogniser of one dictation: whichever model is chosen when a phrase begins."""

from __future__ import annotations

import threading
from collections.abc import Callable

from engine.errors import RecognitionError, RecognitionStoppedError
from engine.models.cache import Lease, ModelCache, Wanted
from engine.speech.process import RecognizerProcess, RemoteUtterance
from engine.speech.recognizer import Context


class DictationModel:
    """Satisfies `engine.speech.recognizer.Recognizer` with a model that is held for one dictation.

    A change of the chosen model is followed at the next phrase. Where the new model cannot be had,
    the one before goes on, and this is said: a change must not cost words.

    All methods are called on the recogniser's thread, except `kill` and `loading`.
    """

    def __init__(
        self,
        cache: ModelCache[RecognizerProcess],
        wanted: Callable[[], Wanted[RecognizerProcess]],
        tell: Callable[[str], None],
    ) -> None:
        """Hold nothing yet.

        Args:
            cache: Where loaded models are.
            wanted: Gives the model that is chosen now; raises RecognitionError when none is to be used.
            tell: Told, in a sentence, why a change was not followed.
        """
        self._cache = cache
        self._wanted = wanted
        self._tell = tell
        self._lease: Lease[RecognizerProcess] | None = None
        self._held: Wanted[RecognizerProcess] | None = None
        self._refused: Wanted[RecognizerProcess] | None = None
        self._busy_s = 0.0
        self._busy_before_s = 0.0
        self._lock = threading.Lock()
        self.loading = False
        """Whether a model is being waited for, which is no sign of a recogniser that is stuck."""

    @property
    def name(self) -> str:
        """Name of the recogniser in `engine.registry`."""
        return self._model().name

    @property
    def model(self) -> str:
        """Name of the model in use."""
        return self._model().model

    @property
    def streams(self) -> bool:
        """Whether `partial` is nearly free with the model in use."""
        return self._model().streams

    @property
    def runs_on(self) -> str:
        """Device and arithmetic of the model in use; empty while none is."""
        return self._lease.model.runs_on if self._lease else ""

    @property
    def remark(self) -> str:
        """One sentence about how the model in use was loaded; mostly empty."""
        return self._lease.model.remark if self._lease else ""

    def load(self) -> None:
        """Have a model ready: the one in use, begun anew if it is gone, else the chosen one.

        Raises:
            RecognitionError: It cannot be loaded.
        """
        self._ready(self._wanted())

    def unload(self) -> None:
        """Hold the model no longer; it stays loaded for others. Safe to call twice."""
        self._let_go()
        self._held = self._refused = None

    def memory_bytes(self) -> int:
        """Resident bytes of the model in use; 0 while none is."""
        return self._lease.model.memory_bytes() if self._lease else 0

    def busy_s(self) -> float:
        """Seconds that models were at work since this one first held one."""
        current = self._lease.model.busy_s() - self._busy_before_s if self._lease else 0.0
        return self._busy_s + current

    def open(self, context: Context) -> RemoteUtterance:
        """Begin an utterance with the model that is chosen now.

        Raises:
            RecognitionError: No model can be had, or it cannot begin.
        """
        before = self._held
        self._follow()
        try:
            return self._model().open(context)
        except RecognitionStoppedError:
            raise
        except RecognitionError as error:  # it does not know the language, for one
            changed = self._held
            if before is None or changed is None or changed.key == before.key:
                raise
            self._go_back(before, changed, error)
            return self._model().open(context)

    def kill(self) -> None:
        """End the process of the model in use, whatever it is doing; on any thread."""
        with self._lock:
            lease = self._lease
        if lease is not None:
            lease.model.kill()

    def _ready(self, wanted: Wanted[RecognizerProcess]) -> None:
        """Have the model in use ready, begun anew if it is gone; where there is none, take the one wanted."""
        self.loading = True
        try:
            if self._lease is None:
                self._take_newest(self._held if self._refused and self._held else wanted)
            model = self._model()
            before = model.remark
            model.load()
            if model.remark not in ("", before):
                self._tell(model.remark)
        finally:
            self.loading = False

    def _follow(self) -> None:
        """Change to the chosen model if it is another one."""
        wanted, held = self._wanted(), self._held
        if held is None or self._lease is None or wanted.key == held.key:
            self._ready(wanted)
            return
        if self._refused is not None and wanted.key == self._refused.key:
            return
        self.loading = True
        try:
            self._let_go()  # first, so that it may make room for the other
            try:
                self._take_newest(wanted)
            except RecognitionError as error:
                self._go_back(held, wanted, error)
        finally:
            self.loading = False

    def _go_back(
        self, held: Wanted[RecognizerProcess], refused: Wanted[RecognizerProcess], error: RecognitionError
    ) -> None:
        """Go on with the model before a change, and say why."""
        self._let_go()
        self._refused = refused
        self._tell(f"{held.name} goes on, because {refused.name} cannot be used: {error}")
        self._take(held)

    def _take_newest(self, wanted: Wanted[RecognizerProcess]) -> None:
        """Take a model; where its loading is given up because another one was chosen, that one."""
        while True:
            try:
                self._take(wanted)
                return
            except RecognitionStoppedError:
                newest = self._wanted()
                if newest.key == wanted.key:
                    raise
                wanted = newest

    def _take(self, wanted: Wanted[RecognizerProcess]) -> None:
        lease = self._cache.acquire(wanted)
        with self._lock:
            self._lease = lease
        self._held = wanted
        lease.model.begin_dictation()
        self._busy_before_s = lease.model.busy_s()

    def _let_go(self) -> None:
        with self._lock:
            lease, self._lease = self._lease, None
        if lease is not None:
            self._busy_s += lease.model.busy_s() - self._busy_before_s
            lease.release()

    def _model(self) -> RecognizerProcess:
        if self._lease is None:
            raise RecognitionError("No recogniser is loaded.", "Load it first.")
        return self._lease.model
