"""The log: private, limited, and safe from libraries that repeat one line without end.

PortAudio does so, seven hundred thousand times a second, when a sound server dies under it. What a
program or a worker process prints is therefore read from a pipe, slowly where it floods, and logged
to a limit; a full pipe also keeps such a thread from eating a core.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
import traceback
from pathlib import Path

LOG_LIMIT = 1_000_000
"""Bytes that one writer logs, and the size from which a log is put aside as *.old at the start."""

READ_SIZE = 65_536
"""Bytes that are read at a time: what a pipe holds on Linux."""

PAUSE_S = 0.25
"""Seconds between two reads of a pipe that fills up."""


class LogPipe:
    """A pipe whose content goes to the log, as long as somebody writes.

    Where the log cannot be written, what comes is read and dropped.

    Attributes:
        writing: The descriptor to write to; whoever takes it closes it.
    """

    def __init__(self, log: Path) -> None:
        """Begin to read, on a thread of its own that holds up no exit."""
        self._reading, self.writing = os.pipe()
        self._closing = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._read_all, args=(log,), name="log", daemon=True)
        self._thread.start()

    def join(self, timeout_s: float) -> None:
        """Wait until what was written has been logged, once every writer is gone."""
        self._thread.join(timeout_s)

    def close(self) -> None:
        """Read no more: writing fails from now on instead of waiting. Safe to call twice."""
        with self._closing:
            if not self._closed:
                self._closed = True
                os.close(self._reading)

    def _read_all(self, log: Path) -> None:
        """Log the first `LOG_LIMIT` bytes, drop the rest."""
        target = open_log(log)
        written = 0
        while data := self._read():
            if target is not None and written < LOG_LIMIT:
                try:
                    written += os.write(target, data)
                except OSError:
                    written = LOG_LIMIT
            if len(data) > READ_SIZE // 2:
                time.sleep(PAUSE_S)
        self.close()
        if target is not None:
            os.close(target)

    def _read(self) -> bytes:
        """Read what there is; nothing when all writers are gone or the process is about to end."""
        try:
            return os.read(self._reading, READ_SIZE)
        except OSError:
            return b""


def open_log(log: Path) -> int | None:
    """Open the log for appending, for this user alone; None where that is not possible."""
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):  # not there yet, or put aside by another writer
            if log.stat().st_size > LOG_LIMIT:
                log.replace(log.with_name(f"{log.name}.old"))
        return os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    except OSError:
        return None


def log_error(log: Path, error: BaseException) -> bool:
    """Append an error with its traceback. Returns whether that was possible."""
    target = open_log(log)
    if target is None:
        return False
    try:
        os.write(target, "".join(traceback.format_exception(error)).encode(errors="backslashreplace"))
    except OSError:
        return False
    finally:
        os.close(target)
    return True
