"""Sound as Opus packets and back, one at a time, through libopus in PyAV (RFC 6716).

Packets hold 20 ms, the usual compromise of the codec's authors between delay and size
(https://opus-codec.org/docs/). A decoder gives exactly as many samples as its packet holds, so that
positions add up; the sound in them is `DELAY` samples late, by the look-ahead of the encoder and by the
resampler behind the decoder, which always delivers 48 kHz. That is the same for the whole stream and is
not corrected: the words only come 7 ms later. Packets of one stream go through one decoder, in order;
where some are missing, the next few milliseconds sound rough, and no more.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from engine.audio.format import SAMPLE_RATE, Samples
from engine.audio.resample import StreamResampler, map_libraries

if TYPE_CHECKING:
    from av.audio.codeccontext import AudioCodecContext

PACKET_MS = 20
PACKET = SAMPLE_RATE * PACKET_MS // 1000
"""Samples in a packet."""

BIT_RATE = 24_000
"""Bits a second: what RFC 7587, 3.1.1, recommends for wide-band speech is 16 to 20 thousand; a little
more costs nothing on any link, and keeps consonants for the recogniser."""

DECODED_RATE = 48_000
"""Samples a second that FFmpeg's decoder always delivers."""

MOST_FAILURES = 10
"""Packets in a row that a decoder may refuse before another one takes its place: a fifth of a second."""

HELD_BACK = 16
"""Samples at 16 kHz that the resampler holds back of the first packet."""

DELAY = 104 + HELD_BACK
"""Samples by which the sound is late at most: libopus looks 6.5 ms ahead."""


class OpusEncoder:
    """Encodes one stream of mono sound at 16 kHz. Used by one thread."""

    def __init__(self) -> None:
        """Make an encoder. Imports PyAV: call it in a thread."""
        map_libraries("av")
        from av import AudioFrame, CodecContext

        encoder: AudioCodecContext = CodecContext.create("libopus", "w")
        encoder.sample_rate = SAMPLE_RATE
        encoder.layout = "mono"
        encoder.format = "flt"
        encoder.bit_rate = BIT_RATE
        encoder.time_base = Fraction(1, SAMPLE_RATE)
        encoder.options = {"application": "voip", "frame_duration": str(PACKET_MS)}
        encoder.open()
        self._encoder = encoder
        self._frame = AudioFrame
        self._rest: Samples = np.empty(0, np.float32)
        self._position = 0

    def encode(self, samples: Samples) -> list[tuple[bytes, int]]:
        """Encode sound, shape [n]; give the packets that are whole, with their counts of samples.

        What is left over waits for the next call.
        """
        joined = np.concatenate((self._rest, samples))
        whole = len(joined) - len(joined) % PACKET
        self._rest = joined[whole:]
        frames = joined[:whole].reshape(-1, PACKET)
        return [(packet, PACKET) for frame in frames for packet in self._one(frame)]

    def _one(self, samples: Samples) -> list[bytes]:
        frame = self._frame.from_ndarray(samples[None], format="flt", layout="mono")
        frame.sample_rate = SAMPLE_RATE
        frame.pts = self._position
        self._position += PACKET
        return [bytes(packet) for packet in self._encoder.encode(frame)]


class OpusDecoder:
    """Decodes one stream of packets to mono sound at 16 kHz. Used by one thread."""

    def __init__(self) -> None:
        """Make a decoder. Imports PyAV: call it in a thread."""
        self._resampler = StreamResampler(DECODED_RATE)
        from av import FFmpegError, Packet

        self._decoder = _new_decoder()
        self._failures = 0
        self._packet = Packet
        self._damaged = FFmpegError
        self._ready: Samples = np.zeros(HELD_BACK, np.float32)

    def decode(self, packet: bytes) -> Samples:
        """Decode a packet to as many samples as it holds; a damaged one is 20 ms of silence."""
        sound = self._decoded(packet)
        count = len(sound) * SAMPLE_RATE // DECODED_RATE
        self._ready = np.concatenate((self._ready, self._resampler.push(sound)))
        samples, self._ready = self._ready[:count], self._ready[count:]
        return samples

    def _decoded(self, packet: bytes) -> Samples:
        silence = np.zeros(DECODED_RATE * PACKET_MS // 1000, np.float32)
        if not packet:
            return silence  # to FFmpeg an empty packet is the end of the stream, and what follows is refused
        try:
            frames: Sequence[Samples] = [
                frame.to_ndarray()[0] for frame in self._decoder.decode(self._packet(packet))
            ]
        except self._damaged:
            frames = []
            self._failures += 1
            if self._failures >= MOST_FAILURES:
                self._decoder, self._failures = _new_decoder(), 0
        else:
            self._failures = 0
        return np.concatenate(frames) if frames else silence


def _new_decoder() -> AudioCodecContext:
    from av import CodecContext

    decoder: AudioCodecContext = CodecContext.create("opus", "r")
    decoder.sample_rate = DECODED_RATE
    decoder.layout = "mono"
    decoder.open()
    return decoder
