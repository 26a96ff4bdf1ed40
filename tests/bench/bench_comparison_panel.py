"""How long a long comparison holds the event loop: when it comes, when it is decided on, in another window.

    python -m tests.bench comparison_panel

The real workstation, without a terminal, at 160×48. The longest time between two turns of its event
loop is taken while it shows each step; the least of `ROUNDS` runs, for whatever else the machine does
only adds. What exists before is kept out of the garbage collector, whose pauses are not the panel's.
"""

from __future__ import annotations

import asyncio
import gc
import random
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from textual.pilot import Pilot

from engine.enhance.diff import count, word_diff
from engine.events import Enhanced, Event, RecordingStarted, Reviewed, TranscriptChanged
from tests.support.shipped_settings import shipped_settings
from tests.tui.conftest import Stage, publish

ROUNDS = 3
SIZES = (100, 1_000, 10_000)
"""Words of the raw text."""

VOCABULARY = 400
SETTLE_S = 0.3


def texts(words: int) -> tuple[str, str]:
    """A raw text, and one in which about every third word is another one, gone or touched up."""
    chance = random.Random(1)
    raw = [f"word{chance.randrange(VOCABULARY)}" for _ in range(words)]
    edited = []
    for word in raw:
        fate = chance.random()
        if fate < 0.12:
            edited.append(f"{word.capitalize()},")
        elif fate < 0.24:
            edited.append("other")
        elif fate >= 0.35:
            edited.append(word)
    return " ".join(raw), " ".join(edited)


class Watch:
    """Watches how long the event loop is held."""

    def __init__(self) -> None:
        self.worst_s = 0.0

    async def beat(self) -> None:
        """Take turns without end."""
        last = time.perf_counter()
        while True:
            await asyncio.sleep(0)
            now = time.perf_counter()
            self.worst_s, last = max(self.worst_s, now - last), now


async def measured(words: int) -> dict[str, float]:
    """The longest hold of each step, in milliseconds."""
    settings = shipped_settings()
    raw, text = texts(words)
    changes = word_diff(raw, text)
    taken = (True,) * count(changes)
    reviewed = Reviewed(1, raw, text, changes, taken)
    left = replace(reviewed, taken=(taken[0], False, *taken[2:]), text=f"{text[:20]}more {text[20:]}")
    app, watch, held = Stage(settings), Watch(), dict[str, float]()

    async with app.run_test(size=(160, 48)) as pilot:
        beat = asyncio.create_task(watch.beat())
        diff = app.workstation.diff

        async def step(name: str, *events: Event, act: Callable[[], object] = lambda: None) -> None:
            await pilot.pause(SETTLE_S)
            gc.collect()
            gc.freeze()
            await asyncio.sleep(0)
            watch.worst_s = 0.0
            act()
            await publish(pilot, *events)
            await app.workers.wait_for_complete()
            await pilot.pause(SETTLE_S)
            held[name] = watch.worst_s * 1e3

        await step("nothing")
        await step("spoken", RecordingStarted(1, 0.5), TranscriptChanged(1, raw, ""))
        await step("edited", Enhanced(1, raw, text, changes, "ollama", model="m", mode="clean"), reviewed)
        await step("j", act=lambda: diff.step(1))
        await step("x", left)
        await step("r", replace(reviewed, taken=(False,) * len(taken), text=raw))
        await step("a", reviewed)
        await step("resize", act=lambda: _resize(pilot))
        beat.cancel()
        with suppress(asyncio.CancelledError):
            await beat
    return held


def _resize(pilot: Pilot[None]) -> None:
    pilot.app.run_worker(pilot.resize_terminal(140, 48))


def main() -> None:
    """Measure each length and print."""
    print(f"longest hold of the event loop in ms, least of {ROUNDS} runs, 160×48")
    for words in SIZES:
        runs = [asyncio.run(measured(words)) for _ in range(ROUNDS)]
        least = {name: min(run[name] for run in runs) for name in runs[0]}
        changes = count(word_diff(*texts(words)))
        figures = "  ".join(f"{name} {held:.1f}" for name, held in least.items())
        print(f"{words:6} words, {changes:4} changes: {figures}", flush=True)


if __name__ == "__main__":
    main()
