"""How long the event loop stalls while a Whisper model loads and decodes: own process against thread.

    python -m tests.bench.bench_whisper_loading

Random weights of the base model's size. Each case runs in a fresh interpreter, since importing
faster-whisper is part of what stalls. The loop sleeps 1 ms at a time; a stall is what a sleep took
beyond that. "idle" is the same loop with nothing beside it: what this machine adds by itself.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from engine.audio.format import FRAME
from engine.speech.process import RecognizerProcess
from engine.speech.recognizer import Context, Recognizer
from engine.speech.whisper import Whisper
from tests.support.random_whisper import build, noise

SECONDS = 6.0
TICK_S = 0.001
ROUNDS = 3


async def stalls(work: Callable[[], None]) -> list[float]:
    """Milliseconds by which each tick of the loop was late while `work` ran in a thread."""
    late: list[float] = []
    working = asyncio.create_task(asyncio.to_thread(work))
    while not working.done():
        before = time.perf_counter()
        await asyncio.sleep(TICK_S)
        late.append((time.perf_counter() - before - TICK_S) * 1e3)
    await working
    return late


@contextmanager
def recognizer(case: str, model: str) -> Iterator[Recognizer]:
    """The recogniser of a case, not loaded."""
    if case == "process":
        process = RecognizerProcess("whisper", {"model": model, "device": "cpu"})
        yield process
        process.kill()
    else:
        yield Whisper(model, device="cpu")


def dictate(whisper: Recognizer) -> None:
    """Feed a phrase in frames, ask for two partials, finish."""
    sound = noise(SECONDS)
    utterance = whisper.open(Context())
    for start in range(0, len(sound), FRAME):
        utterance.feed(sound[start : start + FRAME])
    utterance.partial()
    utterance.partial()
    utterance.finish()


async def measure(case: str, model: str) -> dict[str, list[float]]:
    """The stalls of one case by step."""
    if case == "idle":
        return {
            "load": await stalls(lambda: time.sleep(2.0)),
            "decode": await stalls(lambda: time.sleep(2.0)),
        }
    with recognizer(case, model) as whisper:
        return {"load": await stalls(whisper.load), "decode": await stalls(lambda: dictate(whisper))}


def in_fresh_interpreter(case: str, model: str) -> dict[str, list[float]]:
    """What `measure` finds in a child."""
    command = [sys.executable, "-m", "tests.bench.bench_whisper_loading", case, model]
    stdout = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return dict(json.loads(stdout))


def main() -> None:
    """Measure all cases in turn, `ROUNDS` times over, and print the medians side by side."""
    if len(sys.argv) == 3:
        print(json.dumps(asyncio.run(measure(sys.argv[1], sys.argv[2]))))
        return
    late: dict[tuple[str, str], list[list[float]]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        model = str(build(Path(folder) / "base", "base"))
        for _ in range(ROUNDS):
            for case in ("idle", "thread", "process"):
                for step, values in in_fresh_interpreter(case, model).items():
                    late[case, step].append(sorted(values))
    print(f"{'':10}{'step':10}{'worst ms':>10}{'p99 ms':>10}{'took ms':>10}")
    for (case, step), rounds in late.items():
        worst = median(values[-1] for values in rounds)
        p99 = median(values[int(0.99 * len(values))] for values in rounds)
        took = median(sum(values) + TICK_S * 1e3 * len(values) for values in rounds)
        print(f"{case:10}{step:10}{worst:10.1f}{p99:10.1f}{took:10.0f}")


if __name__ == "__main__":
    main()
