"""What the interface costs above the engine, and how soon a key is seen.

    python -m tests.bench interface

The real workstation runs in a pseudo-terminal of 160×48, over a session that hears sound without
end in real time, as from a microphone; the same session runs without it, its events dropped. The
difference of the processor time of the two processes (the recogniser has one of its own, which does
not count) is the interface. An empty Textual app and a bare full-width waveform widget at 30 frames
a second stand beside it. Every figure is the least of `ROUNDS` runs that take turns: whatever else
the machine does only adds.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

import numpy as np
import psutil

from tests.support.pty_screen import PtyScreen
from tests.support.voices import Voices

ROUNDS = 3
SETTLE_S, WATCH_S = 4.0, 20.0
PRESSES = 120
COLUMNS, ROWS = 160, 48
CHILD = [sys.executable, "-m", "tests.support.interface_child"]
MODES = ("speed", "quality", "balanced")
"""Performance modes in the order in which the key `p` takes them from the start."""


@dataclass(frozen=True)
class Cost:
    """Share of one core, frames a second, and bytes a second to the terminal."""

    share: float
    frames: float = 0.0
    bytes: float = 0.0


def best(costs: list[Cost]) -> Cost:
    """The measurement that was disturbed least."""
    return min(costs, key=lambda cost: cost.share)


@contextmanager
def screen(kind: str, sound: str) -> Iterator[PtyScreen]:
    """A program in a terminal, with a home folder of its own."""
    with tempfile.TemporaryDirectory() as home:
        environment = {"HOME": home, "XDG_CONFIG_HOME": home, "XDG_DATA_HOME": home, "XDG_STATE_HOME": home}
        with PtyScreen([*CHILD, kind, sound], environment, COLUMNS, ROWS) as opened:
            yield opened


def on_screen(kind: str, sound: str, *, recording: bool = False) -> Cost:
    """What a program costs that draws."""
    with screen(kind, sound) as opened:
        if kind == "utter":
            opened.wait_for("pocketsphinx")
            opened.watch(SETTLE_S)
            if recording:
                opened.press(" ")
                opened.wait_for("recording")
        opened.watch(SETTLE_S)
        began, cpu_s = time.perf_counter(), opened.cpu_s()
        frames, written = opened.frames, opened.written
        opened.watch(WATCH_S)
        took = time.perf_counter() - began
        return Cost(
            (opened.cpu_s() - cpu_s) / took,
            (opened.frames - frames) / took,
            (opened.written - written) / took,
        )


def engine_alone(sound: str, *, recording: bool = False) -> Cost:
    """What the same session costs without a screen."""
    with tempfile.TemporaryDirectory() as home:
        environment = {"HOME": home, "XDG_DATA_HOME": home, "XDG_STATE_HOME": home}
        process = subprocess.Popen(
            [*CHILD, "engine", sound],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **environment},
            text=True,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdout.readline()
            time.sleep(SETTLE_S)
            if recording:
                process.stdin.write("\n")
                process.stdin.flush()
            time.sleep(SETTLE_S)
            watched = psutil.Process(process.pid)
            before, began = watched.cpu_times(), time.perf_counter()
            time.sleep(WATCH_S)
            after = watched.cpu_times()
            spent = after.user + after.system - before.user - before.system
            return Cost(spent / (time.perf_counter() - began))
        finally:
            for child in psutil.Process(process.pid).children(recursive=True):
                child.kill()
            process.kill()
            process.wait()


def keys_to_screen(sound: str, *, recording: bool) -> np.ndarray:
    """Milliseconds from a key press until the terminal has what it changed, many times."""
    chance = random.Random(1)
    with screen("utter", sound) as opened:
        opened.wait_for("pocketsphinx")
        opened.watch(SETTLE_S)
        if recording:
            opened.press(" ")
            opened.wait_for("recording")
        took = []
        for _, mode in zip(range(PRESSES), cycle(MODES), strict=False):
            opened.watch(chance.uniform(0.05, 0.15))
            pressed = opened.press("p")
            took.append((opened.wait_for(f"{mode} · ") - pressed) * 1e3)
        return np.array(took)


def main() -> None:
    """Measure in turns and print."""
    with tempfile.TemporaryDirectory() as folder:
        speech = str(Voices(Path(folder)).talk(Path(folder) / "speech.wav"))
        cases = {
            "no microphone": ("none", False),
            "silence": ("silence", False),
            "a quiet room": ("room", False),
            "speech nearby": (speech, False),
            "recording": (speech, True),
        }
        bare: dict[str, list[Cost]] = {"empty": [], "waveform": []}
        drawn: dict[str, list[Cost]] = {case: [] for case in cases}
        alone: dict[str, list[Cost]] = {case: [] for case in cases}
        for _ in range(ROUNDS):
            for kind, costs in bare.items():
                costs.append(on_screen(kind, "none"))
            for case, (sound, recording) in cases.items():
                drawn[case].append(on_screen("utter", sound, recording=recording))
                alone[case].append(engine_alone(sound, recording=recording))
        empty, wave = best(bare["empty"]), best(bare["waveform"])
        print(f"least of {ROUNDS} runs of {WATCH_S:.0f} s each, {COLUMNS}×{ROWS}; per cent of one core")
        print(
            f"empty Textual app {empty.share:.2%}; bare waveform {wave.share:.2%}, {wave.frames:.0f} frames/s"
        )
        print("case            utter  engine  interface  of bare waveform  frames/s  kB/s")
        for case in cases:
            whole, engine = best(drawn[case]), best(alone[case])
            above = whole.share - engine.share
            print(
                f"{case:14} {whole.share:6.2%}  {engine.share:6.2%}     {above:6.2%}"
                f"  {above / wave.share:16.2f}  {whole.frames:8.1f}  {whole.bytes / 1e3:4.1f}"
            )
        for name, recording in (("ready", False), ("recording", True)):
            took = keys_to_screen(speech if recording else "silence", recording=recording)
            p50, p95 = np.percentile(took, (50, 95))
            print(f"key to screen, {name}: p50 {p50:.1f} ms, p95 {p95:.1f} ms, worst {took.max():.1f} ms")


if __name__ == "__main__":
    main()
