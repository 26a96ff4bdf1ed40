"""Which recognisers are measured with which clips, and how often, so that it takes about a minute."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.bench.clips import Clip
from engine.bench.live import SETTLE_S
from engine.models.catalog import is_english_only
from engine.models.languages import AUTO, ENGLISH
from engine.models.on_disk import on_disk
from engine.settings.schema import Settings
from engine.speech.selection import choose

BUDGET_S = 60.0
"""Seconds that a measurement may take when nobody asked for more."""

MOST_RUNS = 10
"""Runs of one clip behind which the figures hardly move any more."""

QUIET_S = 0.5
"""Silence before the stop in the second way of stopping, in seconds: a natural pause."""

TAIL_S = 0.6
"""What a dictation lasts behind its stop, in seconds, for the estimate: the tail and the text."""

PLAIN_SHARE = 0.25
"""Seconds for a second of sound decoded at once, for the estimate, before one has been seen."""

LOAD_S = 3.0
"""Seconds to load a recogniser twice, for the estimate."""


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A recogniser to measure.

    Attributes:
        name: Its name in `engine.registry`.
        model: Its model.
        settings: The settings that choose it and no other.
    """

    name: str
    model: str
    settings: Settings


@dataclass(slots=True, eq=False)
class Trial:
    """A clip, and how often it is played in each way of stopping."""

    clip: Clip
    runs: int = 1

    @property
    def run_s(self) -> float:
        """Seconds that one run takes, approximately: two dictations, and once at once."""
        return 2 * self.live_s + QUIET_S + self.plain_s

    @property
    def live_s(self) -> float:
        """Seconds of one dictation."""
        return SETTLE_S + self.clip.seconds + TAIL_S

    @property
    def plain_s(self) -> float:
        """Seconds to decode it at once."""
        return PLAIN_SHARE * self.clip.seconds


@dataclass(slots=True, eq=False)
class Job:
    """A recogniser and its trials, the shortest clip first."""

    candidate: Candidate
    trials: list[Trial]

    @property
    def seconds(self) -> float:
        """How long it takes, approximately."""
        return LOAD_S + self.trials[0].plain_s + sum(one.runs * one.run_s for one in self.trials)


def candidates(settings: Settings, *, chosen: bool) -> list[Candidate]:
    """What there is to measure on this machine, the most important first.

    Args:
        settings: The effective settings.
        chosen: Whether the user named a recogniser or a model; then there is no other.
    """
    recognition = settings.recognition
    choice = choose(recognition)
    found = {(choice.name, choice.model): recognition.model}
    if not chosen:
        if recognition.language in (ENGLISH, AUTO):
            found.setdefault(("pocketsphinx", "en-us"), recognition.model)
        for model in sorted(on_disk(), key=lambda one: one.bytes):
            if recognition.language in (ENGLISH, AUTO) or not is_english_only(model.name):
                found.setdefault(("whisper", model.name), model.name)
    return [Candidate(name, shown, _only(settings, name, model)) for (name, shown), model in found.items()]


def schedule(
    found: Sequence[Candidate], clips: Sequence[Clip], runs: int | None
) -> tuple[list[Job], list[Candidate]]:
    """Decide what is played how often.

    The first two are measured in any case, others with the shortest clip where the time allows.
    What is left of the time goes to more runs, of short clips before long ones.

    Args:
        found: The recognisers, the most important first.
        clips: The clips, the shortest first.
        runs: How often each is played; None chooses.

    Returns:
        What to do, and the recognisers for which there is no time.
    """
    jobs = [Job(one, [Trial(clip, runs or 1) for clip in clips]) for one in found[:2]]
    left_out = []
    for one in found[2:]:
        job = Job(one, [Trial(clips[0], runs or 1)])
        if sum(each.seconds for each in jobs) + job.seconds <= BUDGET_S:
            jobs.append(job)
        else:
            left_out.append(one)
    if runs is None:
        _fill(jobs)
    return jobs, left_out


def _fill(jobs: Sequence[Job]) -> None:
    """Give the time that is left to more runs, the same number for every recogniser."""
    for at in range(max(len(job.trials) for job in jobs)):
        trials = [job.trials[at] for job in jobs if at < len(job.trials)]
        once = sum(trial.run_s for trial in trials)
        left = BUDGET_S - sum(job.seconds for job in jobs)
        more = min(MOST_RUNS - 1, max(0, int(left / once)))
        for trial in trials:
            trial.runs += more


def _only(settings: Settings, name: str, model: str) -> Settings:
    """`settings` with one recogniser and no stand-in, without a stop on silence, a server or a user.

    What a language model takes is another matter than what recognition does, and nobody is there to accept
    a text.
    """
    changes: dict[str, dict[str, object]] = {
        "recognition": {"recognizer": name, "model": model},
        "audio": {"auto_stop": False},
        "enhancement": {"enhancer": "tidy"},
        "delivery": {"policy": "enhanced"},
    }
    return settings.model_copy(
        update={
            table: getattr(settings, table).model_copy(update=change) for table, change in changes.items()
        }
    )
