"""Brings live sound into the form that PocketSphinx's English model reads best."""

from __future__ import annotations

import numpy as np

from engine.audio.format import Samples

FULL_SCALE = 32_768


class Conditioner:
    """The sound of one utterance on its way to the decoder."""

    def push(self, samples: Samples) -> bytes:
        """Take mono float32 at 16 kHz and give what is ready, as 16-bit samples."""
        return to_int16(samples)

    def flush(self) -> bytes:
        """Give what was still held back."""
        return b""


def to_int16(samples: Samples) -> bytes:
    """Mono float32, nominally within -1 to 1, as little-endian 16-bit; what is beyond is clipped."""
    return np.clip(np.rint(samples * FULL_SCALE), -FULL_SCALE, FULL_SCALE - 1).astype("<i2").tobytes()
