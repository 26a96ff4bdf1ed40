"""The one form in which sound travels through the engine, and the forms it arrives in.

Inside the engine sound is mono float32 at 16 kHz, cut into frames of 512 samples (32 ms). The
rate is what Whisper, PocketSphinx and Silero are trained on; the frame is the window that Silero
takes at that rate, so each frame has exactly one voice probability.

The aliases are text, so that events can be imported without numpy before the first paint.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from typing import Any

    import numpy as np
    from numpy.typing import NDArray

SAMPLE_RATE = 16_000
"""Samples a second, everywhere behind ingest."""

FRAME = 512
"""Samples in a frame: one voice probability each."""

FRAME_S = FRAME / SAMPLE_RATE
"""Seconds in a frame."""

Samples: TypeAlias = "NDArray[np.float32]"
"""Mono samples at `SAMPLE_RATE`, shape [n], nominally within -1 to 1."""

RawBlock: TypeAlias = "NDArray[Any]"
"""A block as a device delivers it: shape [frames, channels], dtype of its `AudioFormat`."""


@dataclass(frozen=True, slots=True)
class AudioFormat:
    """How a source delivers sound.

    Attributes:
        rate: Frames a second.
        channels: Samples a frame.
        dtype: Sample type; int16 is full scale at 32768, float32 at 1.0.
    """

    rate: int
    channels: int
    dtype: Literal["int16", "float32"]
