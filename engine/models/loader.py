"""Brings models into memory and out of it, as the account of them says.

One lock, `Loader.news`, guards that account. It is never held while a model is loaded, unloaded or
killed, nor while anybody is told: such work is marked in the account first, then done by the thread
that marked it, and everybody else waits for the mark to change.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from typing import Generic

from engine.errors import RecognitionError, RecognitionStoppedError
from engine.models.residents import Entry, Residents
from engine.models.too_large import made_room
from engine.models.wanted import L, Limits

_log = logging.getLogger(__name__)


class Loader(Generic[L]):
    """The account of the models in memory, its lock, and what changes it.

    Attributes:
        news: The lock; whoever changes the account tells all who wait for it.
        residents: The account; only touched with the lock held.
        closed: Whether nothing is loaded any more.
    """

    def __init__(
        self,
        limits: Callable[[], Limits],
        changed: Callable[[], None],
        tell: Callable[[str], None],
        clock: Callable[[], float],
    ) -> None:
        """Hold nothing yet; the arguments are those of `engine.models.cache.ModelCache`."""
        self.news = threading.Condition(threading.Lock())
        self.residents: Residents[L] = Residents()
        self.closed = False
        self._limits = limits
        self._changed = changed
        self._tell = tell
        self._clock = clock

    def bring_in(self, entry: Entry[L], leaving: Iterable[Entry[L]]) -> None:
        """Load a model once those that leave are gone. It is marked as being loaded, by this thread."""
        try:
            with self.news:
                self.news.wait_for(lambda: not self._among_residents(leaving) or self._refused(entry))
                if self._refused(entry):
                    raise _stopped(entry)
            self._load(entry)
        except BaseException as error:
            known = error if isinstance(error, RecognitionError) else _unexpected(entry, error)
            self._give_up(entry, known)
            if error is known or not isinstance(error, Exception):
                raise
            raise known from error
        limits = self._limits()  # loading may have taken long enough for them to change
        with self.news:
            crowded = self.residents.overflow(entry.place, limits, spared=entry)
            self.mark_leaving(crowded)
        self.announce()
        self.let_go(crowded, lambda victim: made_room(victim.wanted.name, victim.bytes, entry.wanted.name))

    def mark_leaving(self, entries: Iterable[Entry[L]]) -> None:
        """Mark as being unloaded, which this thread must do next; the lock is held."""
        for entry in entries:
            entry.state = "unloading"
        self.news.notify_all()

    def let_go(self, entries: Iterable[Entry[L]], why: Callable[[Entry[L]], str] | None = None) -> None:
        """Unload what this thread has marked so, and tell why. Does not raise."""
        for entry in entries:
            try:
                if entry.model is not None:
                    entry.model.unload()
            except Exception:
                _log.exception("%s was not unloaded in order", entry.wanted.name)
            finally:
                with self.news:
                    self.residents.remove(entry)
                    self.news.notify_all()
            self.announce(why(entry) if why is not None else "")

    def announce(self, sentence: str = "") -> None:
        """Say that something changed, and a sentence about it; the lock is not held. Does not raise."""
        try:
            self._changed()
            if sentence:
                self._tell(sentence)
        except Exception:
            _log.exception("A change of the loaded models could not be told")

    def _load(self, entry: Entry[L]) -> None:
        if entry.model is not None:  # it is loaded anew
            entry.model.unload()
        began = time.perf_counter()
        model = entry.model or entry.wanted.make()
        with self.news:
            entry.model = model
            if self._refused(entry):
                raise _stopped(entry)
        model.load()
        load_s = time.perf_counter() - began
        size, runs_on = model.memory_bytes(), model.runs_on
        with self.news:
            if self._refused(entry):
                raise _stopped(entry)
            self.residents.loaded(entry, size, runs_on, load_s, self._clock())
            self.news.notify_all()

    def _give_up(self, entry: Entry[L], error: RecognitionError) -> None:
        """Forget a model that could not be loaded; who waits for it gets the error at once."""
        with self.news:
            entry.error = error
            self.mark_leaving([entry])
        self.let_go([entry])

    def _among_residents(self, entries: Iterable[Entry[L]]) -> bool:
        return any(self.residents.get(entry.wanted.key) is entry for entry in entries)

    def _refused(self, entry: Entry[L]) -> bool:
        return self.closed or entry.doomed


def _stopped(entry: Entry[L]) -> RecognitionStoppedError:
    return RecognitionStoppedError(
        f"Loading {entry.wanted.name} was stopped.", "Use it again, and it is loaded anew."
    )


def _unexpected(entry: Entry[L], error: BaseException) -> RecognitionError:
    return RecognitionError(f"{entry.wanted.name} could not be loaded: {error!r}.", "Try again.")
