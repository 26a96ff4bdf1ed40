"""Sockets that lie in a folder: claimed by one program at a time, and taken from one that died.

On the standard library alone. A socket outlives a program that was killed; whether anybody listens at it is
only told by connecting. Two programs that find the same dead socket at once must not both replace it: whoever
claims holds a lock on the folder meanwhile.
"""

from __future__ import annotations

import errno
import os
import socket
import stat
import struct
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from engine.errors import RemoteError

LONGEST = 103 if sys.platform == "darwin" else 107
"""Bytes of a socket's path at most: `sun_path` of unix(7), without the zero at its end."""

TIMEOUT_S = 2.0
"""Seconds that a program may take to accept the question whether it listens; it waits in a queue."""


class ClaimedSocket(socket.socket):
    """A listening socket, and which file it is."""

    file = (0, 0)


def claim(path: str) -> socket.socket:
    """Listen at a path, with access for this user alone; a socket that nobody listens at is replaced.

    Returns:
        The listening socket, blocking; `release` gives it back.

    Raises:
        RemoteError: Somebody listens there, or it cannot be made; says who or why.
    """
    check(path)
    try:
        with _locked(path):
            _make_room(path)
            sock = ClaimedSocket(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                sock.bind(path)
                # Nobody can connect before it listens: there is no moment in which others might.
                os.chmod(path, 0o600)
                sock.listen(16)
                found = os.lstat(path)
            except BaseException:
                sock.close()
                raise
            sock.file = (found.st_dev, found.st_ino)
            return sock
    except OSError as error:
        raise _cannot_listen(path, error) from error


def release(path: str, sock: socket.socket) -> None:
    """Listen no more, and remove the socket, unless another one lies there meanwhile. Safe to call twice."""
    with suppress(OSError), _locked(path):
        found = os.lstat(path)
        if isinstance(sock, ClaimedSocket) and sock.file == (found.st_dev, found.st_ino):
            os.unlink(path)
    sock.close()


def connect(path: str, timeout_s: float = TIMEOUT_S) -> socket.socket | None:
    """Connect to who listens at a path; None where nobody does.

    Raises:
        OSError: It could not be found out, for instance because this user may not connect.
    """
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    sock.settimeout(timeout_s)
    try:
        sock.connect(path)
    except (FileNotFoundError, ConnectionRefusedError):
        sock.close()
        return None
    except BaseException:
        sock.close()
        raise
    return sock


def check(path: str) -> None:
    """Refuse a path that no socket can have.

    Raises:
        RemoteError: It is too long, or this system has no such sockets.
    """
    if not hasattr(socket, "AF_UNIX"):
        raise RemoteError("This system has no sockets in folders.", "Use Linux or macOS on this side.")
    length = len(os.fsencode(path))
    if length > LONGEST:
        raise RemoteError(
            f"{path} is too long for a socket: {length} bytes, and {LONGEST} is the most.",
            "Choose a shorter path, for instance in /tmp.",
        )


def _peer_process(sock: socket.socket) -> int | None:
    """Number of the process at the other end, where the system tells."""
    if not hasattr(socket, "SO_PEERCRED"):
        return None
    try:
        pid, _, _ = struct.unpack("3i", sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
    except OSError:
        return None
    return int(pid) or None


def _make_room(path: str) -> None:
    """Remove a socket that nobody listens at.

    Raises:
        RemoteError: Somebody does, or it is no socket.
        OSError: It cannot be looked at or removed.
    """
    try:
        found = os.lstat(path)
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(found.st_mode):
        raise RemoteError(f"{path} is there and is no socket.", "Remove it, or choose another path.")
    try:
        listening = connect(path)
    except TimeoutError:
        raise RemoteError(
            f"A program listens at {path} already, and does not answer.", "End it, or choose another path."
        ) from None
    if listening is not None:
        with listening:
            who = _peer_process(listening)
        listener = f"process {who}" if who else "another program"
        raise RemoteError(f"{path} is taken: {listener} listens there.", "End it, or choose another path.")
    os.unlink(path)


@contextmanager
def _locked(path: str) -> Iterator[None]:
    """Hold the lock of a socket's folder, so that one program at a time looks and replaces.

    Raises:
        OSError: Somebody else has held it for long, or the folder cannot be opened.
    """
    import fcntl

    folder = os.open(os.path.dirname(path) or ".", os.O_RDONLY)
    try:
        deadline = time.monotonic() + 2 * TIMEOUT_S
        while True:
            try:
                fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.01)
        yield
    finally:
        os.close(folder)


def _cannot_listen(path: str, error: OSError) -> RemoteError:
    folder = os.path.dirname(path) or "."
    if error.errno == errno.ENOENT:
        return RemoteError(f"{path} cannot be made: there is no folder {folder}.", "Make the folder first.")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return RemoteError(
            f"{path} cannot be made: this user may not write to {folder}.", "Choose a folder of your own."
        )
    return RemoteError(
        f"{path} cannot be listened at: {error.strerror or error}.", "Choose another path, on a local disk."
    )
