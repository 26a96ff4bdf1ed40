"""Sockets that lie in a folder: claimed by one program at a time, and taken from one that died.

On the standard library alone. A socket outlives a program that was killed. Whether anybody listens at it is
told by connecting, but not for certain: some systems refuse who comes while the queue is full. So whoever
claims a socket holds a lock as long as it listens: on a file in our folder of sockets, where no other user
can hold it.
"""

from __future__ import annotations

import errno
import os
import socket
import stat
import struct
import sys
from contextlib import nullcontext, suppress

from engine.errors import RemoteError
from engine.path_lock import PathLock, take_at_second_look

LONGEST = 103 if sys.platform == "darwin" else 107
"""Bytes of a socket's path at most: `sun_path` of unix(7), without the zero at its end."""

TIMEOUT_S = 2.0
"""Seconds that a program may take to accept the question whether it listens; it waits in a queue."""

QUEUE = 128
"""Connections that may wait to be accepted."""

SOL_LOCAL = 0
"""Where macOS and the BSDs keep `LOCAL_PEERCRED` (unix(4) of FreeBSD)."""

XUCRED_BYTES = 76
"""Size of `struct xucred` there: a version, the user, and what is of no use here."""


class TakenError(RemoteError):
    """Somebody listens at the path."""


class ClaimedSocket(socket.socket):
    """A listening socket, which file it is, and the lock that makes it ours; None once it is released."""

    file = (0, 0)
    lock: PathLock | None = None


def claim(path: str) -> socket.socket:
    """Listen at a path, with access for this user alone; a socket that nobody listens at is replaced.

    Returns:
        The listening socket, blocking; `release` gives it back.

    Raises:
        TakenError: Somebody listens there; says who.
        RemoteError: It cannot be made; says why.
    """
    check(path)
    lock = _locked(path)
    sock = ClaimedSocket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        _make_room(path)
        sock.bind(path)
        # Nobody can connect before it listens: there is no moment in which others might.
        os.chmod(path, 0o600)
        sock.listen(QUEUE)
        found = os.lstat(path)
    except BaseException as error:
        sock.close()
        lock.give_up()
        if isinstance(error, OSError):
            raise _cannot_listen(path, error) from error
        raise
    sock.file, sock.lock = (found.st_dev, found.st_ino), lock
    return sock


def release(path: str, sock: socket.socket) -> None:
    """Listen no more, and remove the socket, unless another one lies there meanwhile. Safe to call twice."""
    if isinstance(sock, ClaimedSocket) and sock.lock is not None:
        lock, sock.lock = sock.lock, None
        with suppress(OSError):
            found = os.lstat(path)
            if sock.file == (found.st_dev, found.st_ino):
                os.unlink(path)
        # Last: from here on the path is somebody else's.
        lock.give_up()
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
            "Choose a shorter path, for instance in the folder that XDG_RUNTIME_DIR names.",
        )


def peer_user(sock: socket.socket) -> int | None:
    """Number of the user at the other end, where the system tells."""
    peer = _peer(sock)
    if peer is not None:
        return peer[1]
    option = getattr(socket, "LOCAL_PEERCRED", None)
    if option is None:
        return None
    try:
        _, user = struct.unpack_from("2I", sock.getsockopt(SOL_LOCAL, option, XUCRED_BYTES))
    except (OSError, struct.error):
        return None
    return int(user)


def _peer(sock: socket.socket) -> tuple[int, int] | None:
    """Numbers of the process at the other end and of its user, where the system tells both (Linux)."""
    if not hasattr(socket, "SO_PEERCRED"):
        return None
    try:
        process, user, _ = struct.unpack("3i", sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
    except OSError:
        return None
    return int(process), int(user)


def _make_room(path: str) -> None:
    """Remove a socket that nobody listens at. The lock is ours.

    Raises:
        TakenError: Somebody does.
        RemoteError: It is no socket.
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
        raise _taken(path, None) from None
    if listening is not None:
        with listening:
            raise _taken(path, listening)
    os.unlink(path)


def _taken(path: str, listening: socket.socket | None) -> TakenError:
    """Say who listens at a path, as far as the connection tells."""
    peer = _peer(listening) if listening is not None else None
    who = f"process {peer[0]}" if peer else "another program"
    return TakenError(f"{path} is taken: {who} listens there.", "End it, or choose another path.")


def _locked(path: str) -> PathLock:
    """Take the lock of a path; it is held until it is given up, at the latest by our death.

    Raises:
        TakenError: Another program of this user holds it.
        RemoteError: There can be no lock.
    """
    try:
        return take_at_second_look(path)
    except BlockingIOError:
        pass
    except OSError as error:
        raise RemoteError(
            f"The folder for sockets cannot be used: {error.filename or path}: {error.strerror or error}.",
            "Let XDG_RUNTIME_DIR name a folder of your own, on a local disk.",
        ) from error
    try:
        listening = connect(path)
    except OSError:
        listening = None
    with listening or nullcontext():
        raise _taken(path, listening)


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
