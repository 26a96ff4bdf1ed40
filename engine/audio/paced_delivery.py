"""Hands late sound on faster than it was spoken, and no faster than it can be taken in."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace

from engine.audio.format import SAMPLE_RATE, Samples
from engine.audio.sources import AudioSink

SPEED = 16
"""Seconds of sound in a second at most. The sink holds 32 s and takes in some hundred a second on a slow
core; recognition follows behind it at its own pace."""

BURST = SAMPLE_RATE // 2
"""Samples that may come at once: what a network holds back for a moment is not delayed further."""

SLICE = SAMPLE_RATE // 10
"""Samples in a block at most."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Sound on its way to the sink.

    Attributes:
        samples: Shape [n].
        stream: Which stream it is of: another sender may have come before it is delivered.
        position: Of the sender's stream, behind it.
        captured: When its last sample was captured, in seconds of the sender's clock.
        missing: Samples that are missing at its beginning, whatever silence stands for them.
    """

    samples: Samples
    stream: str = ""
    position: int = 0
    captured: float = 0.0
    missing: int = 0


class PacedDelivery:
    """Keeps sound in order until the sink may have it. Used by one thread."""

    def __init__(self, sink: AudioSink, now: float) -> None:
        """Deliver to `sink`, from `now` on."""
        self._sink = sink
        self._stretches: deque[Stretch] = deque()
        self._allowance = float(BURST)
        self._at = now

    @property
    def waits(self) -> bool:
        """Whether sound is waiting."""
        return bool(self._stretches)

    def add(self, stretch: Stretch) -> None:
        """Put sound behind what waits."""
        self._stretches.append(stretch)

    def deliver(self, now: float) -> Stretch | None:
        """Hand on what may go now; give the last stretch that went whole."""
        self._allowance = min(BURST, self._allowance + (now - self._at) * SPEED * SAMPLE_RATE)
        self._at = now
        last = None
        while self._stretches and self._allowance > 0:
            stretch = self._stretches.popleft()
            block, rest = stretch.samples[:SLICE], stretch.samples[SLICE:]
            if stretch.missing:
                self._sink.missed(stretch.missing / SAMPLE_RATE)
            if len(block):
                self._sink.block(block[:, None])
            self._allowance -= len(block)
            if len(rest):
                self._stretches.appendleft(replace(stretch, samples=rest, missing=0))
            else:
                last = stretch
        return last
