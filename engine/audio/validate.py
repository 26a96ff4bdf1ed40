"""Checks on device sound before anything is computed from it; pure numpy.

One NaN would stay in a recurrent network for good, so no sample may go unchecked. What relaxes
once a device has proved itself is the kind of check, not its coverage: a new device has every
sample tested by masks; a trusted one only has its extremes taken, one pass each, which NaN and
infinity cannot hide from. The first extreme that is suspicious brings the masks back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.audio.format import RawBlock

TRUST_AFTER = 16_000
"""Faultless frames after which a device is trusted; a third of a second at 48 kHz."""

FLOAT_LIMIT = 1.0 - 1.0 / 32768
"""Magnitude from which a float sample counts as clipped: full scale of a 16-bit converter."""

LOUDEST = 16.0
"""Magnitude to which float samples are limited, 24 dB above full scale: more is no sound, and its
square could overflow in what follows."""

INT16_HIGH, INT16_LOW = 32767, -32768
"""The limits of a 16-bit converter."""

_NOTHING: NDArray[np.intp] = np.empty(0, np.intp)


@dataclass(frozen=True, slots=True)
class Checked:
    """A block after its check.

    Attributes:
        block: The samples with NaN and infinity replaced by 0, and nothing above `LOUDEST`.
        clipped: Indices of the frames in which a channel reached its limit.
        not_finite: Samples that were NaN or infinite.
    """

    block: RawBlock
    clipped: NDArray[np.intp]
    not_finite: int


class Validator:
    """Checks the blocks of one device, in order.

    Attributes:
        not_finite: Samples that were NaN or infinite so far.
        clipped_frames: Frames in which a channel reached its limit so far.
        silent_frames: Frames since the last sample that was not exactly zero.
    """

    def __init__(self) -> None:
        self.not_finite = 0
        self.clipped_frames = 0
        self.silent_frames = 0
        self._faultless = 0

    @property
    def trusted(self) -> bool:
        """Whether the device has proved itself."""
        return self._faultless >= TRUST_AFTER

    def check(self, block: RawBlock) -> Checked:
        """Check one block, shape [frames, channels], int16 or float32."""
        if not block.size:
            return Checked(block, _NOTHING, 0)
        high, low = block.max(), block.min()
        self._watch_silence(len(block), bool(high == 0 and low == 0))
        if self.trusted and self._plausible(high, low):
            return Checked(block, _NOTHING, 0)
        return self._check_all(block)

    def _plausible(self, high: Any, low: Any) -> bool:
        """Whether a block with these extremes needs no closer look. False when one is NaN."""
        if isinstance(high, np.integer):
            return bool(high < INT16_HIGH and low > INT16_LOW)
        return bool(high < FLOAT_LIMIT and low > -FLOAT_LIMIT)

    def _check_all(self, block: RawBlock) -> Checked:
        not_finite = 0
        if block.dtype.kind == "f":
            finite = np.isfinite(block)
            not_finite = int(block.size - np.count_nonzero(finite))
            if not_finite:
                block = np.where(finite, block, block.dtype.type(0))
            magnitude = np.abs(block)
            at_limit = magnitude >= FLOAT_LIMIT
            if (magnitude > LOUDEST).any():
                block = np.clip(block, -LOUDEST, LOUDEST)
        else:
            at_limit = (block >= INT16_HIGH) | (block <= INT16_LOW)
        clipped = np.flatnonzero(at_limit.any(axis=1))
        self.not_finite += not_finite
        self.clipped_frames += len(clipped)
        # Clipping is the speaker's loudness, not the device's fault: it does not cost trust.
        self._faultless = 0 if not_finite else self._faultless + len(block)
        return Checked(block, clipped, not_finite)

    def _watch_silence(self, frames: int, silent: bool) -> None:
        self.silent_frames = self.silent_frames + frames if silent else 0
