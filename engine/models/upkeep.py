"""Looks after models in memory: lets go what grew or was not used for long, and renews what is worn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic

from engine.errors import RecognitionError, RecognitionStoppedError
from engine.models.loaded import Place
from engine.models.loader import Loader
from engine.models.residents import Entry
from engine.models.too_large import over_budget
from engine.models.wanted import L, Limits

PLACES: tuple[Place, ...] = ("memory", "cuda")
NOTICED_BYTES = 1_000_000
"""By how much a model must grow or shrink for anybody to be told."""


class Upkeep(Generic[L]):
    """Goes through the models of a loader; on any thread."""

    def __init__(self, loader: Loader[L], clock: Callable[[], float]) -> None:
        """Look at nothing yet; `clock` gives the time in seconds since the epoch."""
        self._loader = loader
        self._news = loader.news
        self._residents = loader.residents
        self._clock = clock

    def sweep(self, limits: Limits) -> None:
        """Do all that is due; see `engine.models.cache.ModelCache.sweep`."""
        noticed = self._measure()
        with self._news:
            noticed |= self._residents.idle_s != limits.idle_s
            self._residents.idle_s = limits.idle_s
            unused = self._residents.unused(limits.idle_s, self._clock())
            self._loader.mark_leaving(unused)
            crowded = [entry for place in PLACES for entry in self._residents.overflow(place, limits)]
            self._loader.mark_leaving(crowded)
        if noticed:
            self._loader.announce()
        self._loader.let_go(unused)
        self._loader.let_go(crowded, lambda entry: _over_budget(entry, limits))
        while (worn := self._take_worn(limits)) is not None:
            self._reload(worn)

    def _measure(self) -> bool:
        """Ask all models that are ready what they take now; whether that is worth telling."""
        with self._news:
            ready = [(entry, entry.model) for entry in self._residents if entry.state == "ready"]
        sizes = [(entry, model.memory_bytes(), model.runs_on) for entry, model in ready if model is not None]
        noticed = False
        with self._news:
            for entry, size, runs_on in sizes:
                if entry.state == "ready":
                    before, was_on = entry.bytes, entry.runs_on
                    self._residents.measured(entry, size, runs_on)
                    noticed |= abs(entry.bytes - before) >= NOTICED_BYTES or entry.runs_on != was_on
        return noticed

    def _take_worn(self, limits: Limits) -> Entry[L] | None:
        """Mark one that is worn as being loaded; None when none is, or nothing is loaded any more."""
        with self._news:
            entry = None if self._loader.closed else self._residents.worn_out(limits.reload_after)
            if entry is not None:
                entry.state = "loading"
            return entry

    def _reload(self, entry: Entry[L]) -> None:
        self._loader.announce()
        try:
            self._loader.bring_in(entry, ())
        except RecognitionError as error:
            if not isinstance(error, RecognitionStoppedError):
                self._loader.announce(f"{entry.wanted.name} could not be loaded anew: {error}")


def _over_budget(entry: Entry[L], limits: Limits) -> str:
    return over_budget(entry.wanted.name, entry.bytes, limits.budget(entry.place), entry.place)
