"""How loud a frame is; pure numpy."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from engine.audio.format import Samples
from engine.events import LevelColumn

FLOOR_DB = -90.0
"""Level that silence is shown as, in dB of full scale: just above the noise of 16-bit samples."""


def peaks(frames: NDArray[np.float32]) -> NDArray[np.float32]:
    """The largest magnitude of each frame, shape [n, 512] to [n]; NaN where one sample is NaN."""
    largest: NDArray[np.float32] = np.abs(frames).max(axis=1)
    return largest


def rms(samples: Samples) -> float:
    """The root mean square, 0 for no samples."""
    if not len(samples):
        return 0.0
    return math.sqrt(float(np.dot(samples, samples)) / len(samples))


def dbfs(magnitude: float, floor: float = FLOOR_DB) -> float:
    """Convert a magnitude (1.0 is full scale) to decibels, never below `floor`."""
    if magnitude <= 0:
        return floor
    return max(20 * math.log10(magnitude), floor)


def level_column(frame: Samples, peak: float, voice: float, *, clipped: bool, recorded: bool) -> LevelColumn:
    """Sum up one frame for the waveform.

    Args:
        frame: 512 samples, mono float32 at 16 kHz.
        peak: Its largest magnitude.
        voice: Probability of speech, 0 to 1.
        clipped: Whether the converter reached its limit within the frame.
        recorded: Whether the frame is part of a recording.
    """
    return LevelColumn(peak, rms(frame), voice, clipped, recorded)
