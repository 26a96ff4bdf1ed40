"""How long a text takes into a pane of a real tmux, beside what tmux itself takes for it.

Run with `python -m tests.bench.bench_delivery`. Prints milliseconds: until the target says that the text is
delivered, and until a program in the pane has read its last byte; and how many times a bare
`tmux load-buffer ; paste-buffer` that is, in turns within the same run.
"""

from __future__ import annotations

import asyncio
import os
import shlex
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from engine.deliver import program
from engine.deliver.target import Delivery
from tests.support.panes import Panes, tmux_panes, until

SENTENCE = "Ein Satz mit Größe, 世界, e\u0301, שלום und 👩\u200d👧 darin, wie er gesprochen wird. "
LIMITS_MS = {500: 50.0, 10_000: 200.0}
"""Characters, and how long they may take."""
RUNS = 60
WARM_UP = 3


@dataclass
class Times:
    """Milliseconds of the runs with one length."""

    delivered: list[float] = field(default_factory=list)
    arrived: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)


def read_all(pipe: int, size: int) -> None:
    """Read as many bytes as were delivered."""
    while size:
        size -= len(os.read(pipe, min(size, 65_536)))


async def measure(panes: Panes, pane: str, pipe: int, characters: int) -> Times:
    """Deliver a text and let tmux alone paste it, in turns."""
    text = (SENTENCE * (characters // len(SENTENCE) + 1))[: characters - 1] + "."
    data = text.encode()
    target = panes.target(pane)
    bare = ["tmux", "-S", str(panes.socket), "load-buffer", "-b", "bare", "-", ";"]
    bare += ["paste-buffer", "-p", "-d", "-b", "bare", "-t", pane]
    times = Times()
    for run in range(RUNS + WARM_UP):
        arrival = asyncio.create_task(asyncio.to_thread(read_all, pipe, len(data)))
        begin = time.perf_counter()
        outcome = await target.deliver(text)
        delivered = time.perf_counter() - begin
        await arrival
        arrived = time.perf_counter() - begin
        assert outcome.status is Delivery.DELIVERED, outcome.detail
        arrival = asyncio.create_task(asyncio.to_thread(read_all, pipe, len(data)))
        begin = time.perf_counter()
        await program.require(bare, data, environ=panes.environ)
        alone = time.perf_counter() - begin
        await arrival
        if run >= WARM_UP:
            times.delivered.append(delivered * 1000)
            times.arrived.append(arrived * 1000)
            times.bare.append(alone * 1000)
    return times


def row(characters: int, times: Times) -> str:
    """One line of the table."""
    figures = [
        np.percentile(values, part) for values in (times.delivered, times.arrived) for part in (50, 95)
    ]
    bare = float(np.percentile(times.bare, 50))
    cells = [f"{characters:,}", *(f"{figure:.1f}" for figure in figures), f"{bare:.1f}"]
    return f"| {' | '.join([*cells, f'{figures[0] / bare:.1f}', f'{LIMITS_MS[characters]:.0f}'])} |"


def main() -> int:
    """Print a row for each length; the exit code is 1 where a limit is not kept at the median."""
    print("| characters | delivered p50 | p95 | read p50 | p95 | tmux alone p50 | ratio | limit |")
    print("|---|---|---|---|---|---|---|---|")
    kept = True
    with tempfile.TemporaryDirectory() as folder, tmux_panes(Path(folder)) as panes:
        fifo = Path(folder) / "pipe"
        os.mkfifo(fifo)
        pane = panes.start(f"stty raw -echo; exec cat > {shlex.quote(str(fifo))}")
        pipe = os.open(fifo, os.O_RDONLY)
        until(lambda: panes.run("display-message", "-p", "-t", pane, "#{pane_current_command}") == "cat\n")
        for characters, limit in LIMITS_MS.items():
            times = asyncio.run(measure(panes, pane, pipe, characters))
            print(row(characters, times), flush=True)
            kept = kept and float(np.percentile(times.delivered, 50)) <= limit
        os.close(pipe)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
