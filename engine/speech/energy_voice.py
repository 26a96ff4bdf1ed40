"""Voice activity from loudness alone, for when Silero's model cannot be loaded."""

from __future__ import annotations

import math

import numpy as np

from engine.audio.format import FRAME_S, Samples

QUIETEST_DB = -90.0
"""Level that counts as no sound at all, in dB of full scale."""

MARGIN_DB = 12.0
"""Decibels above the noise at which speech is as likely as not."""

SLOPE_DB = 3.0
"""Decibels that take the odds of speech up or down by a factor of e."""

LEAST_DB = -55.0
"""Level under which nothing is taken for speech, in dB of full scale."""

RISE_DB_PER_S = 3.0
"""How fast the noise floor follows when the room gets louder."""

HOLD_FRAMES = 6
"""Frames (0.2 s) over which loudness is held: the gaps between syllables are not silence."""


class EnergyVoice:
    """Tells speech by its level above an adaptive noise floor; satisfies `VoiceDetector`.

    The floor falls at once to any quieter frame and rises slowly (minimum statistics, after
    R. Martin, 2001), so that steady noise is learnt and speech, which pauses, is not.
    """

    def __init__(self) -> None:
        self._floor_db: float | None = None
        self._recent_db = [QUIETEST_DB] * HOLD_FRAMES
        self._at = 0

    def load(self) -> None:
        """Do nothing: there is no model."""

    def probability(self, frame: Samples) -> float:
        """Judge the next frame: 512 samples, mono float32 at 16 kHz, finite."""
        power = float(np.dot(frame, frame)) / max(len(frame), 1)
        level = max(10 * math.log10(power), QUIETEST_DB) if power > 0 else QUIETEST_DB
        floor = level if self._floor_db is None else self._floor_db
        self._floor_db = min(level, floor + RISE_DB_PER_S * FRAME_S)
        self._recent_db[self._at] = level
        self._at = (self._at + 1) % HOLD_FRAMES
        held = max(self._recent_db)
        needed = max(self._floor_db + MARGIN_DB, LEAST_DB)
        return 1 / (1 + math.exp(min((needed - held) / SLOPE_DB, 60.0)))

    def reset(self) -> None:
        """Forget the noise and the stream so far."""
        self._floor_db = None
        self._recent_db = [QUIETEST_DB] * HOLD_FRAMES
        self._at = 0
