"""What is known of all models at this moment, from the shelf and from what happened since; pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from engine.models.progress import Progress
from engine.models.shelf_model import ShelfModel


class Shelved:
    """The rows of the models screen: as they were read, with the newest progress of each download.

    A model that is being fetched and has no row of its own, such as a repository that was typed,
    gets one at the end.
    """

    def __init__(self) -> None:
        self._rows: tuple[ShelfModel, ...] = ()
        self._progress: dict[str, Progress] = {}
        self.was_read = False

    def read(self, rows: Iterable[ShelfModel]) -> None:
        """Take the rows as the shelf gives them: they know of downloads that came to their end."""
        self._rows = tuple(rows)
        self._progress = {name: one for name, one in self._progress.items() if not _is_settled(one)}
        self.was_read = True

    def take(self, progress: Progress) -> None:
        """Hear how far a download is."""
        self._progress[progress.model] = progress

    def rows(self) -> list[ShelfModel]:
        """All models, in order."""
        known = {row.name for row in self._rows}
        rows = [replace(row, download=self._progress.get(row.name, row.download)) for row in self._rows]
        typed = [one for name, one in self._progress.items() if name not in known and _has_a_row(one)]
        return rows + [ShelfModel(one.model, one.total_bytes, 0, "", "", download=one) for one in typed]


def is_fetched(model: ShelfModel) -> bool:
    """Whether a download of it runs."""
    return model.download is not None and not model.download.is_over


def _has_a_row(progress: Progress) -> bool:
    """Whether a model that the shelf does not know yet is one at all: of a failed one a part must be here."""
    return progress.state not in ("failed", "cancelled") or progress.done_bytes > 0


def _is_settled(progress: Progress) -> bool:
    """Whether a download left nothing to tell of; one that failed stays, with its reason."""
    return progress.state in ("done", "cancelled")
