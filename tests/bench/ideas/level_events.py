"""Level events at 30 against 60 a second, and 100 ms coalescing: bus, bridge and waveform as they are."""

from __future__ import annotations

import asyncio
import math
from collections import deque
from dataclasses import dataclass
from time import perf_counter, thread_time
from typing import Literal
from unittest.mock import patch

import numpy as np
from textual.app import App, ComposeResult

from engine.audio.format import FRAME_S
from engine.bus import EventBus
from engine.events import Event, LevelColumn, Levels
from tests.bench.ideas.pairs import paired
from tests.bench.ideas.table import Row
from tui import bridge as bridge_room
from tui.bridge import Bridge
from tui.panels import level_history
from tui.panels.level_history import FRAMES_PER_CELL
from tui.panels.waveform import Waveform

ROUNDS, WATCH_S = 5, 2.5
SIZE = (160, 48)

REASONS = (
    "30 against 60 a second: 31, one a frame, for each frame is one level. 60 would need half frames, and"
    " would show a sound some milliseconds sooner, which nobody sees in bars of 64 ms.",
    "100 ms coalescing: not while one speaks, where the meter should follow the voice; the bridge merges "
    "what comes faster than 40 a second, and shows 5 a second while it is calm.",
)


@dataclass(frozen=True)
class Way:
    """How levels come and are shown: frames of sound in each 32 ms, and how often they are shown at most."""

    halves: int
    shown_per_second: int


TODAY = Way(1, bridge_room.FRAMES_PER_SECOND)
SIXTY = Way(2, 2 * bridge_room.FRAMES_PER_SECOND)
COALESCED = Way(1, 10)


class Wave(App[None]):
    """The waveform alone; without a terminal, so what the terminal takes is not in it."""

    def compose(self) -> ComposeResult:
        yield Waveform(1.5)


async def watch(way: Way) -> tuple[float, float]:
    """Show sound for a while.

    Returns:
        Processor time of the thread as a share of one core, and the mean age of a sample in
        milliseconds when the waveform has it.
    """
    bus, ages = EventBus(), list[float]()
    sounded: deque[float] = deque()
    period = FRAME_S / way.halves
    app = Wave()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        waveform = app.query_one(Waveform)

        def show(event: Event) -> None:
            if isinstance(event, Levels):
                waveform.add(event)
                now = perf_counter()
                # Half of its frame had sounded after the middle sample.
                ages.extend(now - sounded.popleft() + period / 2 for _ in event.columns)

        showing = asyncio.create_task(Bridge(bus.subscribe(), show).run())
        used, began = thread_time(), perf_counter()
        for at in range(1, round(WATCH_S / period)):
            await asyncio.sleep(max(0.0, began + at * period - perf_counter()))
            peak = abs(math.sin(at * period * 5)) * 0.4 + 0.05
            sounded.append(perf_counter())
            bus.publish(Levels((LevelColumn(peak, peak / 3, 0.9, False, True),), True))
        share = (thread_time() - used) / (perf_counter() - began)
        bus.close()
        await showing
    return share, float(np.mean(ages)) * 1e3


def measure(way: Way) -> tuple[float, float]:
    """`watch` with the interface changed to that way; cells stay as wide as they are."""
    with (
        patch.object(bridge_room, "FRAMES_PER_SECOND", way.shown_per_second),
        patch.object(level_history, "FRAMES_PER_CELL", FRAMES_PER_CELL * way.halves),
    ):
        return asyncio.run(watch(way))


def rows() -> list[Row]:
    """All of this group."""
    ways = (SIXTY, TODAY, COALESCED)
    figures = np.zeros((2, len(ways), ROUNDS))
    for at in range(ROUNDS):
        for index in range(len(ways)) if at % 2 else reversed(range(len(ways))):
            figures[:, index, at] = measure(ways[index])
    cpu, age = figures
    ideas: tuple[tuple[str, int, int, Literal["kept", "not kept"]], ...] = (
        ("30 a second, not 60", 0, 1, "kept"),
        ("100 ms coalescing", 1, 2, "not kept"),
    )
    found = []
    for name, without, using, today in ideas:
        costs = paired(cpu[without] * 100, cpu[using] * 100)
        ages = paired(age[without], age[using])
        # The whole of an age is the tenth of a second that people take for "at once".
        found += [
            Row(name, "waveform, % of a core", costs, costs.saved / 100, "core", today, "%", bargain=True),
            Row(name, "waveform, age of sound", ages, ages.saved / 100, "0.1 s", today, "ms", bargain=True),
        ]
    return found
