"""Sound as signed 16 bit samples, little-endian, and back: what `engine.remote.opus` does, without loss."""

from __future__ import annotations

import numpy as np

from engine.audio.codec import INT16_SCALE
from engine.audio.format import FRAME, Samples


class PcmEncoder:
    """Encodes mono sound at 16 kHz."""

    def encode(self, samples: Samples) -> list[tuple[bytes, int]]:
        """Encode sound, shape [n], within -1 to 1 or cut to it; gives pieces of a frame at most."""
        scaled = np.clip(np.rint(samples * INT16_SCALE), -INT16_SCALE, INT16_SCALE - 1).astype("<i2")
        pieces = [scaled[begin : begin + FRAME] for begin in range(0, len(scaled), FRAME)]
        return [(piece.tobytes(), len(piece)) for piece in pieces]


class PcmDecoder:
    """Decodes to mono sound at 16 kHz."""

    def decode(self, packet: bytes) -> Samples:
        """Decode a piece; half a sample at its end is dropped."""
        whole = len(packet) & ~1
        return np.frombuffer(packet[:whole], "<i2").astype(np.float32) / np.float32(INT16_SCALE)
