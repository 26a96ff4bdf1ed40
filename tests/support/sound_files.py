"""Sound files for tests."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from engine.audio import spool


def write_wav(path: Path, samples: ArrayLike) -> Path:
    """Write mono samples at 16 kHz, within -1 to 1, as a 16-bit WAV file."""
    spool.write_wav(path, (np.asarray(samples) * 32767).astype("<i2").tobytes())
    return path
