"""What the user changed live, kept in a state file of its own.

The user's own file, with its comments, is never written. Each entry remembers what that file said
when the setting was changed, so that a later edit of the file wins over it:

    ["enhancement.mode"]
    value = "verbatim"
    instead_of = "clean"
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
import tomllib
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import tomli_w

from engine.atomic_file import replace_file
from engine.errors import SettingsError
from engine.settings.explain import shown

HEADER = "# Written by utter: what you changed while it ran. Delete this file to forget it all.\n\n"

LOCK_PAUSES_S = (0.01, 0.03, 0.1, 0.3, 0.6)
"""Seconds between the tries to lock the file: a second in all, a hundred times what a writer needs."""

Value: TypeAlias = str | bool | int | float
"""What a setting can be."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One setting that was changed live.

    Attributes:
        value: What it was changed to.
        instead_of: What the user's own file said at that time; None when it did not mention it.
    """

    value: Any
    instead_of: Any = None


def read_state(path: Path) -> tuple[dict[str, Entry], str]:
    """Read the state file.

    Returns:
        The entries by dotted key, and one sentence when the file is unusable (else ""). A file that
        does not exist is empty.
    """
    try:
        tree = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}, ""
    except (OSError, ValueError, RecursionError) as error:
        return {}, f"{shown(path)} cannot be used and is left out: {error}."
    return {
        key: Entry(entry["value"], entry.get("instead_of"))
        for key, entry in tree.items()
        if "." in key and isinstance(entry, dict) and "value" in entry
    }, ""


class Remembered:
    """Keeps live changes in the state file. Several utters may share it.

    A thread of its own writes, for a slow disk or another utter that holds the file must not hold up
    the screen. The interpreter waits for that thread at its end, so that the last change is not lost.
    """

    def __init__(
        self,
        path: Path,
        own: Mapping[str, Any] | None = None,
        *,
        on_problem: Callable[[SettingsError], None] | None = None,
    ) -> None:
        """Write nothing yet.

        Args:
            path: The state file; its folder is created when needed.
            own: What the user's file sets, by dotted key (`Loaded.own`).
            on_problem: Told, on the thread that writes, when a change cannot be kept: once, for one
                warning is enough. The change itself is in force all the same.
        """
        self._path = path
        self._own = own or {}
        self._on_problem = on_problem
        self._told = False
        self._lock = threading.Lock()
        self._changes: dict[str, Value] = {}
        self._closed = False
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="state file")

    def set(self, key: str, value: Value) -> None:
        """Remember that `key` (dotted) was changed to `value`; returns at once and never raises.

        A value that the user's file has anyway is forgotten instead of repeated. What could not be
        written is tried again with the next change and at the end. Not to be called after `close`.
        """
        with self._lock:
            self._changes[key] = value
        self._writer.submit(self._write)

    def flush(self) -> None:
        """Wait until all that was set has been written, or could not be."""
        self._writer.submit(self._write).result()

    def close(self) -> None:
        """Write what is left and end the thread. Safe to call twice."""
        if not self._closed:
            self._closed = True
            self.flush()
            self._writer.shutdown()

    def _write(self) -> None:
        """Write all changes that wait; keep them where that fails. On the writer's thread."""
        with self._lock:
            changes, self._changes = self._changes, {}
        if not changes:
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with _locked(self._path):
                entries, _ = read_state(self._path)
                replace_file(self._path, _document(self._changed(entries, changes)))
        except (OSError, ValueError) as error:
            with self._lock:
                self._changes = changes | self._changes
            self._tell(next(reversed(changes)), error)

    def _changed(self, entries: Mapping[str, Entry], changes: Mapping[str, Value]) -> dict[str, Entry]:
        kept = {key: entry for key, entry in entries.items() if key not in changes}
        own = self._own
        return kept | {key: Entry(new, own.get(key)) for key, new in changes.items() if new != own.get(key)}

    def _tell(self, key: str, error: OSError | ValueError) -> None:
        if self._told or self._on_problem is None:
            return
        self._told = True
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        self._on_problem(
            SettingsError(
                f"{key} cannot be remembered, because {shown(self._path)} cannot be written: {why}.",
                "It holds until you quit; make the folder writable to keep such changes.",
            )
        )


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Keep other utters from writing between our reading and our writing.

    The lock is a file beside the state file, because the state file itself is replaced. Windows has no
    `fcntl`: there the atomic replacement alone protects the file, and of two changes within one
    millisecond the later wins.

    Raises:
        OSError: The lock cannot be made, or another process has held it all the while.
    """
    try:
        import fcntl
    except ImportError:
        yield
        return
    descriptor = os.open(path.with_suffix(".lock"), os.O_CREAT | os.O_RDWR, 0o600)
    try:
        for pause_s in (*LOCK_PAUSES_S, None):
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if pause_s is None:
                    raise BlockingIOError(error.errno, "another program holds its lock") from error
                time.sleep(pause_s)
        yield
    finally:
        os.close(descriptor)


def _document(entries: Mapping[str, Entry]) -> str:
    return HEADER + tomli_w.dumps({key: _table(entry) for key, entry in sorted(entries.items())})


def _table(entry: Entry) -> dict[str, Any]:
    table = {"value": entry.value}
    return table if entry.instead_of is None else table | {"instead_of": entry.instead_of}
