"""Loaded models, shared by all who use them, within a budget of memory.

`engine.models.residents` is the account of who is there, `engine.models.loader` does what takes
long, and says how threads share the account, and `engine.models.upkeep` looks after what is there; what
is here decides what is to be done.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Generic

from engine.errors import RecognitionStoppedError
from engine.models.lease import Lease
from engine.models.loaded import LoadedModel, Place
from engine.models.loader import Loader
from engine.models.residents import Entry
from engine.models.too_large import ModelTooLargeError, NoRoomNowError, made_room, placed_elsewhere
from engine.models.upkeep import Upkeep
from engine.models.wanted import L, Limits, Loadable, Wanted

__all__ = ["Lease", "Limits", "Loadable", "ModelCache", "ModelTooLargeError", "Wanted"]

AGAIN_S = 0.1
"""Seconds after which a model that is still being loaded is killed again at the end.

What is just being started has nothing yet that could be killed.
"""


class ModelCache(Generic[L]):
    """All models in memory. Every method may be called from any thread.

    Models of different keys load side by side. A model is in use from `acquire` until its lease is
    released, and is then never unloaded; one that nobody uses leaves when room is needed, the least
    recently used first, or when `Limits.idle_s` have passed.
    """

    def __init__(
        self,
        limits: Callable[[], Limits],
        *,
        changed: Callable[[], None],
        tell: Callable[[str], None],
        free: Callable[[Place], int | None] = lambda _: None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Hold nothing yet.

        Args:
            limits: Gives the limits in force; asked at each `acquire`, `preload` and `sweep`, and
                never while a lock is held.
            changed: Called after every change of `loaded`, on the thread that made it. Neither it nor
                `tell` may wait for a model; they may call whatever does not.
            tell: Called with one sentence for every model that had to leave for want of memory.
            free: Gives the bytes of a place that nobody has taken, where no more may be loaded than that;
                None where `limits` alone count. Asked before a model is loaded, with no lock held.
            clock: Gives the time in seconds since the epoch.
        """
        self._limits = limits
        self._free = free
        self._clock = clock
        self._loader: Loader[L] = Loader(limits, changed, tell, clock)
        self._news = self._loader.news
        self._residents = self._loader.residents
        self._upkeep = Upkeep(self._loader, clock)

    def acquire(self, wanted: Wanted[L], *, counts: bool = True) -> Lease[L]:
        """Have a model to use; blocks while it is being loaded, by whomever.

        Args:
            wanted: The model.
            counts: Whether this is a use of it that is counted.

        Raises:
            RecognitionError: It cannot be loaded. Everybody who waited for it gets the same error;
                the next call tries again.
            ModelTooLargeError: It does not fit; nothing was unloaded for it.
            RecognitionStoppedError: Its loading was given up, or the cache is closed.
        """
        entry = self._obtain(wanted, holders=1)
        assert entry.model is not None, "ready without a model"
        self._loader.announce()
        return Lease(entry.model, lambda: self._release(entry, counts))

    def preload(self, wanted: Wanted[L]) -> None:
        """Load a model that nobody uses yet; blocks. Raises what `acquire` does."""
        self._obtain(wanted, holders=0)
        self._loader.announce()

    def unload(self, key: str) -> bool:
        """Unload a model that nobody uses; blocks.

        Returns:
            Whether it is gone; False when it is in use, being loaded, or was not there.
        """
        with self._news:
            entry = self._residents.get(key)
            if entry is None or not (entry.idle or entry.state == "unloading"):
                return False
            if entry.state == "unloading":
                self._news.wait_for(lambda: self._residents.get(key) is not entry)
                return True
            self._loader.mark_leaving([entry])
        self._loader.let_go([entry])
        return True

    def sweep(self) -> None:
        """Measure again; unload what is too much or was not used for long, reload what is worn.

        Blocks for as long as that takes, and is quick when nothing is due. A model that cannot be
        loaded anew is told of, and left unloaded.
        """
        self._upkeep.sweep(self._limits())

    def loaded(self) -> tuple[LoadedModel, ...]:
        """What is in memory, or on its way in or out; the newest use first. Never waits for a load."""
        with self._news:
            return self._residents.describe()

    def holds(self, key: str) -> bool:
        """Whether a model is ready now."""
        with self._news:
            entry = self._residents.get(key)
            return entry is not None and entry.state == "ready"

    def stop_loading(self, key: str) -> bool:
        """Give up loading a model, at once: whoever waits for it gets a `RecognitionStoppedError`.

        Returns:
            Whether it was being loaded.
        """
        with self._news:
            entry = self._residents.get(key)
            if entry is None or entry.state != "loading":
                return False
            entry.doomed = True
            model = entry.model
            self._news.notify_all()
        if model is not None:
            model.kill()
        return True

    def close(self) -> None:
        """Unload everything, and load nothing any more. Safe to call twice.

        What is being loaded or used is killed. It is unloaded by the thread that loads it, which is
        waited for, or by the one that uses it, when that releases it.
        """
        with self._news:
            self._loader.closed = True
            idle = [entry for entry in self._residents if entry.idle]
            self._loader.mark_leaving(idle)
        self._loader.let_go(idle)
        closed = False
        while not closed:
            with self._news:
                rest = [entry.model for entry in self._residents if entry.state != "unloading"]
            for model in rest:
                if model is not None:
                    model.kill()
            with self._news:
                closed = self._news.wait_for(self._is_quiet, AGAIN_S)

    def _is_quiet(self) -> bool:
        return all(entry.state == "ready" for entry in self._residents)

    def _obtain(self, wanted: Wanted[L], holders: int) -> Entry[L]:
        """Have a model ready, loaded by this thread if need be, and held `holders` times more."""
        said = ""
        while True:
            limits = self._limits()
            with self._news:
                absent = self._residents.get(wanted.key) is None
            free = self._free(wanted.place) if absent else None
            with self._news:
                self._residents.idle_s = limits.idle_s
                if self._loader.closed:
                    raise _closed()
                entry = self._residents.get(wanted.key)
                if entry is not None and entry.state != "unloading":
                    return self._join(entry, wanted, holders)
                if entry is not None:
                    self._news.wait()
                if entry is not None or not absent:
                    continue
                try:
                    victims = self._residents.plan(wanted, limits, free)
                except ModelTooLargeError as error:
                    if wanted.instead is None or isinstance(error, NoRoomNowError):
                        raise
                    wanted, said = wanted.instead, placed_elsewhere(error)
                    continue
                if victims is None:
                    self._news.wait()
                    continue
                entry = self._residents.add(wanted, self._clock())
                entry.holders = holders
                self._loader.mark_leaving(victims)
                leaving = self._residents.leaving(wanted.place)
                break
        self._loader.announce(said)
        self._loader.let_go(victims, lambda victim: made_room(victim.wanted.name, victim.bytes, wanted.name))
        self._loader.bring_in(entry, leaving)
        return entry

    def _join(self, entry: Entry[L], wanted: Wanted[L], holders: int) -> Entry[L]:
        """Use what is there, once whoever loads it is done; the lock is held."""
        self._residents.call(entry, wanted)
        entry.holders += holders
        self._news.wait_for(lambda: entry.state != "loading")
        if entry.error is not None:
            raise entry.error
        if entry.state == "ready":
            self._residents.touch(entry, self._clock())
        return entry

    def _release(self, entry: Entry[L], counts: bool) -> None:
        with self._news:
            entry.holders -= 1
            entry.uses += counts
            entry.worn += counts
            self._residents.touch(entry, self._clock())
            leaving = [entry] if self._loader.closed and entry.idle else []
            self._loader.mark_leaving(leaving)
        self._loader.announce()
        self._loader.let_go(leaving)


def _closed() -> RecognitionStoppedError:
    return RecognitionStoppedError("Models are not loaded any more, because the program is ending.")
