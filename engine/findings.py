"""What `engine.doctor` finds, and what it looks at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from engine.settings.schema import Settings

Status = Literal["ok", "warning", "missing"]
"""Fine; works with limits or is optional; dictation is impossible without it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        topic: What it is about, in a word or two.
        status: How it is.
        what: One sentence that says so.
        fix: One sentence that says what to do; empty when nothing is to be done.
    """

    topic: str
    status: Status
    what: str
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Patient:
    """What the checks look at: the settings in force, and the environment."""

    settings: Settings
    environ: Mapping[str, str]
