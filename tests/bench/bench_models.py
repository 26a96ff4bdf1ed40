"""Models kept warm, loaded side by side, changed and let go: what it costs and what comes back.

    python -m tests.bench.bench_models [--rounds N] [--only PART,...]

Whisper has random weights of the base model's size, int8; each model is a process, as in a session.
The parts, each with what it should be:

- first: stop to text of one clip, in the first dictation after a start with preloading against the
  tenth (ratio at most 1.2), and against a first dictation that has to load the model.
- preload: three models one after another against side by side.
- memory: resident memory of the whole tree of processes before a load, with the model, and after
  it is unloaded (within 15 % of before), several times over.
- switch: from one model to another that is loaded, that has to be loaded, and that has to be loaded
  once another has made room.
- trace: 10,000 random uses of 18 models of which some fit; the cache's own time for each.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import psutil

from engine.models.cache import Limits, ModelCache, Wanted
from engine.speech.process import RecognizerProcess
from engine.speech.recognizer import Context
from tests.bench.random_decodes import session_options
from tests.support.loadables import Desk
from tests.support.random_whisper import build, noise

SECONDS = 6.0
"""Length of the clip."""

DICTATIONS = 10
MODELS = 3
CYCLES = 3
ESTIMATE = 420_000_000
"""Bytes that a model of the base model's size is taken for before it is measured."""

AMPLE = 10**10
STEPS = 10_000
SIZES = [80, 150, 490, 1530, 1620, 3100] * 3
"""Megabytes of the models of the trace."""

TRACE_BUDGET = 4000
SOUND = noise(SECONDS)


@contextmanager
def models(budget: int = AMPLE) -> Iterator[ModelCache[RecognizerProcess]]:
    """An empty cache, closed at the end."""
    cache: ModelCache[RecognizerProcess] = ModelCache(
        lambda: Limits(budget, 0, None, 0), changed=lambda: None, tell=lambda sentence: None
    )
    try:
        yield cache
    finally:
        cache.close()


def wanted(folder: Path, number: int = 0) -> Wanted[RecognizerProcess]:
    """The model of that number."""
    name = f"model-{number}"
    options = session_options(str(folder / name))
    return Wanted(name, name, ESTIMATE, "memory", lambda: RecognizerProcess("whisper", options))


def milliseconds(work: Callable[[], object]) -> float:
    """How long `work` takes."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1e3


def dictate(cache: ModelCache[RecognizerProcess], model: Wanted[RecognizerProcess]) -> float:
    """Milliseconds from the stop to the text of one dictation, its model's loading included."""
    began = time.perf_counter()
    with cache.acquire(model) as lease:
        waited = time.perf_counter() - began
        utterance = lease.model.open(Context())
        utterance.feed(SOUND)
        return waited * 1e3 + milliseconds(utterance.finish)


def spread(values: Sequence[float]) -> str:
    """Median, least and most."""
    return f"{statistics.median(values):9.1f} ({min(values):.1f} to {max(values):.1f})"


def first(folder: Path, rounds: int) -> None:
    """First dictation against the tenth, and against one that has to load."""
    loading: list[float] = []
    warm: list[list[float]] = []
    for _ in range(rounds):
        with models() as cache:
            loading.append(dictate(cache, wanted(folder)))
        with models() as cache:
            cache.preload(wanted(folder))
            warm.append([dictate(cache, wanted(folder)) for _ in range(DICTATIONS)])
    firsts, tenths = [times[0] for times in warm], [times[-1] for times in warm]
    print(f"first, preloaded   {spread(firsts)} ms")
    print(f"tenth              {spread(tenths)} ms")
    print(f"first, not loaded  {spread(loading)} ms")
    ratios = [one / other for one, other in zip(firsts, tenths, strict=True)]
    print(f"ratio of first to tenth {statistics.median(firsts) / statistics.median(tenths):.2f}", end="")
    print(f" (by round {', '.join(f'{ratio:.2f}' for ratio in ratios)})")


