"""One connection of a sender of sound, as the receiver sees it; nothing here waits."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from engine.errors import RemoteError
from engine.remote import wire
from engine.remote.wire import Hello, Message, Refused

log = logging.getLogger(__name__)

PIECE = 1 << 14
"""Bytes that are read at once: five seconds of Opus, half a second of plain samples."""

MOST_UNSENT = 1 << 16
"""Bytes of answers that a sender may leave unread."""

UNANSWERED = 60
"""Pings that are remembered; a sender that answers none of so many is long given up."""


class SenderLine:
    """A connected socket, with what was read and what is still to be written.

    Attributes:
        sock: The socket, not blocking.
        hello: How the sender introduced itself; None before it did.
        began_at: When it connected.
        heard_at: When something last came.
    """

    def __init__(self, sock: socket.socket, now: float) -> None:
        """Take over a socket that was accepted at `now`."""
        sock.setblocking(False)
        self.sock = sock
        self.hello: Hello | None = None
        self.began_at = self.heard_at = now
        self._decoder = wire.Decoder()
        self._unsent = bytearray()
        self._pings: dict[int, float] = {}
        self._number = 0

    @property
    def has_unsent(self) -> bool:
        """Whether there is something to write as soon as the socket takes it."""
        return bool(self._unsent)

    def receive(self, now: float) -> list[Message]:
        """Read what has come; give the messages that are whole.

        Raises:
            EOFError: The connection has ended.
            OSError: It broke.
            RemoteError: This is no sender of ours.
        """
        try:
            data = self.sock.recv(PIECE)
        except BlockingIOError:
            return []
        if not data:
            raise EOFError
        self.heard_at = now
        return self._decoder.push(data)

    def say(self, message: Message) -> None:
        """Write a message, or as much of it as the socket takes now.

        Raises:
            OSError: The connection broke, or the sender has read nothing for long.
        """
        self._unsent += wire.encode(message)
        if len(self._unsent) > MOST_UNSENT:
            raise ConnectionAbortedError("the sender reads nothing")
        self.flush()

    def flush(self) -> None:
        """Write what could not be written before.

        Raises:
            OSError: The connection broke.
        """
        try:
            sent = self.sock.send(self._unsent) if self._unsent else 0
        except BlockingIOError:
            return
        except BrokenPipeError:
            # Its sound and its leave may still be unread; reading finds the end behind them.
            sent = len(self._unsent)
        del self._unsent[:sent]

    def ping(self, now: float) -> None:
        """Ask for an answer, to learn how long that takes.

        Raises:
            OSError: The connection broke.
        """
        self._number += 1
        self._pings[self._number] = now
        self._pings.pop(self._number - UNANSWERED, None)
        self.say(wire.Ping(self._number))

    def answered(self, number: int, now: float) -> float | None:
        """Take an answer; give the seconds that it took, None where nothing was asked."""
        asked_at = self._pings.pop(number, None)
        return None if asked_at is None else now - asked_at

    def close(self) -> None:
        """End the connection."""
        self.sock.close()


@contextmanager
def ending(line: SenderLine, drop: Callable[[SenderLine], None]) -> Iterator[None]:
    """Let go of a connection that ends, breaks or is none of a sender, and of nothing else.

    The sender is told why where it was wrong: it would come back with the same.

    Args:
        line: The connection that is attended to meanwhile.
        drop: Lets go of it.
    """
    try:
        yield
    except (EOFError, OSError):
        drop(line)
    except Exception as error:
        if not isinstance(error, RemoteError):
            log.exception("what a sender sent cannot be taken in")
            error = RemoteError("What arrived cannot be taken in.", "Start `utter mic` there again.")
        with suppress(OSError):
            line.say(Refused(str(error)))
        drop(line)
