"""A program for a pane that keeps each byte which its terminal sends."""

from __future__ import annotations

import shlex
import time
from collections.abc import Callable
from pathlib import Path


class RawReader:
    """Reads a terminal without its line discipline into a file."""

    def __init__(self, file: Path) -> None:
        """Keep the bytes in `file`."""
        self.file = file
        self._seen = 0

    @property
    def command(self) -> list[str]:
        """What to run in the pane."""
        ready = shlex.quote(f"{self.file}.ready")
        return ["sh", "-c", f"stty raw -echo; touch {ready}; exec cat > {shlex.quote(str(self.file))}"]

    def wait_until_ready(self) -> None:
        """Wait until the terminal is read raw."""
        _wait_for(Path(f"{self.file}.ready").exists, "the reader did not start")

    def wait_for(self, data: bytes) -> None:
        """Wait until it has read something more, which must be exactly this."""
        _wait_for(lambda: len(self.read()) >= len(data), "the bytes did not arrive")
        read = self.read()
        self._seen += len(read)
        assert read == data

    def read(self) -> bytes:
        """What came since the last `wait_for`."""
        return self.file.read_bytes()[self._seen :]


def _wait_for(condition: Callable[[], bool], what: str, timeout_s: float = 30.0) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.01)
