"""The account of the models in memory: who is there, how much each takes, who may leave.

Nothing here waits, loads or locks: `engine.models.cache` holds its lock around every call.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Generic

from engine.errors import RecognitionError
from engine.models import eviction
from engine.models.eviction import Resident
from engine.models.loaded import LoadedModel, ModelState, Place
from engine.models.too_large import larger_than_all, no_room_beside
from engine.models.wanted import L, Limits, Wanted, place_of


@dataclass(eq=False)
class Entry(Generic[L]):
    """One model that is in memory, or on its way.

    Attributes:
        wanted: What was asked for.
        bytes: Memory that it counts for: estimated, and measured once it is ready.
        place: Whose memory that is.
        last_used: When it was last used or loaded, in seconds since the epoch.
        model: The model; None until it has been made.
        runs_on: What it says of where it runs; empty until it is ready.
        state: Where it is on its way.
        holders: How many use it, or wait for it to be loaded in order to use it.
        uses: How often it was used in all.
        worn: How often it was used since it was loaded.
        loaded_bytes: What it took just after loading.
        load_s: Seconds that loading took; 0 until it is ready.
        doomed: Whether its loading was given up.
        error: Why it could not be loaded.
        names: All names that it is known by.
    """

    wanted: Wanted[L]
    bytes: int
    place: Place
    last_used: float
    model: L | None = None
    runs_on: str = ""
    state: ModelState = "loading"
    holders: int = 0
    uses: int = 0
    worn: int = 0
    loaded_bytes: int = 0
    load_s: float = 0.0
    doomed: bool = False
    error: RecognitionError | None = None
    names: set[str] = field(default_factory=set)

    @property
    def idle(self) -> bool:
        """Whether it may leave: it is ready, and nobody uses it."""
        return self.state == "ready" and self.holders == 0

    def leaves_at(self, idle_s: float | None) -> float | None:
        """When it leaves if nobody uses it, in seconds since the epoch; None while that is open."""
        return self.last_used + idle_s if self.idle and idle_s is not None else None


class Residents(Generic[L]):
    """All models in memory, in the order of their last use."""

    def __init__(self) -> None:
        self.idle_s: float | None = None
        """Seconds without use after which a model is unloaded, as of late; None for never."""
        self._entries: OrderedDict[str, Entry[L]] = OrderedDict()
        self._measured: dict[tuple[str, Place], int] = {}

    def __iter__(self) -> Iterator[Entry[L]]:
        """All of them, the least recently used first; a copy."""
        return iter(list(self._entries.values()))

    def get(self, key: str) -> Entry[L] | None:
        """The model of that key, in whatever state it is."""
        return self._entries.get(key)

    def plan(self, wanted: Wanted[L], limits: Limits, free: int | None = None) -> list[Entry[L]] | None:
        """Decide who leaves so that a model can be loaded.

        Models that are on their way out count as gone: whoever loads waits for them first.

        Args:
            wanted: The model.
            limits: What is allowed.
            free: Bytes in its place that nobody has taken at this moment; None where that does not count.

        Returns:
            Those that leave; None where that cannot be told yet, because a model that nobody
            uses, and that would have to leave, is still being loaded.

        Raises:
            ModelTooLargeError: There is no room, and none can be made.
        """
        size, budget = self._estimate(wanted), limits.budget(wanted.place)
        there = budget if free is None else self._present(wanted.place) + free
        crowded = there < budget
        budget = min(budget, there)
        if size > budget:
            raise larger_than_all(wanted.name, size, budget, wanted.place, crowded=crowded)
        staying = self._staying(wanted.place)
        need = sum(entry.bytes for entry in staying) + size - budget
        keys = eviction.victims([_resident(entry) for entry in staying], need)
        if keys is not None:
            return [self._entries[key] for key in keys]
        held = [entry for entry in staying if entry.holders]
        if sum(entry.bytes for entry in held) + size <= budget:
            return None
        used = [(entry.wanted.name, entry.bytes) for entry in held]
        raise no_room_beside(wanted.name, size, budget, wanted.place, used, crowded=crowded)

    def add(self, wanted: Wanted[L], now: float) -> Entry[L]:
        """Take in a model that is about to be loaded; from now on it counts with its estimate."""
        entry = Entry(wanted, self._estimate(wanted), wanted.place, now)
        self.call(entry, wanted)
        self._entries[wanted.key] = entry
        return entry

    def call(self, entry: Entry[L], wanted: Wanted[L]) -> None:
        """Note under which names a model was asked for."""
        entry.names.update((wanted.name, *wanted.also))

    def loaded(self, entry: Entry[L], size: int, runs_on: str, load_s: float, now: float) -> None:
        """Note that a model is ready, and what it takes; 0 bytes are an unknown size."""
        entry.state, entry.load_s, entry.worn = "ready", load_s, 0
        self.measured(entry, size, runs_on)
        entry.loaded_bytes = entry.bytes
        if size:
            self._measured[entry.wanted.key, entry.place] = entry.bytes
        self.touch(entry, now)

    def measured(self, entry: Entry[L], size: int, runs_on: str) -> None:
        """Note what a model takes now, and where; it keeps what it had where that is unknown."""
        entry.bytes = size or entry.bytes
        entry.runs_on = runs_on or entry.runs_on
        entry.place = place_of(runs_on, entry.place)

    def touch(self, entry: Entry[L], now: float) -> None:
        """Note that a model was used now."""
        entry.last_used = now
        self._entries.move_to_end(entry.wanted.key)

    def remove(self, entry: Entry[L]) -> None:
        """Note that a model is gone."""
        if self._entries.get(entry.wanted.key) is entry:
            del self._entries[entry.wanted.key]

    def overflow(self, place: Place, limits: Limits, spared: Entry[L] | None = None) -> list[Entry[L]]:
        """Those that have to leave because there is more in `place` than is allowed.

        The newest used stays where it would be loaded again at its next use, since only what it
        grew by after loading is too much: unloading it after every use would help nobody.

        Args:
            place: Where.
            limits: What is allowed.
            spared: One that stays in any case; the newest used then gets no mercy.
        """
        staying, budget = self._staying(place), limits.budget(place)
        if spared is None and staying:
            held = sum(entry.bytes for entry in staying[:-1] if not entry.idle)
            spared = staying[-1] if staying[-1].loaded_bytes + held <= budget else None
        residents = [
            Resident(entry.wanted.key, entry.bytes, entry.idle and entry is not spared) for entry in staying
        ]
        return [self._entries[key] for key in eviction.overflow(residents, budget)]

    def leaving(self, place: Place) -> list[Entry[L]]:
        """Those in `place` that are on their way out."""
        return [entry for entry in self if entry.place == place and entry.state == "unloading"]

    def unused(self, idle_s: float | None, now: float) -> list[Entry[L]]:
        """Those that nobody has used for too long."""
        due = [(entry, entry.leaves_at(idle_s)) for entry in self]
        return [entry for entry, moment in due if moment is not None and moment <= now]

    def worn_out(self, reload_after: int) -> Entry[L] | None:
        """One that was used so often that it is to be loaded anew, and that nobody uses now."""
        worn = (entry for entry in self if entry.idle and entry.worn >= reload_after > 0)
        return next(worn, None)

    def describe(self) -> tuple[LoadedModel, ...]:
        """What there is to know of all of them, the newest use first."""
        return tuple(_described(entry, self.idle_s) for entry in reversed(self._entries.values()))

    def _estimate(self, wanted: Wanted[L]) -> int:
        return self._measured.get((wanted.key, wanted.place), wanted.bytes)

    def _present(self, place: Place) -> int:
        """Bytes that are really taken in `place`: of what comes or goes, as much as is there already."""
        return sum(_taken(entry) for entry in self if entry.place == place)

    def _staying(self, place: Place) -> list[Entry[L]]:
        return [entry for entry in self if entry.place == place and entry.state != "unloading"]


def _taken(entry: Entry[L]) -> int:
    if entry.state == "ready":
        return entry.bytes
    return min(entry.model.memory_bytes(), entry.bytes) if entry.model is not None else 0


def _resident(entry: Entry[L]) -> Resident:
    return Resident(entry.wanted.key, entry.bytes, entry.idle)


def _described(entry: Entry[L], idle_s: float | None) -> LoadedModel:
    return LoadedModel(
        name=entry.wanted.name,
        state=entry.state,
        runs_on=entry.runs_on,
        place=entry.place,
        memory_bytes=entry.bytes,
        load_s=entry.load_s,
        uses=entry.uses,
        in_use=entry.holders > 0,
        last_used=entry.last_used,
        unload_at=entry.leaves_at(idle_s),
        also=tuple(sorted(entry.names - {entry.wanted.name})),
    )
