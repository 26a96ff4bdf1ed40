"""Stand-ins for models: they load when they are let, and a machine watches what they take."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable

from engine.errors import RecognitionStoppedError
from engine.models.cache import Limits, ModelCache, Wanted
from engine.models.loaded import Place

LONG_S = 60.0
"""How long anything is waited for that must come; the machine may be very busy."""


class Machine:
    """Sees every model that takes memory, from the first moment of loading to the last of unloading.

    Attributes:
        taken: Bytes by key, of what is in memory now.
        peak: The most that there ever was at once.
        faults: What must not happen and did.
        loads: How often each key was loaded.
    """

    def __init__(self) -> None:
        self.taken: dict[str, int] = {}
        self.peak = 0
        self.faults: list[str] = []
        self.loads: Counter[str] = Counter()
        self._lock = threading.Lock()

    def enter(self, key: str, size: int) -> None:
        with self._lock:
            if key in self.taken:
                self.faults.append(f"{key} is there twice")
            self.taken[key] = size
            self.loads[key] += 1
            self.peak = max(self.peak, sum(self.taken.values()))

    def leave(self, key: str) -> None:
        with self._lock:
            del self.taken[key]


class StandIn:
    """A model of a known size. Attributes can be changed at any time.

    Attributes:
        gate: Loading ends once it is set.
        began: Set when loading has begun.
        error: Raised by `load`, if there is one.
        size: What it says that it takes; 0 when it does not know.
        loaded: Whether it is in memory.
        unloads: How often it was taken out of memory.
        users: How many use it; while there are any, only they may take it out.
        slow_s: Seconds that loading and unloading take at the least.
    """

    def __init__(self, key: str, size: int, machine: Machine) -> None:
        self.key = key
        self.size = size
        self.runs_on = ""
        self.became = "cpu int8"
        self.gate = threading.Event()
        self.gate.set()
        self.leaving = threading.Event()
        self.leaving.set()
        self.began = threading.Event()
        self.error: Exception | None = None
        self.loaded = False
        self.unloads = 0
        self.users = 0
        self.slow_s = 0.0
        self.killed = threading.Event()
        self._machine = machine

    def load(self) -> None:
        if self.loaded and not self.killed.is_set():
            return
        self._leave()
        self.killed.clear()
        self._machine.enter(self.key, self.size)
        self.loaded = True
        self.began.set()
        self._take_time()
        while not self.gate.wait(0.005) and not self.killed.is_set():
            pass
        if self.killed.is_set():
            self._leave()
            raise RecognitionStoppedError(f"{self.key} was killed.")
        if self.error is not None:
            self._leave()
            raise self.error
        self.runs_on = self.became

    def unload(self) -> None:
        if self.users:
            self._machine.faults.append(f"{self.key} was unloaded in use")
        self._leave()

    def _leave(self) -> None:
        if not self.loaded:
            return
        self._take_time()
        assert self.leaving.wait(LONG_S), "never let go"
        self._machine.leave(self.key)
        self.loaded = False
        self.runs_on = ""
        self.unloads += 1

    def _take_time(self) -> None:
        if self.slow_s:
            time.sleep(self.slow_s)

    def kill(self) -> None:
        self.killed.set()

    def memory_bytes(self) -> int:
        return self.size if self.loaded else 0


class Desk:
    """A cache of stand-ins, with everything that it was told to say.

    Attributes:
        cache: The cache.
        limits: In force; can be replaced.
        free: Bytes that nobody has taken, by place; None where that does not count.
        now: The time; can be moved.
        models: Every stand-in that was made, by key, the newest last.
        told: All sentences.
        changes: How often a change was told.
    """

    def __init__(
        self, memory: int = 1_000_000_000, idle_s: float | None = None, reload_after: int = 0
    ) -> None:
        self.machine = Machine()
        self.limits = Limits(memory, 500_000_000, idle_s, reload_after)
        self.now = 1000.0
        self.models: dict[str, list[StandIn]] = {}
        self.told: list[str] = []
        self.changes = 0
        self.free: dict[Place, int | None] = {"memory": None, "cuda": None}
        self.prepare: Callable[[StandIn], None] = lambda model: None
        self.cache: ModelCache[StandIn] = ModelCache(
            lambda: self.limits,
            changed=self._on_change,
            tell=self.told.append,
            free=lambda place: self.free[place],
            clock=lambda: self.now,
        )

    def wanted(
        self, key: str, megabytes: int = 100, place: Place = "memory", really: int | None = None
    ) -> Wanted[StandIn]:
        """A model; `really` are the megabytes that it takes, where the estimate is wrong."""
        size = (megabytes if really is None else really) * 1_000_000

        def make() -> StandIn:
            model = StandIn(key, size, self.machine)
            self.models.setdefault(key, []).append(model)
            self.prepare(model)
            return model

        return Wanted(key, f"{key}.en", megabytes * 1_000_000, place, make)

    def model(self, key: str) -> StandIn:
        """The newest stand-in of that key."""
        return self.models[key][-1]

    def use(self, wanted: Wanted[StandIn]) -> None:
        """One use, from its beginning to its end."""
        self.cache.acquire(wanted).release()

    def names(self) -> list[str]:
        """Keys of what is in memory, the newest use first."""
        return [model.name.removesuffix(".en") for model in self.cache.loaded()]

    def _on_change(self) -> None:
        self.cache.loaded()  # would hang if a lock were held
        self.changes += 1


class Running:
    """A call on a thread of its own: `result` or `error` are there once it has ended."""

    def __init__(self, work: Callable[[], object]) -> None:
        self.result: object = None
        self.error: BaseException | None = None
        self._work = work
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def ended(self, timeout_s: float = LONG_S) -> bool:
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def value(self) -> object:
        """What it gave; raises what it raised."""
        assert self.ended(), "it hangs"
        if self.error is not None:
            raise self.error
        return self.result

    def _run(self) -> None:
        try:
            self.result = self._work()
        except BaseException as error:
            self.error = error


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds that no event tells of."""
    pause = threading.Event()
    for _ in range(int(LONG_S / 0.005)):
        if holds():
            return
        pause.wait(0.005)
    raise AssertionError("it never came to hold")
