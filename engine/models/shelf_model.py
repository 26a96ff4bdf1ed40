"""What the models screen and the lists show of one model; pure."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.models.loaded import LoadedModel
from engine.models.progress import Progress

BUILT_IN = "built-in"
"""Name of the row for the recogniser that needs no download."""


@dataclass(frozen=True, slots=True)
class ShelfModel:
    """One model that can be had.

    Attributes:
        name: What to write in `recognition.model`; `BUILT_IN` for PocketSphinx.
        download_bytes: What it takes on disk: measured where it is there, else about what is to come.
        memory_bytes: What it takes once loaded, about, with the arithmetic that is set.
        languages: Such as "English" or "99 languages".
        speed: Class of speed, such as "fast"; empty for models of which nothing is known.
        path: Its folder; None when it is not on this machine. The built-in one has its package's.
        chosen: Whether it is the one in use, or about to be.
        default: Whether it is what the next start begins with.
        removable: Whether it lies in utter's own folder, so that it may be deleted.
        loaded: What is known of it in memory; None when it is not there.
        download: How far it has come; None when it is not being fetched.
        kept_bytes: What an earlier download of it has left on disk, for the next one to go on from.
    """

    name: str
    download_bytes: int
    memory_bytes: int
    languages: str
    speed: str
    path: Path | None = None
    chosen: bool = False
    default: bool = False
    removable: bool = False
    loaded: LoadedModel | None = None
    download: Progress | None = None
    kept_bytes: int = 0

    @property
    def on_disk(self) -> bool:
        """Whether it can be loaded without a download."""
        return self.path is not None
