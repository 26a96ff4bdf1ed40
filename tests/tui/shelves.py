"""A shelf of models for tests: keeps what it was asked for, and gives the rows that a test puts on it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from engine.models.loaded import LoadedModel
from engine.models.progress import Progress
from engine.models.shelf_model import BUILT_IN, ShelfModel

MANY = "99 languages"

NOW = 1_700_000_000.0

BASE = LoadedModel(
    "base.en", "ready", "cpu int8", "memory", 327_155_712, 1.43, 3, False, NOW - 130, NOW + 1680
)


def catalogue() -> tuple[ShelfModel, ...]:
    """A few models: built-in, loaded and in use, on disk, not here, a folder."""
    models = Path("/srv/models")
    return (
        ShelfModel(BUILT_IN, 55_000_000, 90_000_000, "English", "fast", models / "en-us"),
        ShelfModel("tiny.en", 78_000_000, 160_000_000, "English", "very fast"),
        ShelfModel(
            "tiny", 78_000_000, 160_000_000, "99 languages", "very fast", models / "tiny", removable=True
        ),
        replace(
            ShelfModel("base.en", 148_000_000, 290_000_000, "English", "fast", models / "base.en"),
            chosen=True,
            default=True,
            removable=True,
            loaded=BASE,
        ),
        ShelfModel("small.en", 486_000_000, 900_000_000, "English", "medium"),
        ShelfModel("large-v3", 3_091_000_000, 4_300_000_000, MANY, "slow"),
        ShelfModel("distil-large-v3.5", 1_516_000_000, 2_100_000_000, "English", "medium"),
        ShelfModel("/home/ann/[red]models/mine\x1b[2J", 148_000_000, 0, "", "", Path("/home/ann/mine")),
    )


@dataclass
class FakeShelf:
    """Does nothing but remember: what becomes of a call is the test's to publish.

    Attributes:
        models: The rows that it gives.
        asked: The calls, each with the name of the model.
    """

    models: tuple[ShelfModel, ...] = field(default_factory=catalogue)
    asked: list[tuple[str, str]] = field(default_factory=list)
    reads: int = 0

    async def rows(self) -> tuple[ShelfModel, ...]:
        self.reads += 1
        return self.models

    def put(self, name: str, **changes: object) -> None:
        """Change the row of one model."""
        self.models = tuple(
            replace(model, **changes) if model.name == name else model for model in self.models
        )

    def choose(self, name: str) -> None:
        self.asked.append(("choose", name))

    def make_default(self, name: str) -> None:
        self.asked.append(("make_default", name))

    def load(self, name: str) -> None:
        self.asked.append(("load", name))

    def unload(self, name: str) -> None:
        self.asked.append(("unload", name))

    def download(self, name: str) -> None:
        self.asked.append(("download", name))

    def cancel_download(self, name: str) -> None:
        self.asked.append(("cancel_download", name))

    def remove(self, name: str) -> None:
        self.asked.append(("remove", name))


def progress(model: str, done: int = 64_000_000, state: str = "downloading", remark: str = "") -> Progress:
    """A download of 148 MB at 3.2 MB a second."""
    return Progress(model, state, done, 148_000_000, 3_200_000, 26.2, remark)
