"""Measures one way of doing a thing against another, in turns, and says what the difference is worth."""

from __future__ import annotations

import gc
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from time import thread_time

import numpy as np
from numpy.typing import NDArray

ROUNDS = 21
"""Rounds in each of which all sides take turns."""

LEAST_GAIN = 0.10
"""Share of its own stage that an idea must save, beyond the spread, to count as faster."""


@dataclass(frozen=True)
class Side:
    """One way of doing a thing: the work, and what of the engine is changed while it is done."""

    work: Callable[[], object]
    change: Callable[[], AbstractContextManager[object]] = field(default=nullcontext)


@dataclass(frozen=True)
class Pair:
    """Two measurements in one unit, smaller is better, and the ratio of neighbours with its spread.

    Attributes:
        without: Median without the idea.
        using: Median with it.
        ratio: Median of the rounds' ratios, with to without.
        spread: Half the distance between the quartiles of these ratios.
    """

    without: float
    using: float
    ratio: float
    spread: float

    @property
    def saved(self) -> float:
        """What the idea saves; negative where it costs."""
        return self.without * (1 - self.ratio)

    @property
    def is_faster(self) -> bool:
        """Whether it saves a share of its stage that chance does not explain."""
        return self.ratio + self.spread <= 1 - LEAST_GAIN

    @property
    def is_slower(self) -> bool:
        """The same the other way round."""
        return self.ratio - self.spread >= 1 + LEAST_GAIN


def rounds_of(
    sides: list[Side], calls: int, rounds: int = ROUNDS, clock: Callable[[], float] = thread_time
) -> NDArray[np.float64]:
    """Microseconds a call, shape [sides, rounds]; forth and back in turns, so that drift meets all.

    Args:
        sides: What is compared.
        calls: Calls of each in a round.
        rounds: How many rounds.
        clock: Seconds. The processor time of this thread does not know of other programs; work that
            other threads or processes share needs `perf_counter`.
    """
    times = np.zeros((len(sides), rounds))
    for side in sides:
        with side.change():
            side.work()
    gc.collect()
    gc.disable()
    try:
        for at in range(rounds):
            order = range(len(sides)) if at % 2 else reversed(range(len(sides)))
            for index in order:
                work = sides[index].work
                with sides[index].change():
                    began = clock()
                    for _ in range(calls):
                        work()
                    times[index, at] = (clock() - began) / calls * 1e6
    finally:
        gc.enable()
    return times


def paired(without: NDArray[np.float64], using: NDArray[np.float64]) -> Pair:
    """Two rows of `rounds_of` as one pair."""
    ratios = using / without
    low, middle, high = np.percentile(ratios, (25, 50, 75))
    return Pair(float(np.median(without)), float(np.median(using)), float(middle), float(high - low) / 2)


def compare(
    without: Side,
    using: Side,
    calls: int,
    rounds: int = ROUNDS,
    clock: Callable[[], float] = thread_time,
) -> Pair:
    """Measure two sides in turns; see `rounds_of`."""
    first, second = rounds_of([without, using], calls, rounds, clock)
    return paired(first, second)
