"""Locks of paths: held by one program of this user at a time, and ended by its death.

They lie in our folder of sockets, for in a folder that others may write to anybody could hold them.
"""

from __future__ import annotations

import hashlib
import os
import time
from contextlib import suppress
from dataclasses import dataclass

from engine import runtime_folder

SECOND_LOOK_S = 0.02
"""Seconds after which a lock that somebody has is tried once more, where it matters: who only wants to know
whether somebody holds it has it for a moment."""


@dataclass(frozen=True, slots=True)
class PathLock:
    """A lock that is held.

    Attributes:
        descriptor: Of its file; who closes it has given the lock up.
        file: Where that lies.
    """

    descriptor: int
    file: str

    def give_up(self) -> None:
        """Let others take it. Its file goes first, while it is still ours."""
        with suppress(OSError):
            os.unlink(self.file)
        os.close(self.descriptor)


def take(path: str) -> PathLock:
    """Take the lock of a path, whether anything is there or not.

    Raises:
        BlockingIOError: Somebody holds it.
        OSError: It cannot be made.
    """
    file = _file(path)
    while (lock := _try(file)) is None:
        pass
    return lock


def take_at_second_look(path: str) -> PathLock:
    """Take the lock of a path, also where somebody else has just looked whether it is held.

    Raises:
        BlockingIOError: Somebody holds it.
        OSError: It cannot be made.
    """
    try:
        return take(path)
    except BlockingIOError:
        time.sleep(SECOND_LOOK_S)
        return take(path)


def is_held(path: str) -> bool:
    """Whether somebody holds the lock of a path.

    Where its file was left by who died, it is taken for a moment to find that out; where no file is, it is
    not: nobody who wants it then is in the way of who looks.
    """
    try:
        if os.path.lexists(_file(path)):
            take_at_second_look(path).give_up()
    except BlockingIOError:
        return True
    except OSError:
        return False  # where there can be no lock, nobody holds it
    return False


def _file(path: str) -> str:
    """Where the lock of a path lies.

    Raises:
        OSError: Our folder of sockets cannot be used.
    """
    folder, name = os.path.split(os.path.abspath(path))
    place = os.fsencode(os.path.join(os.path.realpath(folder), name))
    return os.path.join(runtime_folder.own(), f"{hashlib.sha256(place).hexdigest()[:16]}.lock")


def _try(file: str) -> PathLock | None:
    """Take a lock; None where its file was removed, in this moment, by who gave it up."""
    import fcntl

    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(descriptor), os.lstat(file)):
                return PathLock(descriptor, file)
    except BaseException:
        os.close(descriptor)
        raise
    os.close(descriptor)
    return None
