"""Sound from a file as if it were spoken into a microphone: in real time, from the key press on."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from engine.audio.codec import AudioFile
from engine.audio.format import FRAME_S, AudioFormat, RawBlock
from engine.audio.sources import AudioSink, SourceInfo
from engine.errors import AudioError

AHEAD_S = 10.0
"""Seconds of sound that are decoded ahead: what a file of any length costs in memory, and more
than any decoder falls behind."""


class FileSource:
    """An audio file that plays when a recording starts; satisfies `AudioSource`.

    Before, and after its end, it delivers silence in real time, so that what follows it (levels,
    pre-roll, auto-stop) works as with a microphone. Another recording plays it again.
    """

    def __init__(self, path: Path, speed: float = 1.0) -> None:
        """Name a file; it is opened by `open`.

        Args:
            path: Any file that `engine.audio.codec` decodes.
            speed: Seconds of sound to deliver in a second.
        """
        self._path = path
        self._speed = speed
        self._format: AudioFormat | None = None
        self._thread: threading.Thread | None = None
        self._closing = threading.Event()
        self._rewind = threading.Event()

    def open(self, sink: AudioSink) -> AudioFormat:
        """Begin to deliver silence in the form of the file, and decode its beginning.

        Raises:
            AudioError: The file cannot be used; names it and says why.
        """
        self.close()
        reader = Prefetch(self._path)
        self._format = reader.format
        self._closing = threading.Event()
        self._rewind = threading.Event()
        self._thread = threading.Thread(
            target=self._deliver,
            args=(sink, reader, self._closing, self._rewind),
            name="file source",
            daemon=True,
        )
        self._thread.start()
        return reader.format

    def close(self) -> None:
        """Stop delivering. Safe to call twice."""
        self._closing.set()
        thread, self._thread = self._thread, None
        if thread is not None and thread is not threading.current_thread():
            thread.join()

    def describe(self) -> SourceInfo:
        """Say which file it is; its form is known after `open`."""
        form = self._format
        detail = (
            f"{form.rate / 1000:g} kHz, {form.channels} channel{'s'[: form.channels > 1]}" if form else ""
        )
        return SourceInfo(self._path.name, "file", detail)

    def recording_started(self) -> None:
        """Play the file from its start, beginning with the next block."""
        self._rewind.set()

    def link(self) -> None:
        """It is at this machine."""

    def _deliver(
        self, sink: AudioSink, reader: Prefetch, closing: threading.Event, rewind: threading.Event
    ) -> None:
        """Hand out a block at each deadline. Deadlines are absolute: a late block is made up for."""
        silence = np.zeros((reader.frames, reader.format.channels), reader.format.dtype)
        period = reader.frames / reader.format.rate / self._speed
        began, given = time.monotonic(), 0
        playing, fresh = False, True
        try:
            while not closing.wait(max(0.0, began + (given + 1) * period - time.monotonic())):
                if rewind.is_set():
                    rewind.clear()
                    if not fresh:
                        reader.close()
                        reader = Prefetch(self._path)
                    playing, fresh = True, False
                block = reader.next() if playing else None
                if playing and block is None:
                    playing = False
                    sink.ended()
                sink.block(silence if block is None else block)
                given += 1
        except AudioError as error:
            sink.lost(str(error))
        finally:
            reader.close()


class Prefetch:
    """Decodes one file in a thread of its own, a bounded stretch ahead, into blocks of one length.

    Attributes:
        format: How the blocks come.
        frames: Frames in each block: 32 ms of sound.
    """

    def __init__(self, path: Path) -> None:
        """Open `path` and begin to decode.

        Raises:
            AudioError: The file cannot be used.
        """
        self._file = AudioFile(path)
        self.format = self._file.format
        self.frames = max(1, round(self.format.rate * FRAME_S))
        self._queue: queue.Queue[RawBlock | None] = queue.Queue(maxsize=int(AHEAD_S / FRAME_S))
        self._closed = False
        self._thread = threading.Thread(target=self._decode, name="file decoder", daemon=True)
        self._thread.start()

    def next(self) -> RawBlock | None:
        """The next block, the last one filled up with silence; None from the end of the file on."""
        block = self._queue.get()
        if block is None:
            self._queue.put(None)
        return block

    def close(self) -> None:
        """Stop decoding and let go of the file."""
        self._closed = True
        while self._thread.is_alive():
            # The decoder may be waiting for room: make some until it has noticed.
            try:
                self._queue.get(timeout=0.01)
            except queue.Empty:
                continue
        self._file.close()

    def _decode(self) -> None:
        try:
            for block in self._cut():
                self._queue.put(block)
                if self._closed:
                    break
        finally:
            self._queue.put(None)

    def _cut(self) -> Iterator[RawBlock]:
        """Cut what the codec gives into blocks of `frames`."""
        rest = np.zeros((0, self.format.channels), self.format.dtype)
        for decoded in self._file.blocks():
            joined = np.concatenate((rest, decoded)) if len(rest) else decoded
            whole = len(joined) - len(joined) % self.frames
            yield from joined[:whole].reshape(-1, self.frames, self.format.channels)
            rest = joined[whole:]
        if len(rest):
            yield np.concatenate(
                (rest, np.zeros((self.frames - len(rest), self.format.channels), rest.dtype))
            )
