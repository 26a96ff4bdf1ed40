"""From stop to the delivered text, against decoding the same sound at once with the same decoder.

    python -m tests.bench.bench_stop_to_text [--sides NAME,...] [--lengths S,...] [--others PYTHON]

A dictation of each length is played in real time into a real session and stopped when its last word
has been spoken, or half a second later. "at once" waits for the end and then decodes the whole clip
with the same recogniser and options: what a tool does that begins after the stop. Whisper has random
weights of the base model's size, which speak on until they are stopped, at three tokens a second of
sound; the words mean nothing, but how far both sides agree is shown.

`--others` names an interpreter in which RealtimeSTT can be imported, or whisper_streaming's
`whisper_online`: they are run on the same clips with the same weights.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from engine.audio.file import FileSource
from engine.events import Measured, RecognizerChanged, RecordingStarted
from engine.metrics import Performance
from engine.speech.process import RecognizerProcess
from engine.speech.recognizer import Context
from engine.speech.selection import Choice
from tests.bench.clips import Clip, clip
from tests.bench.random_decodes import BEAM_SIZE, session_options
from tests.support import random_whisper
from tests.support.dictating import driving
from tests.support.voices import Voices, word_errors

RUNS = {3.0: 4, 13.0: 3, 60.0: 1, 300.0: 1}
QUIET_S = 0.5
SIDES = ("pocketsphinx", "balanced", "speed")
"""PocketSphinx, and Whisper in two performance modes."""


@dataclass(frozen=True, slots=True)
class Live:
    """One dictation: milliseconds from stop to text, the other figures, and the words."""

    ms: float
    figures: Performance
    text: str


@contextmanager
def random_weights(model: Path) -> Iterator[None]:
    """Let sessions take Whisper with random weights."""
    with patch(
        "engine.speech.host.choose", lambda _: Choice("whisper", "random", session_options(str(model)))
    ):
        yield


async def live(spoken: Clip, overrides: dict[str, Any]) -> Live:
    """Play one clip into a session, and stop at its end."""
    async with driving(FileSource(spoken.path), **overrides) as driver:
        await driver.wait_for(RecognizerChanged, status="ready")
        driver.session.start_recording()
        await driver.wait_for(RecordingStarted)
        await asyncio.sleep(spoken.seconds)
        driver.session.stop_recording()
        measured = await driver.wait_until(
            Measured, lambda event: event.performance.stop_to_text_ms is not None, timeout_s=120
        )
        figures = measured.performance
        return Live(figures.stop_to_text_ms or 0.0, figures, driver.session.raw_text)


def sphinx_at_once(spoken: Clip) -> tuple[float, str]:
    """Milliseconds in which PocketSphinx recognises the whole clip, and its words."""
    recognizer = RecognizerProcess("pocketsphinx", {})
    recognizer.load()
    try:
        began = time.perf_counter()
        utterance = recognizer.open(Context())
        utterance.feed(spoken.samples)
        words = utterance.finish().text
        return (time.perf_counter() - began) * 1e3, words
    finally:
        recognizer.unload()


def other_tool(python: str, tool: str, model: Path, spoken: Clip) -> tuple[float, str]:
    """Milliseconds from the clip's end to the text of another tool, and its words.

    Raises:
        subprocess.CalledProcessError: It cannot be run.
    """
    command = [python, "-m", "tests.bench.other_tool", tool, str(model), str(spoken.path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=900)
    answer = json.loads(done.stdout.splitlines()[-1])
    return answer["ms"], answer["text"]


def settings_of(side: str) -> dict[str, Any]:
    """The overrides of a side."""
    if side == "pocketsphinx":
        return {"recognition__recognizer": "pocketsphinx"}
    row = {f"{side}__beam_size": BEAM_SIZE, f"{side}__temperatures": [0.0]}
    return {"recognition__performance": side, **row}


def row(side: str, spoken: Clip, quiet_s: float, runs: list[Live], whole: tuple[float, str]) -> str:
    """One line of the table; the ratio is that of the median."""
    times = sorted(run.ms for run in runs)
    p50, p95 = statistics.median(times), times[-1]
    last = runs[-1]
    speculation = last.figures.speculation
    agreement = 1 - word_errors(whole[1], last.text) if whole[1] else 0.0
    first = last.figures.first_partial_ms
    stages = ", ".join(f"{name} {ms:.0f}" for name, ms in last.figures.stages_ms.items())
    return (
        f"{side:<13}{spoken.seconds:6.1f}s {quiet_s:4.1f}s {len(runs):3d}"
        f" {p50:8.0f} {p95:8.0f} {whole[0]:9.0f}"
        f" {whole[0] / p50:7.1f}x {agreement:7.1%} {word_errors(spoken.said, last.text):7.1%}"
        f" {first or 0:8.0f} {last.figures.real_time_factor or 0:6.2f}"
        f" {speculation.used:3d}/{speculation.discarded:<3d} {stages}"
    )


def measure(side: str, seconds: float, quiet_s: float, voices: Voices, folder: Path, model: Path) -> Clip:
    """Measure and print one line."""
    spoken = clip(voices, folder, seconds, quiet_s)
    if side == "pocketsphinx":
        whole = sphinx_at_once(spoken)
        runs = [asyncio.run(live(spoken, settings_of(side))) for _ in range(RUNS.get(seconds, 1))]
    else:
        whole = other_tool(sys.executable, "plain", model, spoken)
        with random_weights(model):
            runs = [asyncio.run(live(spoken, settings_of(side))) for _ in range(RUNS.get(seconds, 1))]
    print(row(side, spoken, quiet_s, runs, whole), flush=True)
    return spoken


def main() -> None:
    """Print a row for each side, length and end."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sides", default=",".join(SIDES))
    parser.add_argument("--lengths", default="3,13,60")
    parser.add_argument("--quiet", default=f"0,{QUIET_S}", help="seconds of quiet before the stop")
    parser.add_argument("--others", metavar="PYTHON")
    asked = parser.parse_args()
    lengths = [float(value) for value in asked.lengths.split(",")]
    print(
        "milliseconds; p95 is the slowest run; words: same as at once, and word errors against what was said"
    )
    print(
        "side         speech  quiet runs     p50      p95   at once"
        "   ratio    same  errors    first    rtf ahead"
    )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        voices = Voices(folder)
        model = random_whisper.build(folder / "base", "base", endless=True)
        for side in [side for side in asked.sides.split(",") if side]:
            for seconds in lengths:
                for quiet_s in [float(value) for value in asked.quiet.split(",")]:
                    measure(side, seconds, quiet_s, voices, folder, model)
        for tool in ("whisper_streaming", "RealtimeSTT") if asked.others else ():
            for seconds in lengths:
                spoken = clip(voices, folder, seconds, QUIET_S)
                try:
                    ms, text = other_tool(asked.others, tool, model, spoken)
                except (subprocess.SubprocessError, OSError, ValueError) as error:
                    said = getattr(error, "stderr", None) or str(error)
                    print(f"{tool:<20} cannot be run: {said.strip().splitlines()[-1]}", flush=True)
                    break
                words = len(text.split())
                print(
                    f"{tool:<20} {spoken.seconds:6.1f}s {QUIET_S:4.1f}s {ms:8.0f} ms  {words} words",
                    flush=True,
                )


if __name__ == "__main__":
    main()
