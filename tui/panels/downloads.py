"""The downloads that run, in as few words as a header has room for; pure."""

from __future__ import annotations

from engine.models.progress import Progress
from tui.panels.amounts import share
from tui.panels.plain import one_line

MARK = "↓"
"""What stands for a download wherever there is little room."""


class Downloads:
    """Keeps how far each download is."""

    def __init__(self) -> None:
        self._running: dict[str, Progress] = {}

    def take(self, progress: Progress) -> None:
        """Hear how far one is."""
        if progress.is_over:
            self._running.pop(progress.model, None)
        else:
            self._running[progress.model] = progress

    @property
    def brief(self) -> str:
        """The oldest one with its share, and how many others there are; empty without any."""
        first = next(iter(self._running.values()), None)
        if first is None:
            return ""
        more = f" +{len(self._running) - 1}" if len(self._running) > 1 else ""
        waits = " waiting" if first.state == "waiting" else ""
        return (
            f"{MARK} {one_line(short(first.model))} {share(first.done_bytes, first.total_bytes)}{waits}{more}"
        )


def short(model: str) -> str:
    """A model's name without the owner of its repository, and without the folders above it."""
    return model.rstrip("/\\").replace("\\", "/").rpartition("/")[2] or model
