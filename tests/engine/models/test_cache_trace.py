"""A long random life of the cache against a model of it that is too simple to be wrong."""

from __future__ import annotations

import dataclasses
import random
from collections import OrderedDict

import pytest

from engine.models.cache import Lease, ModelTooLargeError
from tests.support.loadables import Desk, StandIn

STEPS = 10_000
MEGABYTES = {"tiny": 80, "base": 150, "small": 490, "medium": 1530, "turbo": 1620, "large": 3100}
SIZES = {f"{name}-{number}": size for name, size in MEGABYTES.items() for number in range(3)}
BUDGET = 4000
TIGHT = 1700


class Textbook:
    """Least recently used, as a list: the oldest first."""

    def __init__(self, budget: int) -> None:
        self.budget = budget
        self.present: OrderedDict[str, int] = OrderedDict()
        self.held: list[str] = []

    def use(self, key: str) -> bool:
        """Bring a model in, or find it there; whether that was possible."""
        if key not in self.present:
            fixed = sum(size for other, size in self.present.items() if other in self.held)
            if fixed + SIZES[key] > self.budget:
                return False
            self.trim(SIZES[key])
            self.present[key] = SIZES[key]
        self.present.move_to_end(key)
        return True

    def trim(self, more: int) -> None:
        """Let the oldest go until there is room for `more`, as far as they may."""
        for other in list(self.present):
            if sum(self.present.values()) + more > self.budget and other not in self.held:
                del self.present[other]

    def newest_first(self) -> list[str]:
        return list(reversed(self.present))


def likely(random_: random.Random) -> str:
    """A model; people use a few of them most of the time."""
    keys = sorted(SIZES)
    return keys[min(int(random_.expovariate(0.25)), len(keys) - 1)]


@pytest.mark.parametrize("seed", [1, 2])
def test_ten_thousand_uses_leave_what_the_textbook_leaves(seed: int) -> None:
    random_ = random.Random(seed)
    desk, textbook = Desk(BUDGET * 1_000_000), Textbook(BUDGET)
    loads = 0
    for _ in range(STEPS):
        key = likely(random_)
        loads += key not in textbook.present
        assert textbook.use(key)
        desk.use(desk.wanted(key, SIZES[key]))
        assert desk.names() == textbook.newest_first()
    assert loads > STEPS / 20
    assert desk.machine.loads.total() == loads
    assert len(desk.told) == loads - len(textbook.present)
    assert desk.machine.peak <= BUDGET * 1_000_000


@pytest.mark.parametrize("seed", [3, 4])
def test_so_it_is_with_models_in_use_refusals_unloading_and_changing_limits(seed: int) -> None:
    random_ = random.Random(seed)
    desk, textbook = Desk(BUDGET * 1_000_000), Textbook(BUDGET)
    leases: list[tuple[str, Lease[StandIn]]] = []
    refusals = 0
    for _ in range(STEPS):
        key, act = likely(random_), random_.random()
        if act < 0.2 and leases:
            held, lease = leases.pop(random_.randrange(len(leases)))
            lease.release()
            textbook.held.remove(held)
            textbook.present.move_to_end(held)
        elif act < 0.3:
            idle = key in textbook.present and key not in textbook.held
            assert desk.cache.unload(key) == idle
            if idle:
                del textbook.present[key]
        elif act < 0.31:
            textbook.budget = TIGHT if textbook.budget == BUDGET else BUDGET
            desk.limits = dataclasses.replace(desk.limits, memory_bytes=textbook.budget * 1_000_000)
        elif textbook.use(key):
            lease = desk.cache.acquire(desk.wanted(key, SIZES[key]))
            if act > 0.8 and len(leases) < 4:
                leases.append((key, lease))
                textbook.held.append(key)
            else:
                lease.release()
        else:
            refusals += 1
            with pytest.raises(ModelTooLargeError):
                desk.cache.acquire(desk.wanted(key, SIZES[key]))
        assert desk.names() == textbook.newest_first()
    assert refusals > STEPS / 100