def preload(folder: Path, rounds: int) -> None:
    """Three models one after another, and side by side, in turns."""
    serial: list[float] = []
    parallel: list[float] = []
    every = [wanted(folder, number) for number in range(MODELS)]
    for _ in range(rounds):
        with models() as cache:
            serial.append(sum(milliseconds(partial(cache.preload, model)) for model in every))
        with models() as cache, ThreadPoolExecutor(MODELS) as pool:
            parallel.append(milliseconds(lambda: list(pool.map(cache.preload, every))))
    print(f"{MODELS} models, one after another {spread(serial)} ms")
    print(f"{MODELS} models, side by side      {spread(parallel)} ms")
    print(f"ratio {statistics.median(parallel) / statistics.median(serial):.2f}")


def tree_bytes() -> int:
    """Resident bytes of this process and of all below it."""
    own = psutil.Process()
    return sum(process.memory_info().rss for process in (own, *own.children(recursive=True)))


def memory(folder: Path, rounds: int) -> None:
    """Resident memory before, with and after a model; once for nothing, so that code is imported."""
    with models() as cache:
        dictate(cache, wanted(folder))
        cache.unload(wanted(folder).key)
        before = tree_bytes()
        print(f"before {before / 1e6:.0f} MB")
        for _ in range(CYCLES):
            cache.preload(wanted(folder))
            loaded = tree_bytes()
            dictate(cache, wanted(folder))
            used = tree_bytes()
            took = milliseconds(lambda: cache.unload(wanted(folder).key))
            after = tree_bytes()
            print(
                f"loaded {loaded / 1e6:.0f} MB, used {used / 1e6:.0f} MB, unloaded {after / 1e6:.0f} MB"
                f" in {took:.0f} ms: {after / before:.3f} of before"
            )


def switch(folder: Path, rounds: int) -> None:
    """Until an utterance of the other model is open."""
    times: dict[str, list[float]] = {"loaded": [], "not loaded": [], "not loaded, no room": []}

    def change(cache: ModelCache[RecognizerProcess], number: int) -> float:
        def begin() -> None:
            with cache.acquire(wanted(folder, number)) as lease:
                lease.model.open(Context())

        return milliseconds(begin)

    for _ in range(rounds):
        with models() as cache:
            change(cache, 0)
            times["not loaded"].append(change(cache, 1))
            times["loaded"] += [change(cache, number % 2) for number in range(DICTATIONS)]
        with models(budget=round(ESTIMATE * 1.05)) as cache:
            change(cache, 0)
            times["not loaded, no room"].append(change(cache, 1))
    for case, values in times.items():
        print(f"to a model that is {case:20}{spread(values)} ms")


def trace(folder: Path, rounds: int) -> None:
    """The cache's own time for a use, with models that load in no time."""
    hits: list[float] = []
    misses: list[float] = []
    for seed in range(rounds):
        random_ = random.Random(seed)
        desk = Desk(TRACE_BUDGET * 1_000_000)
        for _ in range(STEPS):
            number = min(int(random_.expovariate(0.25)), len(SIZES) - 1)
            model = desk.wanted(f"model-{number}", SIZES[number])
            times = hits if desk.cache.holds(model.key) else misses
            times.append(milliseconds(partial(desk.use, model)) * 1e3)
    for name, values in (("loaded", hits), ("not loaded", misses)):
        p99 = sorted(values)[int(0.99 * len(values))]
        print(f"{name:11}{len(values):7} uses: {statistics.median(values):6.1f} µs p50, {p99:6.1f} µs p99")
    print(f"all {statistics.fmean(hits + misses):.1f} µs on average")


PARTS: dict[str, Callable[[Path, int], None]] = {
    "first": first,
    "preload": preload,
    "memory": memory,
    "switch": switch,
    "trace": trace,
}


def main() -> None:
    """Measure and print all parts, or those that are named."""
    parser = argparse.ArgumentParser(description="models kept warm, changed and let go")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default=",".join(PARTS), help=f"of {', '.join(PARTS)}")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number in range(MODELS):
            build(folder / f"model-{number}", "base", seed=number)
        for part in arguments.only.split(","):
            print(f"\n{part}", flush=True)
            PARTS[part](folder, arguments.rounds)


if __name__ == "__main__":
    main()
