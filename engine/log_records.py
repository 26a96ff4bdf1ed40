"""Takes Python's log records to the log, without ever making the thread that logs wait.

A record without a handler is printed on standard error: the terminal, which is drawn on. A handler
that writes makes whoever logs wait for the disk and for each other: the audio path, the event loop.
So a record is put into a queue, and one thread of its own writes what comes out of it.

- Putting takes no lock: `queue.SimpleQueue` is one step of the interpreter. Nothing is read from
  disk either: the source lines of a traceback are looked up by the writer.
- The queue is limited. What does not fit is dropped and counted, and the log says how much.
- One record is one line, and a traceback the indented lines behind it. Whatever text a record
  quotes (recognised words, names of files and devices), it cannot begin a line or bring a control
  character into a file that people show on a terminal.
"""

from __future__ import annotations

import atexit
import contextlib
import copy
import logging
import os
import re
import traceback
from logging.handlers import QueueHandler, QueueListener
from pathlib import Path
from queue import SimpleQueue

from engine.log import LOG_LIMIT, open_log

MOST_WAITING = 1_000
"""Records that wait for the writer at most; as many threads as log at once may exceed it by one."""

LONGEST = 8_000
"""Characters of a message, and of a traceback, that are logged."""

_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""C0 and C1 controls, line and paragraph separators, changes of direction, halves of characters."""


class RecordQueue(QueueHandler):
    """The handler of all loggers: queues what the writer needs and returns.

    Attributes:
        waiting: The records that are not written yet.
        dropped: How many did not fit, or could not be formatted. Two threads that drop at the same
            moment may count as one.
    """

    def __init__(self) -> None:
        self.waiting: SimpleQueue[logging.LogRecord] = SimpleQueue()
        self.dropped = 0
        super().__init__(self.waiting)

    def handle(self, record: logging.LogRecord) -> bool:
        """Queue a record; without the lock of other handlers, which others that log may hold."""
        wanted = bool(self.filter(record))
        if wanted:
            self.emit(record)
        return wanted

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        """A copy that refers to nothing which may change or be large meanwhile."""
        prepared = copy.copy(record)
        prepared.msg, prepared.args = record.getMessage()[:LONGEST], None
        prepared.exc_info = prepared.exc_text = None
        if record.exc_info and record.exc_info[1] is not None:
            vars(prepared)["trace"] = traceback.TracebackException.from_exception(
                record.exc_info[1], lookup_lines=False
            )
        return prepared

    def enqueue(self, record: logging.LogRecord) -> None:
        """Put a prepared record into the queue, or drop it."""
        if self.waiting.qsize() >= MOST_WAITING:
            self.dropped += 1
        else:
            self.waiting.put(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's own name
        """Count a record that cannot be formatted; the default prints it on the terminal."""
        self.dropped += 1


class RecordWriter(logging.Handler):
    """Writes records to the log, to a limit. Used by the listener's thread alone."""

    def __init__(self, log: Path, source: RecordQueue) -> None:
        """Write what `source` queued to `log`, which is opened with the first record."""
        super().__init__()
        self._log = log
        self._source = source
        self._target: int | None = None
        self._left = LOG_LIMIT
        self._told = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record; a disk that refuses drops it."""
        if self._target is None:
            self._target = open_log(self._log)
        self._write(as_line(record))
        dropped = self._source.dropped
        if dropped > self._told:
            self._write(f"Log records dropped: {dropped - self._told}.")
            self._told = dropped

    def close(self) -> None:
        """Let go of the log."""
        if self._target is not None:
            os.close(self._target)
            self._target = None
        super().close()

    def _write(self, line: str) -> None:
        if self._target is None or self._left <= 0:
            return
        data = line.encode() + b"\n"
        self._left -= len(data)
        with contextlib.suppress(OSError):
            os.write(self._target, data)


class RecordLog:
    """All loggers of this process, their queue and its writer."""

    def __init__(self, log: Path) -> None:
        """Write to `log`; nothing happens before `start`."""
        self._handler = RecordQueue()
        self._writer = RecordWriter(log, self._handler)
        self._listener = QueueListener(self._handler.waiting, self._writer)
        self._running = False

    def start(self) -> None:
        """Take records from now on, and Python's warnings with them."""
        self._running = True
        self._listener.start()
        logging.getLogger().addHandler(self._handler)
        logging.captureWarnings(True)

    def end(self) -> None:
        """Write what waits and end the thread. Safe to call twice.

        The handler stays where it is: records that still come stay off the terminal.
        """
        if self._running:
            self._running = False
            self._listener.stop()
            self._writer.close()

    def remove(self) -> None:
        """End, and leave the loggers as they were found."""
        self.end()
        logging.captureWarnings(False)
        logging.getLogger().removeHandler(self._handler)


_current: RecordLog | None = None


def log_records(log: Path) -> RecordLog:
    """Send the records of all loggers to `log` until the process ends, or to the `log` of the next call."""
    global _current
    if _current is not None:
        atexit.unregister(_current.end)
        _current.remove()
    _current = RecordLog(log)
    _current.start()
    atexit.register(_current.end)
    return _current


def as_line(record: logging.LogRecord) -> str:
    """A record as `RecordQueue.prepare` left it: time, level, logger and message, then its traceback."""
    time = logging.Formatter().formatTime(record)
    lines = [f"{time} {record.levelname} {record.name}: {_printable(str(record.msg))}"]
    trace = vars(record).get("trace")
    if trace is not None:
        text = "".join(trace.format())
        lines += (f"    {_printable(line)}" for line in text[-LONGEST:].split("\n") if line)
    return "\n".join(lines)


def _printable(text: str) -> str:
    return _UNPRINTABLE.sub(lambda found: found.group().encode("unicode_escape").decode(), text)
