"""Takes in the sound of senders at a socket: one at a time, over all its connections."""

from __future__ import annotations

import select
import socket
from contextlib import suppress
from time import monotonic

from engine.audio.format import SAMPLE_RATE
from engine.audio.paced_delivery import PacedDelivery, Stretch
from engine.audio.sources import AudioSink, LinkState
from engine.deliver.sanitize import for_terminal
from engine.errors import RemoteError
from engine.remote.arrivals import Arrivals, decoder_for
from engine.remote.link_clock import LinkClock
from engine.remote.seen import Seen
from engine.remote.sender_line import SenderLine, ending
from engine.remote.wire import Ack, Audio, Bye, Hello, Message, Ping, Pong, Welcome

PING_S = 1.0
"""Seconds between two pings, and two looks at who has gone."""

DEAD_S = 10.0
"""Seconds after which a sender that says nothing is gone; it pings every two."""

FORGET_S = 600.0
"""Seconds in which a sender may come back with its sound; it keeps no more than that."""

NO_SOUND_S = 3.0
"""Seconds without sound after which a sender that pings has none: its microphone is away."""

PAUSE_S = 0.01
"""Seconds between two deliveries of sound that is late."""

MOST_LINES = 8
"""Connections at a time; one is usual, and another one while a broken link is made anew."""

LONGEST_NAME = 60


class Reception:
    """One listening socket and the senders that connect to it. Runs on one thread.

    Attributes:
        seen: What is known of the sender; may be read by any thread.
    """

    def __init__(self, listener: socket.socket, closing: socket.socket, sink: AudioSink) -> None:
        """Prepare.

        Args:
            listener: Listens already.
            closing: Can be read from when the reception is to end.
            sink: Takes the sound: mono float32 at 16 kHz.
        """
        listener.setblocking(False)
        self.seen = Seen()
        self._listener = listener
        self._closing = closing
        self._delivery = PacedDelivery(sink, monotonic())
        self._lines: list[SenderLine] = []
        self._current: SenderLine | None = None
        self._stream = ""
        self._name = ""
        self._arrivals: Arrivals | None = None
        self._clock = LinkClock()
        self._heard_until: float | None = None
        self._sound_at = self._broken_at = self._looked_at = monotonic()
        self._acknowledged = 0
        self._left = True

    def run(self) -> None:
        """Take in sound until `closing` says so."""
        try:
            while self._turn():
                continue
        finally:
            for line in self._lines:
                with suppress(OSError):
                    line.say(Bye("This utter stops listening."))
                line.close()

    def _turn(self) -> bool:
        """Wait for something to do and do it; whether there will be more."""
        ready = self._wait()
        now = monotonic()
        if self._closing.fileno() in ready:
            return False
        if self._listener.fileno() in ready:
            self._accept(now)
        for line in list(self._lines):
            with ending(line, self.drop):
                line.flush()
                if line.sock.fileno() in ready:
                    for message in line.receive(now):
                        self._hear(line, message, now)
        self._deliver(now)
        if now - self._looked_at >= PING_S:
            self._looked_at = now
            self._look(now)
        self.seen = self._see(now)
        return True

    def _wait(self) -> set[int]:
        """Wait for a socket or for the next thing to do; give the sockets that can be read."""
        poll = select.poll()
        poll.register(self._closing, select.POLLIN)
        poll.register(self._listener, select.POLLIN)
        for line in self._lines:
            # While sound waits no more is read: the sender keeps it.
            reading = 0 if line is self._current and self._delivery.waits else select.POLLIN
            poll.register(line.sock, reading | (select.POLLOUT if line.has_unsent else 0))
        timeout_s = PAUSE_S if self._delivery.waits else PING_S
        return {fd for fd, what in poll.poll(timeout_s * 1e3) if what & ~select.POLLOUT}

    def _accept(self, now: float) -> None:
        try:
            sock, _ = self._listener.accept()
        except OSError:
            return
        if len(self._lines) >= MOST_LINES:
            sock.close()
        else:
            self._lines.append(SenderLine(sock, now))

    def _hear(self, line: SenderLine, message: Message, now: float) -> None:
        match message:
            case Hello():
                self._greet(line, message, now)
            case Ping(number):
                line.say(Pong(number))
                if line is self._current:
                    self._note_ping(number / 1e6, now)
            case Pong(number):
                took = line.answered(number, now)
                if took is not None and line is self._current:
                    self._clock.pong(took, now)
            case Audio() if line is self._current and self._arrivals is not None:
                self._take(message, self._arrivals, now)
            case Bye():
                self._left = self._left or line is self._current
                raise EOFError
            case _:
                raise RemoteError("The sender said what no sender says.", "Start `utter mic` there again.")

    def _greet(self, line: SenderLine, hello: Hello, now: float) -> None:
        """Take a sender, or say why not."""
        current = self._current
        if current is not None and current is not line:
            if hello.stream != self._stream and now - current.heard_at < DEAD_S:
                raise RemoteError(f"{self._name} sends to this utter already.", "End that one first.")
            self.drop(current)
        if hello.stream != self._stream or self._arrivals is None:
            self._arrivals = Arrivals(decoder_for(hello.codec)())
            self._clock = LinkClock()
            self._stream = hello.stream
            self._heard_until = None
        self._name = for_terminal(hello.name).replace("\n", " ").strip()[:LONGEST_NAME] or "a nameless sender"
        line.hello, self._current, self._left = hello, line, False
        self._sound_at = now
        self._acknowledged = self._arrivals.position
        self._clock.connected()
        line.say(Welcome(self._arrivals.position))
        line.ping(now)

    def _note_ping(self, sent: float, now: float) -> None:
        self._clock.ping(sent, now)
        if now - self._sound_at > NO_SOUND_S and self._heard_until is not None:
            self._heard_until = max(self._heard_until, self._clock.here(sent))

    def _take(self, audio: Audio, arrivals: Arrivals, now: float) -> None:
        captured = audio.captured_us / 1e6
        self._clock.audio(captured, now)
        self._sound_at = now
        lost_before = arrivals.lost
        samples = arrivals.take(audio)
        if len(samples):
            missing = arrivals.lost - lost_before
            self._delivery.add(Stretch(samples, self._stream, arrivals.position, captured, missing))

    def _deliver(self, now: float) -> None:
        last = self._delivery.deliver(now)
        if last is None or last.stream != self._stream:
            return  # what one sender left behind says nothing of the next one's
        self._heard_until = self._clock.here(last.captured)
        if self._current is not None and last.position - self._acknowledged >= SAMPLE_RATE // 4:
            self._acknowledged = last.position
            with ending(self._current, self.drop):
                self._current.say(Ack(last.position))

    def _look(self, now: float) -> None:
        """Ask the sender for a sign, and let go of those who give none."""
        for line in list(self._lines):
            with ending(line, self.drop):
                if now - (line.heard_at if line.hello else line.began_at) > DEAD_S:
                    raise EOFError
                if line is self._current:
                    line.ping(now)

    def drop(self, line: SenderLine) -> None:
        """Let go of a connection."""
        if line in self._lines:
            self._lines.remove(line)
            line.close()
        if line is self._current:
            self._current, self._broken_at = None, monotonic()

    def _see(self, now: float) -> Seen:
        state: LinkState = "connected"
        if self._current is None:
            gone = self._left or now - self._broken_at > FORGET_S
            state = "waiting" if gone else "broken"
        lost_s = self._arrivals.lost / SAMPLE_RATE if self._arrivals is not None else 0.0
        return Seen(state, self._name, self._clock.latency_s, lost_s, self._heard_until)
