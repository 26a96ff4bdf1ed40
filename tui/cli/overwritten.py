"""A line on standard error that is written over, where that is a terminal."""

from __future__ import annotations

import os
import sys
from types import TracebackType
from typing import Self

DEFAULT_COLUMNS = 80


class OverwrittenLine:
    """Shows one line at a time, and leaves nothing behind."""

    def __init__(self) -> None:
        """Show nothing yet."""
        self.on_terminal = sys.stderr is not None and sys.stderr.isatty()
        """Whether a line can be written over; where not, nothing may be shown."""

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the line away."""
        if self.on_terminal:
            self.overwrite("")

    def overwrite(self, line: str) -> None:
        """Put `line`, harmless and without line ends, in the place of what stands there, cut to fit."""
        # The last column stays free: a terminal may go on to the next line after it.
        width = max(0, columns() - 1)
        sys.stderr.write(f"\r{line[:width]:{width}}\r")
        sys.stderr.flush()


def columns() -> int:
    """Width of the terminal that standard error goes to."""
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or DEFAULT_COLUMNS
    except (OSError, ValueError):
        return DEFAULT_COLUMNS
