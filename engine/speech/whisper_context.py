"""How much sound Whisper's encoder is given: the 30 s that it was trained on, or less.

faster-whisper fills every window up to 30 s, and the encoder pays for all of it. CTranslate2 takes
fewer frames. An exact fit ruins the text of stock weights (whisper-acft's README: tiny.en on
LibriSpeech went from 4.7 to 226 % word error), since they have learnt that speech is followed by
silence; with 10 s at the least and 2 s of that silence behind the sound they have shown no loss on
short clips.
"""

from __future__ import annotations

import copy
import math
from typing import TYPE_CHECKING, Any

from engine.audio.format import SAMPLE_RATE

if TYPE_CHECKING:
    from faster_whisper import WhisperModel

FULL_FRAMES = 3000
"""Frames of 10 ms that stock Whisper is trained on."""

FLOOR_FRAMES = 1000
"""The fewest that are given to it."""

MARGIN_FRAMES = 200
"""Frames of silence behind the sound at the least."""

LONGEST_FRAMES = FULL_FRAMES - MARGIN_FRAMES
"""Sound above which nothing is left to save."""

FRAME_SAMPLES = SAMPLE_RATE // 100


def context_frames(samples: int) -> int:
    """Frames for the encoder: those of the sound with the margin, an even number.

    Args:
        samples: Length of the sound at 16 kHz.

    Returns:
        `FLOOR_FRAMES` to `FULL_FRAMES`; even, because the encoder joins frames in pairs.
    """
    sound = math.ceil(samples / FRAME_SAMPLES)
    if sound > LONGEST_FRAMES:
        return FULL_FRAMES
    frames = max(FLOOR_FRAMES, sound + MARGIN_FRAMES)
    return frames + frames % 2


def shortened(model: WhisperModel, frames: int) -> WhisperModel:
    """The same model, weights shared, whose encoder is given `frames` frames of each window.

    Only `encode` differs, so that prompts, fallback, time stamps and alignment are those of the
    full context. faster-whisper has by then filled the window up with zeros of the log spectrogram,
    which is what the weights know as "nothing more"; silent sound would be about -1.5 there, and a
    strange sight behind speech. Of these zeros the end is cut off.
    """
    view = copy.copy(model)

    def encode(features: Any) -> Any:
        return model.encode(features[..., :frames])

    view.encode = encode
    return view
