"""Raw sound from any program, over a Unix socket: signed 16 bit, little-endian, mono, 16 kHz.

Where a program listens at the socket already, we connect to it, and again when it has ended. Otherwise we
listen, and any program may connect and write, one at a time:
`sox -d -t raw -r 16k -e signed -b 16 -c 1 - | socat - UNIX-CONNECT:PATH`.
"""

from __future__ import annotations

import os
import select
import socket
import stat
from contextlib import suppress
from time import monotonic

import numpy as np

from engine.audio.format import SAMPLE_RATE, AudioFormat
from engine.audio.paced_delivery import PacedDelivery, Stretch
from engine.audio.socket_source import SocketThread
from engine.audio.sources import AudioSink, Link, LinkState, SourceInfo
from engine.errors import AudioError, RemoteError
from engine.path_lock import is_held
from engine.unix_socket import check, claim, connect, peer_user

PIECE = 1 << 14
"""Bytes that are read at once: half a second."""

PAUSE_S = 0.01
"""Seconds between two deliveries of sound that came faster than it is spoken."""

AGAIN_S = 1.0
"""Seconds between two tries to connect to a program that has ended."""


class SocketSource:
    """The sound of whoever is at the other end of a socket; satisfies `AudioSource`."""

    def __init__(self, path: str) -> None:
        """Name the socket; nothing is looked at before `open`."""
        self._path = path
        self._running: SocketThread | None = None
        self._listener: socket.socket | None = None
        self._state: LinkState = "waiting"
        self._silent = 0

    def open(self, sink: AudioSink) -> AudioFormat:
        """Connect, or begin to listen.

        Raises:
            AudioError: Neither can be done; says why.
        """
        self.close()
        program = self._connected()
        if program is None:
            try:
                self._listener = claim(self._path)
            except RemoteError as error:
                raise AudioError(error.what, error.remedy) from error
        self._state = "waiting" if program is None else "connected"
        self._running = running = SocketThread("raw sound", self._path, self._listener)
        running.start(lambda: self._receive(sink, program, running.closing), sink)
        return AudioFormat(SAMPLE_RATE, 1, "int16")

    def close(self) -> None:
        """Stop; a socket that we made is removed. Safe to call twice."""
        running, self._running = self._running, None
        if running is not None:
            running.close()
        self._listener = None

    def describe(self) -> SourceInfo:
        """Say which socket it is."""
        name = f"unix:{self._path}"
        return SourceInfo(name, "network", f"raw sound, 16 bit mono at 16 kHz, at {self._path}")

    def recording_started(self) -> None:
        """Nothing to do: the other program sends as it likes."""

    def link(self) -> Link:
        """Say whether a program is connected; one that has gone keeps no sound. Its age nobody knows."""
        return Link(self._state, os.path.basename(self._path), silent=self._silent)

    def _connected(self) -> socket.socket | None:
        """A connection to who listens there; None where nobody does.

        Raises:
            AudioError: It cannot be connected to.
        """
        try:
            check(self._path)
        except RemoteError as error:
            raise AudioError(error.what, error.remedy) from error
        try:
            if not stat.S_ISSOCK(os.lstat(self._path).st_mode):
                raise AudioError(f"{self._path} is no socket.", f"A file is played by --source {self._path}")
            return _connect_to_own(self._path)
        except FileNotFoundError:
            return None
        except PermissionError:
            raise AudioError(
                f"This user may not connect to {self._path}.", "Let its owner give access, or choose another."
            ) from None
        except OSError as error:
            raise AudioError(
                f"{self._path} cannot be connected to: {error.strerror or error}.", "Start its program again."
            ) from None

    def _receive(self, sink: AudioSink, program: socket.socket | None, closing: socket.socket) -> None:
        """Take in the sound of one program after another, on a thread of its own."""
        while True:
            if program is not None:
                self._state = "connected"
                with program:
                    taken = _take_in(program, sink, closing)
                if taken is None:
                    return
                self._silent += taken == 0
                self._state = "waiting"
                program = None
            if self._listener is None:
                if _readable(closing, timeout_s=AGAIN_S):
                    return
                with suppress(OSError, AudioError):
                    program = _connect_to_own(self._path)
            else:
                program = _accepted(self._listener, closing)
                if program is None:
                    return


def _connect_to_own(path: str) -> socket.socket | None:
    """Connect to a program of this user, or of the system's; None where nobody listens.

    Raises:
        AudioError: Another utter listens, which waits for sound itself; or another user: what is typed would
            be what that one likes.
        OSError: It cannot be connected to.
    """
    if is_held(path):  # an utter that listens holds it as long as it does
        raise AudioError(f"Another utter listens at {path}.", "End that one first, or choose another path.")
    program = connect(path)
    if program is None:
        return None
    trusted = (os.getuid(), 0)
    user = peer_user(program)
    if (os.lstat(path).st_uid if user is None else user) in trusted:
        return program
    program.close()
    raise AudioError(
        f"A program of another user listens at {path}.",
        "Choose a path in a folder of your own, such as the one that XDG_RUNTIME_DIR names.",
    )


def _accepted(listener: socket.socket, closing: socket.socket) -> socket.socket | None:
    """The next program that connects; None at the end."""
    if closing.fileno() in _readable(closing, listener):
        return None
    return listener.accept()[0]


def _take_in(program: socket.socket, sink: AudioSink, closing: socket.socket) -> int | None:
    """Take in what a program sends until it ends, so many bytes; None where we are to end."""
    delivery = PacedDelivery(sink, monotonic())
    rest = b""
    taken = 0
    program.setblocking(False)
    while True:
        # While sound waits no more is read: the program has to wait.
        ready = _readable(closing, timeout_s=PAUSE_S) if delivery.waits else _readable(closing, program)
        if closing.fileno() in ready:
            return None
        if ready:
            data = _read(program)
            if data == b"":
                return taken
            rest += data or b""
            taken += len(data or b"")
            whole = len(rest) & ~1
            if whole:
                delivery.add(Stretch(np.frombuffer(rest[:whole], "<i2").astype(np.int16)))
                rest = rest[whole:]
        delivery.deliver(monotonic())


def _read(program: socket.socket) -> bytes | None:
    """What has come; empty at the end of it, None where nothing was there after all."""
    try:
        return program.recv(PIECE)
    except BlockingIOError:
        return None
    except OSError:
        return b""


def _readable(*sockets: socket.socket, timeout_s: float | None = None) -> set[int]:
    """Wait until one can be read or has ended; which ones."""
    poll = select.poll()
    for one in sockets:
        poll.register(one, select.POLLIN)
    return {fd for fd, _ in poll.poll(None if timeout_s is None else timeout_s * 1e3)}
