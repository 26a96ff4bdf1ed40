"""The sample as a microphone that does not end while a test looks, however slow its machine is."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from engine.audio.codec import decode
from engine.audio.sample import sample_path
from tests.support.sound_files import write_wav

TIMES = 20
"""How often it is said: for two minutes."""


@cache
def _kept() -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix="utter-sample-")


@cache
def long_sample() -> Path:
    """A sound file in which the sample is said over and over; made once."""
    return write_wav(Path(_kept().name) / "sample.wav", np.tile(decode(sample_path()), TIMES))
