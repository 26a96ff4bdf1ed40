"""What the recorder asks of its ingest thread."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Begin:
    """Begin a recording in `folder` with the next frame."""

    folder: Path


@dataclass(frozen=True, slots=True)
class Finish:
    """Cut after `tail_frames`, or as soon as that many frames were quiet (under `release`).

    Attributes:
        at_once: Whether they are counted from the sound that has come, and not from the sound that is
            captured now: over a link that comes later.
    """

    tail_frames: int
    release: float
    at_once: bool = False


@dataclass(frozen=True, slots=True)
class Abandon:
    """Cut at once."""


@dataclass(frozen=True, slots=True)
class Lose:
    """Give the source up."""

    why: str


@dataclass(frozen=True, slots=True)
class Enough:
    """Cut a recording whose end was asked for, with what has come."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Take in what has come, cut, and end the thread."""


Command: TypeAlias = Begin | Finish | Abandon | Lose | Enough | Stop
