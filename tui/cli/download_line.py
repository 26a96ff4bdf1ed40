"""Says on standard error how far a download is."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from tui.cli.options import say
from tui.cli.overwritten import DEFAULT_COLUMNS, OverwrittenLine, columns

if TYPE_CHECKING:
    from engine.models.progress import Progress

STEP = 10
"""Per cent between two lines where there is no terminal: enough for a log, too few to fill it."""

EVERY_S = 10.0
"""Seconds between two such lines at the most, while a step takes longer."""


class DownloadLine(OverwrittenLine):
    """One line that is written over on a terminal, a few plain lines otherwise."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Show nothing yet.

        Args:
            clock: Seconds that never go back.
        """
        self._clock = clock
        super().__init__()
        self._state = ""
        self._steps = -1
        self._said_at = 0.0

    def show(self, progress: Progress) -> None:
        """Show the newest progress. What ends a download is said by whoever began it."""
        if progress.is_over:
            return
        if self.on_terminal:
            self.overwrite(in_one_line(progress, columns()))
        else:
            self._say_sparsely(progress)

    def _say_sparsely(self, progress: Progress) -> None:
        changed, self._state = progress.state != self._state, progress.state
        late = self._clock() - self._said_at >= EVERY_S
        if progress.state == "waiting":
            if changed or late:  # its remark counts seconds
                self._say(f"{progress.model}: {progress.remark}")
        elif progress.state == "downloading" and progress.total_bytes:
            steps = progress.done_bytes * 100 // progress.total_bytes // STEP
            if late or steps > self._steps:
                self._steps = steps
                self._say(in_one_line(progress, DEFAULT_COLUMNS))

    def _say(self, line: str) -> None:
        self._said_at = self._clock()
        say(line)


def in_one_line(progress: Progress, columns: int) -> str:
    """How far a download is, in fewer than `columns` characters; where room lacks, the details go first.

    Harmless on a terminal, whatever a server said.
    """
    from engine.deliver.sanitize import for_terminal
    from engine.models.amounts import amount, lasting

    parts = [progress.model]
    if progress.state == "asking":
        parts.append("asking the hub")
    elif progress.state == "waiting":
        parts.append(progress.remark)
    elif progress.state == "checking":
        parts.append("checking what is there")
    elif progress.total_bytes:
        parts.append(f"{progress.done_bytes * 100 // progress.total_bytes} %")
        parts.append(f"{amount(progress.done_bytes)} of {amount(progress.total_bytes)}")
        if progress.left_s is not None:
            parts.append(f"{lasting(progress.left_s)} left")
        parts.append(f"{amount(progress.bytes_per_s)}/s")
    shown = 2
    while shown < len(parts) and len("  ".join(parts[: shown + 1])) < columns:
        shown += 1
    line = for_terminal("  ".join(parts[:shown])).replace("\n", " ").replace("\t", " ")
    return line[: max(0, columns - 1)]
