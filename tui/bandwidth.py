"""How much is written to the terminal: as much as a screen can show, or what a slow link bears."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """How often events of a frequent kind are shown at most, a second.

    Attributes:
        frames: Sound and words while something happens.
        calm: Sound while nobody speaks and nothing is recorded.
        streamed: A text that is being made.
        figures: The figures of performance.
    """

    frames: float
    calm: float
    streamed: float
    figures: float


FULL = Pace(frames=40, calm=5, streamed=20, figures=40)
"""A frame of sound takes 32 ms: each that is on time passes without a wait, and what was held up merges.
Little moves in a quiet room; nobody reads a text that is being made faster, and each step costs drawing."""

LOW = Pace(frames=3, calm=0.5, streamed=3, figures=0.2)
"""Enough to see that one is heard, and to read along: `tests.bench.bench_terminal_link` measures what it
comes to, and a test holds it to `MOST_BYTES`."""

MOST_BYTES = 4000
"""Bytes a second, while somebody dictates, that the low pace stays under on a screen of 80×24."""


def is_low(setting: str, environ: Mapping[str, str]) -> bool:
    """Whether little is to be written: by `interface.bandwidth`, or because the terminal is far away."""
    if setting == "auto":
        from engine.deliver.clipboards import is_remote

        return is_remote(environ)
    return setting == "low"
