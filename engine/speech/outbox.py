"""Sends frames to a recogniser's process from a thread of its own, so that nobody waits for the pipe."""

from __future__ import annotations

import contextlib
import threading
from collections import deque
from typing import BinaryIO

import numpy as np

from engine.speech import wire
from engine.speech.wire import Frame


class Outbox:
    """A queue of frames and the thread that writes them to a pipe.

    Samples that wait behind one another with the same header are sent as one frame: while the decoder
    is behind, the number of frames does not grow. What cannot be sent because the other end is gone
    is dropped: whoever waits for an answer learns it from the pipe that answers come from.
    """

    def __init__(self, pipe: BinaryIO) -> None:
        """Begin to send to `pipe`, which stays the caller's to close."""
        self._pipe = pipe
        self._waiting: deque[Frame] = deque()
        self._changed = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._send_all, name="recogniser-outbox", daemon=True)
        self._thread.start()

    def put(self, frame: Frame) -> None:
        """Queue a frame, whose samples nobody changes any more. Never blocks on the pipe."""
        with self._changed:
            self._waiting.append(frame)
            self._changed.notify()

    def drop_samples(self) -> None:
        """Throw away the frames with samples that are still waiting, but for those that are answered."""
        with self._changed:
            kept = [frame for frame in self._waiting if "id" in frame.header or not len(frame.samples)]
            self._waiting = deque(kept)

    def close(self) -> None:
        """End the thread. The other end must be gone, else a full pipe could hold this up."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join()

    def _send_all(self) -> None:
        with contextlib.suppress(OSError):
            while (frame := self._next()) is not None:
                wire.write_frame(self._pipe, frame)

    def _next(self) -> Frame | None:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closed)
            if self._closed:
                return None
            first = self._waiting.popleft()
            joined = [first.samples]
            while len(first.samples) and self._waiting and self._continues(first):
                joined.append(self._waiting.popleft().samples)
            return Frame(first.header, np.concatenate(joined)) if len(joined) > 1 else first

    def _continues(self, frame: Frame) -> bool:
        """Whether the next frame is more of the same sound."""
        waiting = self._waiting[0]
        return len(waiting.samples) > 0 and waiting.header == frame.header
