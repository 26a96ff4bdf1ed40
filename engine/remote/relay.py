"""`utter mic --relay`: joins the pipes of ssh with the socket of the utter that runs on this machine.

Started over ssh by `utter mic --to` for every connection, so it is on the standard library alone, to be
quick, and looks at nothing that it copies. It waits for an utter that is not there yet, and ends with
either side, or when the sender, which pings every two seconds, has said nothing for a while: the network
may have gone without a word.
"""

from __future__ import annotations

import os
import select
import socket
import struct
import sys
import time

from engine.runtime_folder import MICROPHONE, candidates

MARKER = b"\0utter relay\n"
"""Written first: what stands before it, a talkative login shell printed."""

STILL_HERE = struct.pack("!BIQ", 6, 8, 0)
"""`engine.remote.wire.Pong(0)`: says to the sender that it waits, and that the link holds."""

LOOK_S = 0.5
"""Seconds between two looks for an utter."""

STILL_HERE_S = 5.0
"""Seconds between two such signs."""

SILENT_S = 30.0
"""Seconds without a byte from the sender after which it is given up."""

MOST = 1 << 20
"""Bytes kept while there is nobody to give them to: pings, which would take days to be so many."""

PIECE = 1 << 16

FAILED = 2


def main() -> int:
    """Copy until either side ends; returns the exit code."""
    if not hasattr(socket, "AF_UNIX"):
        _say("This Python has no Unix sockets, so it cannot hand sound to utter.")
        return FAILED
    try:
        _write(MARKER)
        waited = _wait()
        if waited is None:
            return 0
        receiver, begun = waited
        with receiver:
            receiver.sendall(begun)
            _copy(receiver)
    except OSError:
        # Either side has gone, and there is nobody to tell.
        return 0
    return 0


def _wait() -> tuple[socket.socket, bytes] | None:
    """The connection to an utter, and what the sender said until then; None where the sender has ended."""
    begun = b""
    receiver = _connect()
    if receiver is not None:
        return receiver, begun
    _say(
        f"No utter on {socket.gethostname()} listens to a microphone elsewhere yet; waiting for one. "
        "There it is started with: utter --source remote"
    )
    heard_at = signed_at = time.monotonic()
    while receiver is None:
        now = time.monotonic()
        if select.select([0], [], [], LOOK_S)[0]:
            piece = os.read(0, PIECE)
            heard_at = now
            begun += piece
            if not piece or len(begun) > MOST:
                return None
        if now - heard_at > SILENT_S:
            return None
        if now - signed_at > STILL_HERE_S:
            signed_at = now
            _write(STILL_HERE)
        receiver = _connect()
    return receiver, begun


def _connect() -> socket.socket | None:
    """Connect to the utter of this user that takes sound; None where there is none."""
    for folder in candidates():
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(SILENT_S)
        try:
            connection.connect(os.path.join(folder, MICROPHONE))
        except OSError:
            connection.close()
        else:
            return connection
    return None


def _copy(receiver: socket.socket) -> None:
    """Copy both ways until one side ends, or the sender falls silent."""
    heard_at = time.monotonic()
    while time.monotonic() - heard_at < SILENT_S:
        ready, _, _ = select.select([0, receiver.fileno()], [], [], SILENT_S)
        if 0 in ready:
            piece = os.read(0, PIECE)
            if not piece:
                return
            heard_at = time.monotonic()
            receiver.sendall(piece)
        if receiver.fileno() in ready:
            piece = receiver.recv(PIECE)
            if not piece:
                return
            _write(piece)


def _write(data: bytes) -> None:
    while data:
        data = data[os.write(1, data) :]


def _say(sentence: str) -> None:
    print(f"utter: {sentence}", file=sys.stderr, flush=True)
