"""Takes a whole measurement: every recogniser, every clip, both ways of stopping, and all at once."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.bench.figures import LengthFigures, word_errors_within
from engine.bench.live import LiveBench
from engine.bench.machine import describe_machine
from engine.bench.material import Material
from engine.bench.plain import PlainBench
from engine.bench.plan import LOAD_S, QUIET_S, Candidate, Job, Trial
from engine.errors import EngineError
from engine.settings.schema import Settings

Tell = Callable[[str, float], None]
"""Told what is measured now, and how many seconds are left, approximately."""


@dataclass(slots=True)
class Measured:
    """The figures of one recogniser.

    Attributes:
        candidate: Which recogniser.
        load_s: Seconds that it took to load.
        memory_bytes: Resident bytes of its process.
        lengths: Figures by clip, the shortest first.
    """

    candidate: Candidate
    load_s: float
    memory_bytes: int
    lengths: list[LengthFigures]

    def as_json(self) -> dict[str, Any]:
        """The figures by name."""
        recognition = self.candidate.settings.recognition
        about: dict[str, Any] = {
            "recognizer": self.candidate.name,
            "model": self.candidate.model,
            "performance": recognition.performance,
        }
        if self.candidate.name == "whisper":
            about |= {
                "device": recognition.device,
                "compute_type": recognition.compute_type,
                "threads": recognition.threads,
            }
        return about | {
            "settings": _settings(self.candidate.settings),
            "load_s": round(self.load_s, 2),
            "memory_bytes": self.memory_bytes,
            "lengths": [one.as_json() for one in self.lengths],
        }


@dataclass(slots=True)
class Report:
    """A whole measurement.

    Attributes:
        source: What was played.
        measured: Figures by recogniser, the most important first.
        left_out: Recognisers that were not measured, with a reason each.
        machine: What they were measured on.
        date: When, with the offset from UTC.
    """

    source: str
    measured: list[Measured] = field(default_factory=list)
    left_out: list[tuple[Candidate, str]] = field(default_factory=list)
    machine: dict[str, Any] = field(default_factory=describe_machine)
    date: str = field(default_factory=lambda: time.strftime("%Y-%m-%dT%H:%M:%S%z"))

    def as_json(self) -> dict[str, Any]:
        """Everything by name: the first recogniser at the top, further ones in "others"."""
        first, *others = [one.as_json() for one in self.measured]
        return {
            "date": self.date,
            "machine": self.machine,
            "source": self.source,
            **first,
            "others": others,
            "left_out": [
                {"recognizer": one.name, "model": one.model, "why": why} for one, why in self.left_out
            ],
        }


def _settings(settings: Settings) -> dict[str, Any]:
    """The settings that the figures depend on, by dotted key; the mode in force as "performance"."""
    named = {
        "audio": settings.audio.model_dump(include={"preroll_s", "tail_s"}),
        "voice": settings.voice.model_dump(),
        "recognition": {"language": settings.recognition.language},
        "performance": settings.performance.model_dump(),
        "enhancement": settings.enhancement.model_dump(mode="json"),
    }
    return {f"{table}.{key}": value for table, row in named.items() for key, value in row.items()}


class Bench:
    """One measurement."""

    def __init__(self, material: Material, tell: Tell) -> None:
        """Prepare.

        Args:
            material: What is played.
            tell: Told of every step before it is taken.
        """
        self.report = Report(material.name)
        self._reference = material.reference
        self._tell = tell
        self._left_s = 0.0

    async def measure(self, jobs: Sequence[Job]) -> Report:
        """Do all jobs. A recogniser that fails is left out, as long as another one does not.

        Raises:
            EngineError: None of them could be measured; says why of the first.
        """
        self._left_s = sum(job.seconds for job in jobs)
        failures: list[EngineError] = []
        for at, job in enumerate(jobs):
            try:
                self.report.measured.append(await self._measure(job))
            except EngineError as error:
                failures.append(error)
                self.report.left_out.append((job.candidate, str(error)))
            self._left_s = sum(one.seconds for one in jobs[at + 1 :])
        if not self.report.measured:
            raise failures[0]
        return self.report

    async def _measure(self, job: Job) -> Measured:
        candidate = job.candidate
        name = f"{candidate.name} {Path(candidate.model).name}"
        figures = [LengthFigures(trial.clip.seconds) for trial in job.trials]
        self._say(f"{name}: loading", LOAD_S)
        with tempfile.TemporaryDirectory(prefix="utter-bench-") as folder:
            async with LiveBench(candidate.settings, Path(folder)) as live:
                for trial, one in zip(job.trials, figures, strict=True):
                    await self._dictate(live, trial, one, name)
                load_s, memory_bytes = live.load_s, live.memory_bytes
        self._say(f"{name}: loading once more", job.trials[0].plain_s)
        async with PlainBench(candidate.settings) as plain:
            await plain.decode(job.trials[0].clip.samples)  # whatever is slow the first time is over then
            for trial, one in zip(job.trials, figures, strict=True):
                for number in range(trial.runs):
                    self._say(
                        f"{name}: {one.audio_s:.1f} s at once, run {number + 1} of {trial.runs}",
                        trial.plain_s,
                    )
                    took_ms, one.plain_text = await plain.decode(trial.clip.samples)
                    one.plain_ms.append(took_ms)
        for trial, one in zip(job.trials, figures, strict=True):
            if self._reference:
                one.errors = word_errors_within(
                    self._reference, one.text, one.plain_text, whole=trial.clip.whole
                )
        return Measured(candidate, load_s, memory_bytes, figures)

    async def _dictate(self, live: LiveBench, trial: Trial, figures: LengthFigures, name: str) -> None:
        for number in range(trial.runs):
            run = f"run {number + 1} of {trial.runs}"
            self._say(f"{name}: {figures.audio_s:.1f} s, stop at the last word, {run}", trial.live_s)
            figures.at_stop.append(await live.dictate(trial.clip.samples, 0.0))
            self._say(f"{name}: {figures.audio_s:.1f} s, stop after a pause, {run}", trial.live_s + QUIET_S)
            figures.after_quiet.append(await live.dictate(trial.clip.samples, QUIET_S))

    def _say(self, what: str, takes_s: float) -> None:
        """Tell of a step that takes so long, approximately."""
        self._tell(what, self._left_s)
        self._left_s = max(0.0, self._left_s - takes_s)
