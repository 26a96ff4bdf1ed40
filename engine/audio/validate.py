"""Checks on device sound before anything is computed from it; pure numpy.

One NaN would stay in a recurrent network for good, so no sample may go unseen. What relaxes once a
device has proved itself is the kind of check, not its coverage:

- A new device has every sample of every block tested by masks, and so has a trusted one in a share
  of its blocks, evenly spaced (`checked_share`).
- The other blocks of a trusted device are judged by their extremes, which NaN, infinity, clipping
  and absurd loudness cannot hide from. Where the device's samples become frames as they are, that
  costs nothing: the peak of every frame is computed anyway, for the level meter, and no frame goes
  on before `look` has seen its peak. Where they are mixed or resampled first, which would hide
  clipping and smear a fault, the extremes of the device's block are taken.

The first fault brings the masks back until the device has proved itself anew. So nothing slips
through between two full checks; a fault is at most noticed later, when the frame that it is in
is complete: 32 ms.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.audio.format import RawBlock
from engine.audio.levels import peaks

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
        block: The samples; NaN and infinity replaced by 0 and nothing above `LOUDEST`, unless the
            check was left to `Validator.look`.
        clipped: Indices of the frames in which a channel reached its limit.
    """

    block: RawBlock
    clipped: NDArray[np.intp]


class Validator:
    """Checks the blocks of one device, in order, and the frames that are made of them.

    Attributes:
        checked_share: Share of a trusted device's blocks that are fully checked, 0 to 1. May be
            set from any thread, at any time.
        not_finite: Samples that were NaN or infinite so far.
        has_sounded: Whether any sample was other than exactly zero.
        silent_frames: Whole frames behind ingest since the last sample that was not exactly zero.
    """

    def __init__(self, checked_share: float = 1.0, *, verbatim: bool = False) -> None:
        """Trust nothing yet.

        Args:
            checked_share: See above.
            verbatim: Whether blocks become frames sample by sample, neither mixed nor resampled.
        """
        self.checked_share = checked_share
        self.not_finite = 0
        self.has_sounded = False
        self.silent_frames = 0
        self._verbatim = verbatim
        self._faultless = 0
        self._due = 0.0

    @property
    def trusted(self) -> bool:
        """Whether the device has proved itself."""
        return self._faultless >= TRUST_AFTER

    def check(self, block: RawBlock) -> Checked:
        """Check one block, shape [frames, channels], int16 or float32."""
        if not block.size:
            return Checked(block, _NOTHING)
        if self.trusted and not self._is_due() and (self._verbatim or _plausible(block)):
            return Checked(block, _NOTHING)
        return self._check_all(block)

    def look(self, frames: NDArray[np.float32]) -> list[float]:
        """Look at the peaks of finished frames before anybody gets them, and mend what is no sound.

        Args:
            frames: Shape [n, 512]; changed in place where samples are not finite or beyond `LOUDEST`.

        Returns:
            The peaks, n of them, all finite.
        """
        levels: list[float] = peaks(frames).tolist()
        # Written so that NaN fails it.
        if not all(level <= LOUDEST for level in levels):
            mended, not_finite = _mended(frames)
            frames[:] = mended
            self._blame(not_finite)
            levels = peaks(frames).tolist()
        for level in levels:
            self.silent_frames = 0 if level else self.silent_frames + 1
            self.has_sounded = self.has_sounded or level > 0
        return levels

    def _is_due(self) -> bool:
        """Whether this block of a trusted device is one of those that are fully checked."""
        self._due += self.checked_share
        if self._due < 1.0:
            return False
        self._due -= 1.0
        return True

    def _check_all(self, block: RawBlock) -> Checked:
        at_limit: NDArray[np.bool_]
        if block.dtype.kind == "f":
            mended, not_finite = _mended(block)
            at_limit = np.abs(mended) >= FLOAT_LIMIT
        else:
            mended, not_finite = block, 0
            at_limit = (block >= INT16_HIGH) | (block <= INT16_LOW)
        self._faultless += len(block)
        if mended is not block:
            self._blame(not_finite)
        return Checked(mended, np.flatnonzero(at_limit.any(axis=1)))

    def _blame(self, not_finite: int) -> None:
        """Count a fault of the device. Clipping is none: it is the speaker's loudness."""
        self.not_finite += not_finite
        self._faultless = 0


def _plausible(block: RawBlock) -> bool:
    """Whether the extremes of a block show neither a fault nor clipping. False when one is NaN."""
    high, low = block.max(), block.min()
    if block.dtype.kind == "f":
        return bool(high < FLOAT_LIMIT and low > -FLOAT_LIMIT)
    return bool(high < INT16_HIGH and low > INT16_LOW)


def _mended(samples: RawBlock) -> tuple[RawBlock, int]:
    """Float samples without what is no sound (themselves where all is), and how many were not finite."""
    finite = np.isfinite(samples)
    not_finite = int(samples.size - np.count_nonzero(finite))
    if not_finite:
        samples = np.where(finite, samples, samples.dtype.type(0))
    if (np.abs(samples) > LOUDEST).any():
        samples = np.clip(samples, -LOUDEST, LOUDEST)
    return samples, not_finite
