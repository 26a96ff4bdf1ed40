"""The guard's written corpus: dictations with good and bad answers, in the shipped writing modes."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from engine.enhance.writing_mode import WritingMode
from tests.support.modes import shipped_modes

_HERE = Path(__file__).parent

MODES = shipped_modes()


@dataclass(frozen=True)
class Dictation:
    """One dictation, with what a model made of it."""

    raw: str
    mode: WritingMode
    language: str
    good: tuple[str, ...]
    bad: tuple[str, ...]
    mended: tuple[str, ...]


def corpus(name: str) -> list[Dictation]:
    """The dictations of one file."""
    table = tomllib.loads((_HERE / f"{name}.toml").read_text("utf-8"))
    return [
        Dictation(
            one["raw"],
            MODES[one["mode"]],
            one.get("language", "en"),
            tuple(one["good"]),
            tuple(one["bad"]),
            tuple(one.get("mended", ())),
        )
        for one in table["dictation"]
    ]
