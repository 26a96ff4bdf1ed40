"""Sound from a microphone at another machine, which `utter mic` sends there; satisfies `AudioSource`."""

from __future__ import annotations

import os
import platform
from time import monotonic

from engine import runtime_folder
from engine.audio.format import SAMPLE_RATE, AudioFormat
from engine.audio.socket_source import SocketThread
from engine.audio.sources import AudioSink, Link, SourceInfo
from engine.errors import AudioError, RemoteError
from engine.remote.reception import Reception
from engine.remote.seen import Seen
from engine.unix_socket import claim


class RemoteSource:
    """Listens at a Unix socket for a sender of sound, who may come, break off and come back at any time."""

    def __init__(self, path: str = "") -> None:
        """Name the socket; it is made by `open`.

        Args:
            path: Where; empty is the socket in our runtime folder that `utter mic --relay` looks for.
        """
        self._path = path
        self._reception: Reception | None = None
        self._running: SocketThread | None = None

    def open(self, sink: AudioSink) -> AudioFormat:
        """Begin to listen for senders; sound is delivered once there is one.

        Raises:
            AudioError: It cannot be listened, for instance because another utter does.
        """
        self.close()
        try:
            self._path = self._path or os.path.join(runtime_folder.own(), runtime_folder.MICROPHONE)
            listener = claim(self._path)
        except RemoteError as error:
            raise AudioError(
                f"Sound of another machine cannot be received: {error.what}", error.remedy
            ) from error
        except OSError as error:
            raise AudioError(
                f"The folder for sockets cannot be made: {error}.",
                "Set XDG_RUNTIME_DIR to a folder of yours.",
            ) from error
        self._running = SocketThread("sound of another machine", self._path, listener)
        self._reception = Reception(listener, self._running.closing, sink)
        self._running.start(self._reception.run, sink)
        return AudioFormat(SAMPLE_RATE, 1, "float32")

    def close(self) -> None:
        """Stop listening, and say so to the sender. Safe to call twice."""
        running, self._running = self._running, None
        if running is not None:
            running.close()

    def describe(self) -> SourceInfo:
        """Say who sends, once somebody did, and how to."""
        how = f"`utter mic --to {platform.node()}` on the machine with the microphone"
        return SourceInfo(self._seen.sender or "a remote microphone", "network", how)

    def recording_started(self) -> None:
        """Nothing to do: the sender sends all the time."""

    def link(self) -> Link:
        """Say how the sender is connected, and how much of its sound is on its way."""
        seen = self._seen
        behind_s = 0.0
        if seen.state != "waiting" and seen.heard_until is not None:
            behind_s = max(0.0, monotonic() - seen.heard_until)
        latency_ms = None if seen.latency_s is None or seen.state != "connected" else seen.latency_s * 1e3
        return Link(seen.state, seen.sender, latency_ms, seen.lost_s, behind_s)

    @property
    def _seen(self) -> Seen:
        return self._reception.seen if self._reception is not None else Seen()
