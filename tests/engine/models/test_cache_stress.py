"""Many threads that do everything to the cache at once: what must never happen does not."""

from __future__ import annotations

import random
import threading
from collections import defaultdict
from collections.abc import Callable

import pytest

from engine.errors import RecognitionError
from engine.models.cache import ModelTooLargeError, Wanted
from tests.support.loadables import Desk, Running, StandIn

THREADS = 8
STEPS = 250
SIZES = {"tiny": 100, "base": 200, "small": 300, "medium": 500, "large": 900}
BUDGET = 1_000


class Crowd:
    """Threads that work with one cache.

    Attributes:
        done: How often each act came to its end, as proof that all of them happened.
        busy: Set in the middle of it all.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.desk = Desk(BUDGET * 1_000_000, idle_s=0.5, reload_after=3)
        self.desk.prepare = self._prepare
        self.done: dict[str, int] = defaultdict(int)
        self.busy = threading.Event()
        self._random = random.Random(seed)
        self._lock = threading.Lock()
        self._turns: dict[str, threading.Lock] = defaultdict(threading.Lock)

    def live(self, number: int) -> None:
        """The life of one thread."""
        random_ = random.Random(self.seed * 100 + number)
        acts = [self.use] * 10 + [self.preload] * 2 + [self.unload, self.kill, self.sweep, self.look]
        for _ in range(STEPS):
            act: Callable[[str], None] = random_.choice(acts)
            key = random_.choice(sorted(SIZES))
            try:
                act(key)
            except ModelTooLargeError:
                self.count("refused")
            except RecognitionError:
                self.count("failed")
            else:
                self.count(act.__name__)

    def use(self, key: str) -> None:
        with self.desk.cache.acquire(self.wanted(key)) as lease:
            model = lease.model
            with self._lock:
                model.users += 1
            try:
                with self._turns[key]:  # as one thread speaks with a recogniser at a time
                    model.load()
                    assert model.loaded
                    assert self.desk.cache.holds(key)
            finally:
                with self._lock:
                    model.users -= 1

    def preload(self, key: str) -> None:
        self.desk.cache.preload(self.wanted(key))

    def unload(self, key: str) -> None:
        self.desk.cache.unload(key)

    def kill(self, key: str) -> None:
        if not self.desk.cache.stop_loading(key) and self.desk.cache.holds(key):
            self.desk.model(key).kill()  # as whoever uses it does with one that is stuck

    def sweep(self, key: str) -> None:
        with self._lock:
            self.desk.now += 0.1
        self.desk.cache.sweep()

    def look(self, key: str) -> None:
        loaded = self.desk.cache.loaded()
        seen = [model.name for model in loaded]
        assert len(seen) == len(set(seen))
        assert sum(model.memory_bytes for model in loaded if model.state != "unloading") <= BUDGET * 1_000_000
        if self.desk.cache.holds(key):
            assert self.desk.models[key], "ready without ever having been made"

    def wanted(self, key: str) -> Wanted[StandIn]:
        return self.desk.wanted(key, SIZES[key])

    def count(self, what: str) -> None:
        with self._lock:
            self.done[what] += 1

    def _prepare(self, model: StandIn) -> None:
        if sum(map(len, list(self.desk.models.values()))) >= 50:
            self.busy.set()
        with self._lock:
            model.slow_s = self._random.uniform(0, 0.002)
            if self._random.random() < 0.05:
                model.error = RecognitionError("The file is broken.")


@pytest.mark.parametrize("seed", range(4))
def test_nothing_is_there_twice_or_gone_in_use_or_beyond_the_budget(seed: int) -> None:
    crowd = Crowd(seed)
    threads = [Running(lambda number=number: crowd.live(number)) for number in range(THREADS)]
    for thread in threads:
        thread.value()
    machine = crowd.desk.machine
    assert machine.faults == []
    assert machine.peak <= BUDGET * 1_000_000
    assert not any(model.in_use for model in crowd.desk.cache.loaded())
    assert {model.name.removesuffix(".en") for model in crowd.desk.cache.loaded()} == set(machine.taken)
    acts = ("use", "preload", "unload", "kill", "sweep", "look", "refused", "failed")
    assert all(crowd.done[act] for act in acts), crowd.done
    assert machine.loads.total() > 100
    crowd.desk.cache.close()
    assert crowd.desk.cache.loaded() == ()
    assert machine.taken == {}


@pytest.mark.parametrize("seed", range(4))
def test_a_close_in_the_middle_of_it_leaves_nothing(seed: int) -> None:
    crowd = Crowd(seed)
    threads = [Running(lambda number=number: crowd.live(number)) for number in range(THREADS)]
    assert crowd.busy.wait(60)
    crowd.desk.cache.close()
    for thread in threads:
        thread.value()
    assert crowd.desk.machine.faults == []
    assert crowd.desk.cache.loaded() == ()
    assert crowd.desk.machine.taken == {}
