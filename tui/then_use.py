"""The model that is to be used as soon as it is fetched, also once its screen is closed."""

from __future__ import annotations

from engine.events import DownloadChanged, Event


class ThenUse:
    """Remembers one model: the last one that was asked for.

    Attributes:
        name: Its name; empty while nothing is waited for.
    """

    def __init__(self) -> None:
        self.name = ""

    def want(self, name: str) -> None:
        """Wait for the download of a model."""
        self.name = name

    def drop(self) -> None:
        """Wait no longer: another model was chosen, or this one is not wanted."""
        self.name = ""

    def due(self, event: Event) -> str:
        """The model to use now that `event` happened; empty if there is none."""
        if not isinstance(event, DownloadChanged):
            return ""
        progress = event.progress
        if not progress.is_over or progress.model != self.name:
            return ""
        name, self.name = self.name, ""
        return name if progress.state == "done" else ""
