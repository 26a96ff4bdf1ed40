"""Takes in the sound of a source on a thread of its own, and hands it on encoded, ready to be sent."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic_ns
from typing import Protocol

import numpy as np

from engine.audio.format import SAMPLE_RATE, RawBlock, Samples
from engine.audio.ingest import Frames, Ingest
from engine.audio.raw_sink import RawSink
from engine.audio.sources import AudioSource
from engine.audio.wake import Wake
from engine.remote import moment
from engine.remote.capture_gaps import CaptureGaps
from engine.remote.wire import Audio, Codec

log = logging.getLogger(__name__)

SETTLE_S, LOOKS = 0.3, 15
"""Seconds, and looks in them, after a long pause: while more than `FAST` times as much sound comes in them,
it is what a sound system has kept meanwhile. PulseAudio keeps it for a program that is stopped, and pours it
out faster than a sink that is looked at only once would hold."""

FAST = 2


class Encoder(Protocol):
    """Turns sound into pieces to send."""

    def encode(self, samples: Samples) -> list[tuple[bytes, int]]:
        """Encode sound, shape [n]; give what is whole, with counts of samples."""


@dataclass(frozen=True, slots=True)
class Captured:
    """A moment of sound.

    Attributes:
        pieces: The sound, encoded; none while a packet is not full.
        peak: Its largest magnitude.
    """

    pieces: list[Audio]
    peak: float


class EncodingCapture:
    """Encodes the sound of one source after another, as one stream: positions go on over both.

    They go on as well over what was never captured, so that everybody can tell how much is missing.
    """

    def __init__(
        self, codec: Codec, captured: Callable[[Captured], None], lost: Callable[[str], None]
    ) -> None:
        """Prepare; nothing is imported or opened before `open`.

        Args:
            codec: How sound is sent.
            captured: Told of sound, from the thread.
            lost: Told once why a source broke, from the thread.
        """
        self._codec = codec
        self._captured = captured
        self._lost = lost
        self._encoder: Encoder | None = None
        self._encoded = 0
        self._given = 0
        self._gaps = CaptureGaps()
        self._changing = threading.Lock()
        self._ended = False
        self._source: AudioSource | None = None
        self._sink = RawSink(Wake())
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()

    @property
    def silent_for_s(self) -> float:
        """Seconds since the last block came."""
        return self._sink.silent_for_s

    @property
    def has_begun(self) -> bool:
        """Whether the open source has delivered anything."""
        return self._sink.has_begun

    def open(self, source: AudioSource) -> None:
        """Begin to take in a source, in the place of the one before. Blocks: call it in a thread.

        Raises:
            AudioError: It cannot be opened.
        """
        with self._changing:
            self._close()
            if self._encoder is None:
                self._encoder = _encoder(self._codec)
            sink = RawSink(Wake())
            try:
                audio_format = source.open(sink)
                ingest = Ingest(audio_format)
            except BaseException:
                source.close()
                raise
            if self._ended:
                source.close()
                return
            self._source, self._sink = source, sink
            self._stopping = threading.Event()
            self._thread = threading.Thread(
                target=self._run, args=(sink, ingest, self._encoder, self._stopping), name="utter-encode"
            )
            self._thread.daemon = True
            self._thread.start()

    def close(self) -> None:
        """Let go of the source. Blocks; safe to call twice."""
        with self._changing:
            self._close()

    def end(self) -> None:
        """Let go of the source, also of one that is still being opened, for good."""
        self._ended = True
        self.close()

    def _close(self) -> None:
        source, self._source = self._source, None
        thread, self._thread = self._thread, None
        if source is not None:
            source.close()
        if thread is not None:
            self._stopping.set()
            self._sink.wake.give()
            thread.join()

    def _run(self, sink: RawSink, ingest: Ingest, encoder: Encoder, stopping: threading.Event) -> None:
        try:
            while not stopping.is_set():
                sink.wake.wait()
                why = sink.lost_why
                if sink.form_differs(ingest.format):
                    why = "The microphone delivers sound in another form than it said."
                else:
                    late = self._gaps.may_be_one(moment.now())
                    sound = _poured_out(sink, ingest.format.rate, stopping) if late else sink.read()
                    self._take_in(ingest.push(sound), encoder)
                if why:
                    self._lost(why)
                    return
        except Exception as error:
            log.exception("sound could not be encoded")
            self._lost(f"The sound could not be processed: {error}.")

    def _take_in(self, frames: Frames, encoder: Encoder) -> None:
        if not len(frames):
            return
        now_us = monotonic_ns() // 1000
        samples = frames.samples.reshape(-1)
        missing = self._gaps.before(len(samples), moment.now())
        self._given += missing
        self._encoded += missing + len(samples)
        pieces = []
        for data, count in encoder.encode(samples):
            begin, self._given = self._given, self._given + count
            ago_us = (self._encoded - self._given) * 1_000_000 // SAMPLE_RATE
            pieces.append(Audio(begin, now_us - ago_us, count, data))
        self._captured(Captured(pieces, max(frames.peaks)))


def _poured_out(sink: RawSink, rate: int, stopping: threading.Event) -> RawBlock:
    """Take all that was kept over a long pause, as it comes, until sound comes as fast as it is spoken."""
    blocks = [sink.read()]
    pours = True
    while pours:
        poured = 0
        for _ in range(LOOKS):
            stopping.wait(SETTLE_S / LOOKS)
            blocks.append(sink.read())
            poured += len(blocks[-1])
        pours = poured > FAST * SETTLE_S * rate and not stopping.is_set()
    whole = [block for block in blocks if len(block)]
    return np.concatenate(whole) if whole else blocks[0]


def _encoder(codec: Codec) -> Encoder:
    if codec == "opus":
        from engine.remote.opus import OpusEncoder

        return OpusEncoder()
    from engine.remote.pcm import PcmEncoder

    return PcmEncoder()
