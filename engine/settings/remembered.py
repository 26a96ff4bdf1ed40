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
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomli_w

from engine.errors import SettingsError
from engine.settings.explain import shown

HEADER = "# Written by utter: what you changed while it ran. Delete this file to forget it all.\n\n"


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
    """Writes live changes to the state file. Several utters may share it."""

    def __init__(self, path: Path, own: Mapping[str, Any] | None = None) -> None:
        """Write nothing yet.

        Args:
            path: The state file; its folder is created when needed.
            own: What the user's file sets, by dotted key (`Loaded.own`).
        """
        self._path = path
        self._own = own or {}
        self._told = False

    def set(self, key: str, value: str | bool | int | float) -> None:
        """Remember that `key` (dotted) was changed to `value`.

        A value that the user's file has anyway is forgotten instead of repeated.

        Raises:
            SettingsError: The file cannot be written: raised once, for one warning is enough. The
                change itself is in force all the same.
        """
        own = self._own.get(key)
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with _locked(self._path):
                entries, _ = read_state(self._path)
                entries.pop(key, None)
                if value != own:
                    entries[key] = Entry(value, own)
                _replace(self._path, entries)
        except OSError as error:
            if self._told:
                return
            self._told = True
            raise SettingsError(
                f"{key} cannot be remembered, because {shown(self._path)} cannot be written: "
                f"{error.strerror or error}.",
                "It holds until you quit; make the folder writable to keep such changes.",
            ) from error


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Keep other utters from writing between our reading and our writing.

    The lock is a file beside the state file, because the state file itself is replaced. Windows has no
    `fcntl`: there the atomic replacement alone protects the file, and of two changes within one
    millisecond the later wins.
    """
    try:
        import fcntl
    except ImportError:
        yield
        return
    descriptor = os.open(path.with_suffix(".lock"), os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _replace(path: Path, entries: Mapping[str, Entry]) -> None:
    """Write the file beside its old self and rename it over that, so that no reader sees half of it."""
    document = {key: _table(entry) for key, entry in sorted(entries.items())}
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write((HEADER + tomli_w.dumps(document)).encode())
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def _table(entry: Entry) -> dict[str, Any]:
    table = {"value": entry.value}
    return table if entry.instead_of is None else table | {"instead_of": entry.instead_of}
