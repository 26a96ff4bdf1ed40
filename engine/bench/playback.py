"""Plays sound from memory as if it were spoken into a microphone, and says when the last word has come."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import numpy as np

from engine.audio.format import FRAME, FRAME_S, SAMPLE_RATE, AudioFormat, Samples
from engine.audio.sources import AudioSink, SourceInfo


class Playback:
    """A source that delivers silence, and a clip in it with each recording; satisfies `AudioSource`.

    Unlike a file it has no end: silence goes on behind the clip, as in a room, so that a recording
    is stopped in it by a key.
    """

    def __init__(self) -> None:
        """Prepare; there is nothing to play yet."""
        self._blocks: list[Samples] = []
        self._at_end: Callable[[], object] = _nothing
        self._rewind = threading.Event()
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None

    def cue(self, samples: Samples, at_end: Callable[[], object]) -> None:
        """Say what the next recording hears; to be called while nothing plays.

        Args:
            samples: Mono float32 at 16 kHz, shape [n].
            at_end: Called, on the source's thread, as soon as the last sample was handed over.
        """
        whole = np.concatenate([samples, np.zeros(-len(samples) % FRAME, np.float32)])
        self._blocks = list(whole.reshape(-1, FRAME, 1))
        self._at_end = at_end

    def open(self, sink: AudioSink) -> AudioFormat:
        """Begin to deliver silence, a frame at a time."""
        self.close()
        self._closing = threading.Event()
        arguments = (sink, self._closing)
        self._thread = threading.Thread(target=self._deliver, args=arguments, name="playback", daemon=True)
        self._thread.start()
        return AudioFormat(SAMPLE_RATE, 1, "float32")

    def close(self) -> None:
        """Stop delivering. Safe to call twice."""
        self._closing.set()
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.join()

    def describe(self) -> SourceInfo:
        """Say what it is."""
        return SourceInfo("measurement", "file")

    def recording_started(self) -> None:
        """Play what was cued, beginning with the next block."""
        self._rewind.set()

    def link(self) -> None:
        """It is at this machine."""

    def _deliver(self, sink: AudioSink, closing: threading.Event) -> None:
        """Hand out a block at each deadline. Deadlines are absolute: a late block is made up for."""
        silence = np.zeros((FRAME, 1), np.float32)
        began, given = time.monotonic(), 0
        blocks: list[Samples] = []
        at_end: Callable[[], object] = _nothing
        while not closing.wait(max(0.0, began + (given + 1) * FRAME_S - time.monotonic())):
            if self._rewind.is_set():
                self._rewind.clear()
                blocks, at_end = self._blocks[::-1], self._at_end
            sink.block(blocks.pop() if blocks else silence)
            given += 1
            if not blocks:
                at_end()
                at_end = _nothing


def _nothing() -> None:
    """Nobody waits for an end."""
