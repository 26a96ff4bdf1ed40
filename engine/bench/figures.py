"""What was measured of one length, and how it is summed up; pure."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.metrics import STAGES, Sitting
from engine.word_errors import prefix_distances, words


@dataclass(frozen=True, slots=True)
class LiveRun:
    """One dictation; without words in it there are no times.

    Attributes:
        text: The words as recognised.
        stop_to_text_ms: From stop to the text delivered.
        first_partial_ms: From the first speech to the first words shown.
        real_time_factor: Seconds of decoding per second of the clip.
        used: Speculative answers that were taken.
        discarded: Those that were thrown away.
        fallbacks: Times that an optimised path failed and the plain one was taken.
        stages_ms: Milliseconds after the stop by stage.
    """

    text: str = ""
    stop_to_text_ms: float | None = None
    first_partial_ms: float | None = None
    real_time_factor: float | None = None
    used: int = 0
    discarded: int = 0
    fallbacks: int = 0
    stages_ms: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WordErrors:
    """Word error rates against what was really said."""

    live: float
    plain: float


@dataclass(slots=True)
class LengthFigures:
    """All runs of one clip with one recogniser.

    Attributes:
        audio_s: Length of the clip.
        at_stop: Dictations that were stopped at the end of the last word.
        after_quiet: Dictations that were stopped after some quiet.
        plain_ms: Times for the whole clip at once.
        plain_text: Its words then.
        errors: Word error rates; None where nobody knows what was said.
    """

    audio_s: float
    at_stop: list[LiveRun] = field(default_factory=list)
    after_quiet: list[LiveRun] = field(default_factory=list)
    plain_ms: list[float] = field(default_factory=list)
    plain_text: str = ""
    errors: WordErrors | None = None

    @property
    def text(self) -> str:
        """The words of the first dictation."""
        return self.at_stop[0].text if self.at_stop else ""

    def as_json(self) -> dict[str, Any]:
        """The figures by name; what could not be measured is None."""
        runs = [*self.at_stop, *self.after_quiet]
        stop = _spread(run.stop_to_text_ms for run in self.at_stop)
        plain = _median(self.plain_ms)
        ratio = plain / stop["p50"] if plain is not None and stop["p50"] else None
        figures: dict[str, Any] = {
            "audio_s": round(self.audio_s, 2),
            "runs": len(self.at_stop),
            "stop_to_text_ms": {name: _rounded(ms) for name, ms in stop.items()},
            "after_quiet_ms": {
                name: _rounded(ms)
                for name, ms in _spread(run.stop_to_text_ms for run in self.after_quiet).items()
            },
            "plain_ms": _rounded(plain),
            "ratio": _rounded(ratio, 2),
            "real_time_factor": _rounded(_median(run.real_time_factor for run in runs), 3),
            "first_partial_ms": _rounded(_median(run.first_partial_ms for run in runs)),
            "speculation": {
                "used": sum(run.used for run in runs),
                "discarded": sum(run.discarded for run in runs),
            },
            "stages_ms": {
                stage: _rounded(_median(run.stages_ms.get(stage) for run in self.at_stop)) for stage in STAGES
            },
            "fallbacks": sum(run.fallbacks for run in runs),
            "text": self.text,
            "plain_text": self.plain_text,
            "agreement": round(agreement(self.plain_text, self.text), 4),
        }
        if self.errors is not None:
            figures["word_error_rate"] = round(self.errors.live, 4)
            figures["plain_word_error_rate"] = round(self.errors.plain, 4)
        return figures


def agreement(first: str, second: str) -> float:
    """How alike two texts are, 0 to 1: one less the word errors between them."""
    said, heard = words(first), words(second)
    if not said:
        return 0.0 if heard else 1.0
    return max(0.0, 1.0 - int(prefix_distances(said, heard)[-1]) / len(said))


def word_errors_within(reference: str, live: str, plain: str, *, whole: bool) -> WordErrors:
    """Judge two texts of the same clip by what was really said.

    Args:
        reference: All that is said where the clip was cut from.
        live: The words of the dictation.
        plain: The words of the clip decoded at once.
        whole: Whether the clip holds all of `reference`, or only a beginning. How much is then
            unknown: that with the fewest errors in both texts together is taken, the same for
            both, so that a last word which one of them lost counts.
    """
    said = words(reference)
    distances = [prefix_distances(said, words(text)) for text in (live, plain)]
    rates = [
        (int(one) + int(other)) / max(1, i) for i, (one, other) in enumerate(zip(*distances, strict=True))
    ]
    at = len(said) if whole or len(said) < 2 else min(range(1, len(said) + 1), key=rates.__getitem__)
    return WordErrors(*(int(one[at]) / max(1, at) for one in distances))


def _spread(times: Iterable[float | None]) -> dict[str, float | None]:
    sitting = Sitting()
    for time_ms in times:
        if time_ms is not None:
            sitting.add(time_ms)
    return {"p50": sitting.percentile(0.50), "p95": sitting.percentile(0.95)}


def _median(values: Iterable[float | None]) -> float | None:
    known: Sequence[float] = [value for value in values if value is not None]
    return statistics.median(known) if known else None


def _rounded(value: float | None, digits: int = 1) -> float | None:
    return None if value is None else round(value, digits)
