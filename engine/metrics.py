"""Where the time went: stages of a dictation, percentiles of a sitting, memory."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from engine.models.loaded import LoadedModel

STAGES = ("capture", "recognition", "cleanup", "enhancement", "delivery")
"""Stages between the stop key and the delivered text, in order."""

SITTING = 1000
"""Dictations whose stop-to-text time is remembered for the percentiles."""


@dataclass(frozen=True, slots=True)
class Speculation:
    """What became of phrases that were decoded before their end was certain.

    Attributes:
        used: Answers that were taken.
        discarded: Answers that were thrown away because the speaker went on.
        cpu_s: Processor seconds that all of them took.
    """

    used: int = 0
    discarded: int = 0
    cpu_s: float = 0.0

    def __add__(self, other: Speculation) -> Speculation:
        """Both together."""
        return Speculation(self.used + other.used, self.discarded + other.discarded, self.cpu_s + other.cpu_s)


@dataclass(frozen=True, slots=True)
class Performance:
    """The figures of the performance panel.

    Attributes:
        stop_to_text_ms: From stop to the final text delivered, last dictation; None before one.
        p50_ms: Median of this sitting.
        p95_ms: 95th percentile of this sitting.
        real_time_factor: Seconds of decoding per second of sound, last dictation.
        first_partial_ms: From the first speech to the first words shown, last dictation.
        stages_ms: Milliseconds by stage name, last dictation.
        speculation: What became of speculative decodes, this sitting.
        fallbacks: Times that an optimised path failed and the plain one was taken, this sitting.
        fallback_why: Why, the last time.
        models: The models in memory, the newest use first.
        process_bytes: Resident bytes of this process.
        overflows: Times the device said that it dropped sound, since it was opened.
        lost_frames: Frames overwritten before they were read, since the source was opened.
        late_ms: Longest delay of a block of sound, since the source was opened.
        screen_share: Share of one core that the event loop's thread takes, interface included, over
            the last second; None before it was measured.
        dictations: Finished dictations of this sitting.
    """

    stop_to_text_ms: float | None = None
    p50_ms: float | None = None
    p95_ms: float | None = None
    real_time_factor: float | None = None
    first_partial_ms: float | None = None
    stages_ms: dict[str, float] = field(default_factory=dict)
    speculation: Speculation = field(default=Speculation())
    fallbacks: int = 0
    fallback_why: str = ""
    models: tuple[LoadedModel, ...] = ()
    process_bytes: int = 0
    overflows: int = 0
    lost_frames: int = 0
    late_ms: float = 0.0
    screen_share: float | None = None
    dictations: int = 0


class StageClock:
    """Adds up the time that one dictation spends in each stage after its stop."""

    def __init__(self) -> None:
        self.stages_ms: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time the enclosed block as part of stage `name`, one of `STAGES`."""
        began = time.perf_counter()
        try:
            yield
        finally:
            elapsed = (time.perf_counter() - began) * 1e3
            self.stages_ms[name] = self.stages_ms.get(name, 0.0) + elapsed


class Sitting:
    """Remembers the stop-to-text times since the program was started."""

    def __init__(self) -> None:
        self._times: deque[float] = deque(maxlen=SITTING)
        self.count = 0

    def add(self, stop_to_text_ms: float) -> None:
        """Remember one finished dictation."""
        self._times.append(stop_to_text_ms)
        self.count += 1

    def percentile(self, share: float) -> float | None:
        """The nearest-rank percentile for `share` within 0 to 1; None before the first time."""
        if not self._times:
            return None
        rank = max(1, math.ceil(share * len(self._times)))
        return sorted(self._times)[rank - 1]


def process_bytes() -> int:
    """Resident bytes of this process."""
    import psutil

    return int(psutil.Process().memory_info().rss)
