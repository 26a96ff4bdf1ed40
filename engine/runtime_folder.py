"""The folder of sockets of the programs that run now.

On the standard library alone, for `utter ctl` is to be quick. A login over SSH may lack the variable that
names the folder, while the program at the desk has it: whoever looks for a socket of a running utter looks
in all `candidates`.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import suppress

APP = "utter"
CONTROL = "control.sock"
"""Name of the socket that takes commands."""
MICROPHONE = "microphone.sock"
"""Name of the socket that takes sound from another machine."""

DARWIN_USER_TEMP_DIR = 65537
"""`_CS_DARWIN_USER_TEMP_DIR` of confstr(3) on macOS: a folder of this user alone."""


def candidates() -> list[str]:
    """The folders in which a running program of this user may have its sockets, the usual one first.

    Folders that somebody else made are left out: what is said to a socket in them, others could hear.
    """
    return list(each_candidate())


def each_candidate() -> Iterator[str]:
    """The same, found one by one: who has what it looks for in the first is spared the rest."""
    seen = set()
    for folder in _named():
        if folder not in seen and _may_be_ours(folder):
            yield folder
        seen.add(folder)


def _named() -> Iterator[str]:
    usual = os.environ.get("XDG_RUNTIME_DIR", "")
    user = os.getuid() if sys.platform != "win32" else 0
    if os.path.isabs(usual):
        yield os.path.join(usual, APP)
    if os.path.isdir(f"/run/user/{user}"):
        yield os.path.join(f"/run/user/{user}", APP)
    yield os.path.join(_temporary(), f"{APP}-{user}")


def _temporary() -> str:
    """Where every program of this user finds the same folder, whatever TMPDIR says in its environment."""
    if sys.platform == "darwin":
        with suppress(OSError, ValueError):
            return os.confstr(DARWIN_USER_TEMP_DIR) or "/tmp"
    if sys.platform == "win32":
        return os.path.expanduser("~")
    return "/tmp"


def own() -> str:
    """The folder for our own sockets, made with access for this user alone.

    Raises:
        OSError: It cannot be made.
    """
    folder = next(each_candidate(), "")
    if not folder:
        why = "each folder for sockets belongs to somebody else, or others may write there"
        raise PermissionError(13, why, "XDG_RUNTIME_DIR")
    os.makedirs(folder, mode=0o700, exist_ok=True)
    if not _may_be_ours(folder):
        raise PermissionError(13, "it belongs to somebody else, or others may write there", folder)
    return folder


def _may_be_ours(folder: str) -> bool:
    """Whether it is a folder of this user that nobody else can write to, or not there yet."""
    try:
        found = os.lstat(folder)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    if sys.platform == "win32":
        return stat.S_ISDIR(found.st_mode)
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o022
