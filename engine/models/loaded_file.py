"""What running programs have in memory, told to others through small files.

Each utter that loads models writes one file, named after its process. Whoever lists models reads all of
them; a file whose process has ended is deleted by whoever finds it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from engine import paths
from engine.models.loaded import LoadedModel

SAME_S = 5.0
"""Seconds between two readings of when a process began, within which they mean the same one: both are
reckoned from the time of booting, which shifts as the clock is set."""

MOST_BYTES = 1_000_000
"""A file that is larger was not written here."""


@dataclass(frozen=True, slots=True)
class LoadedBy:
    """What one process has in memory.

    Attributes:
        process: Its number.
        since: When it began, in seconds since the epoch: numbers are given again.
        models: What it has loaded.
    """

    process: int
    since: float
    models: tuple[LoadedModel, ...]


class LoadedFile:
    """The file in which this process says what it has loaded."""

    def __init__(self, path: Path | None = None) -> None:
        """Name the file; nothing is written yet.

        Args:
            path: The file; None takes the usual one of this process.
        """
        self._path = path or paths.loaded() / f"{os.getpid()}.json"

    def write(self, models: Sequence[LoadedModel]) -> bool:
        """Replace what the file says, in one step; with no models it goes.

        Writes to the disk: not for the event loop's thread.

        Returns:
            Whether that worked. Where it did not, others see the state before.
        """
        if not models:
            return self.remove()
        told = asdict(LoadedBy(os.getpid(), _began(os.getpid()) or 0.0, tuple(models)))
        fresh = self._path.with_suffix(".new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            fresh.write_text(json.dumps(told), encoding="utf-8")
            fresh.replace(self._path)
        except OSError:
            return False
        return True

    def remove(self) -> bool:
        """Delete the file; whether it is gone. Safe to call twice."""
        try:
            self._path.unlink(missing_ok=True)
        except OSError:
            return False
        return True


def read_all(folder: Path | None = None) -> list[LoadedBy]:
    """What all living processes have loaded, in the order of their numbers; deletes files of dead ones.

    Args:
        folder: Where the files are; None takes the usual one.
    """
    found = []
    for path in sorted((folder or paths.loaded()).glob("*.json")):
        told = _read(path)
        if told is None:
            continue
        began = _began(told.process)
        if began is not None and abs(began - told.since) <= SAME_S:
            found.append(told)
        else:
            with suppress(OSError):
                path.unlink()
                path.with_suffix(".new").unlink(missing_ok=True)
    return sorted(found, key=lambda told: told.process)


def loaded_elsewhere(folder: Path | None = None) -> Iterator[tuple[int, LoadedModel]]:
    """Each model that another process has loaded, with the number of that process."""
    for told in read_all(folder):
        if told.process != os.getpid():
            for model in told.models:
                yield told.process, model


def _read(path: Path) -> LoadedBy | None:
    """What a file says; None for what cannot be read or makes no sense."""
    from pydantic import TypeAdapter, ValidationError

    try:
        with path.open("rb") as file:
            return TypeAdapter(LoadedBy).validate_json(file.read(MOST_BYTES))
    except (OSError, ValidationError):
        return None


def _began(process: int) -> float | None:
    """When a process began, in seconds since the epoch; None when there is no such process."""
    import psutil

    try:
        return float(psutil.Process(process).create_time())
    except (psutil.Error, ValueError, OverflowError):
        return None
