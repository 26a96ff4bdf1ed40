"""What is said on standard error where nobody hears it any more."""

from __future__ import annotations

import io
import os
from contextlib import suppress


class Unheard(io.TextIOBase):
    """Standard error of a process whose own is closed or gone, as after the end of its terminal: the log."""

    def writable(self) -> bool:
        """It takes text."""
        return True

    def write(self, text: str) -> int:
        """Log a text, if that can be done; never fails."""
        from engine import paths
        from engine.log import open_log

        log = open_log(paths.log_file())
        if log is not None:
            with suppress(OSError):
                os.write(log, text.encode(errors="backslashreplace"))
            os.close(log)
        return len(text)
