"""What sources of sound that comes over a Unix socket have in common: a thread, and how it ends."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable

from engine.audio.sources import AudioSink
from engine.unix_socket import release

log = logging.getLogger(__name__)


class SocketThread:
    """Takes in sound on a thread of its own, until it is closed.

    Attributes:
        closing: Readable at the end: what the thread is to wait for beside its sound.
    """

    def __init__(self, name: str, path: str, listener: socket.socket | None) -> None:
        """Prepare.

        Args:
            name: What is received, in words.
            path: Of the socket.
            listener: Ours at that path, removed in the end; None where we connect to somebody else's.
        """
        self._name = name
        self._path = path
        self._listener = listener
        self._closer, self.closing = socket.socketpair()
        self._thread: threading.Thread | None = None

    def start(self, receive: Callable[[], None], sink: AudioSink) -> None:
        """Run `receive` on the thread; what nobody foresaw ends the source, and `sink` hears it."""
        self._thread = threading.Thread(target=self._run, args=(receive, sink), name=self._name, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the thread, and remove a socket that is ours."""
        self._closer.close()
        if self._thread is not None:
            self._thread.join()
        self.closing.close()
        if self._listener is not None:
            release(self._path, self._listener)

    def _run(self, receive: Callable[[], None], sink: AudioSink) -> None:
        try:
            receive()
        except Exception as error:
            log.exception("%s cannot be received", self._name)
            sink.lost(f"{self._name.capitalize()} can be received no more at {self._path}: {error}.")
