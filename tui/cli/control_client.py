"""A connection to the utter that runs, for who asks it something; standard library alone."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from socket import socket

TIMEOUT_S = 3.0
"""Seconds within which an engine has to take a command and answer it."""


def connected() -> socket | None:
    """A connection to the engine that runs; None where none does.

    Raises:
        TimeoutError: One listens, and takes no connections.
    """
    import socket

    from engine.runtime_folder import CONTROL, each_candidate

    if not hasattr(socket, "AF_UNIX"):
        return None
    for folder in each_candidate():
        sock = socket.socket(socket.AF_UNIX)
        try:
            if _joined(sock, os.path.join(folder, CONTROL)):
                return sock
        except BaseException:
            sock.close()
            raise
        sock.close()
    return None


def _joined(sock: socket, path: str) -> bool:
    """Connect to who listens at a path; a queue that is full, as under a key that repeats, is waited at."""
    import time

    deadline = time.monotonic() + TIMEOUT_S
    sock.settimeout(TIMEOUT_S)
    while True:
        try:
            sock.connect(path)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise TimeoutError from None
            time.sleep(0.02)
            continue
        except TimeoutError:
            raise
        except OSError:  # nobody is there
            return False
        return True


def line(sock: socket) -> tuple[bytes, bytes]:
    """The first line that comes, and what came behind it.

    Raises:
        OSError: It did not come, in time or at all.
    """
    import time

    deadline = time.monotonic() + TIMEOUT_S
    seen = b""
    while b"\n" not in seen:
        sock.settimeout(max(0.001, deadline - time.monotonic()))
        more = sock.recv(65536)
        if not more:
            raise ConnectionResetError
        seen += more
    first, _, rest = seen.partition(b"\n")
    return first, rest
