"""Brings live sound into the form that PocketSphinx's English model reads best.

The model is sensitive to level and to the average spectrum (the cepstral mean) that it subtracts,
and its own running mean follows neither a quiet microphone nor a new voice within a phrase. So
the first half second of speech of a phrase is held back, measured, and only then decoded.
`tests/bench/bench_sphinx_accuracy.py` measures what this brings.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.audio.format import FRAME, FRAME_S, SAMPLE_RATE, Samples

FULL_SCALE = 32_768

Cepstrum = NDArray[np.float64]
"""Thirteen mel cepstral coefficients, averaged over time; the first is the log energy's."""

DECODER_OPTIONS: dict[str, str | int | float | bool] = {
    # A second pass over the utterance when it ends. It read synthetic voices a little better (15.4 against
    # 16.2 %), human ones worse (35 against 31 %), and took up to 0.6 s between the last sound and the words.
    "fwdflat": False,
    # States that are followed at a time; the library's 30000. The same words for three quarters of the work.
    "maxhmmpf": 10_000,
}
"""The decoder's settings that differ from the library's. The rest was swept too and stays: a higher or
lower language weight (8.0, 5.5), wider beams (twice the work), narrower ones (half the work, half as many
errors again), more Gaussians, no best path and no noise removal all read worse or the same."""

TYPICAL_MEAN = (46.0, 1.0, 1.0, 11.0, -4.0, 1.0, -1.0, -4.0, -3.0, -2.0, 1.0, 0.0, 0.0)
"""Cepstral mean of speech at `TARGET_RMS`, over voices, rooms and noises. The library's own is
(40, 3, -1, 0, ...); a mean from the utterance alone read human speech worse (39 against 27 %)."""

PRIOR_FRAMES = 200.0
"""Frames of 10 ms that `TYPICAL_MEAN` is worth beside what was heard. 200 to 600 read alike."""

MOST_FRAMES = 500.0
"""Frames that the speaker's past is worth at most, so that a new speaker or microphone replaces it."""

MEAN_EVERY_FRAMES = 32
"""Frames of 10 ms after which the mean follows the voice within an utterance. Against settling it once:
16.6 instead of 18.5 % on synthetic voices, within chance on human ones."""

TARGET_RMS = 0.05
"""Level that speech is brought to; full scale is 1. At 0.1 human speech read worse (34 against 29 %)."""

GAIN_LIMITS = (0.2, 60.0)
"""Least and greatest factor. Sixty lifts speech at -60 dBFS; beyond it there is only noise."""

HOLD_SPEECH_S = 0.5
"""Seconds of speech that are measured before the first is decoded. A whole second reads no better."""

HOLD_MOST_S = 2.5
"""Seconds of sound that are held back at most, where speech cannot be told from noise."""

PREVIEW_LEAD = 3
"""Frames in front of the first one that counts as speech, which a preview begins with: soft first sounds."""

USUAL_QUIET_S = 0.55
"""Seconds in a phrase's beginning that may be no speech: the padding of the phrases, and a soft onset.
What lies behind was found to be voice when the phrase was begun."""

FLOOR_SHARE = 0.1
"""The noise floor is the power that this share of the frames stays under."""

ABOVE_FLOOR = 4.0
"""A frame counts as speech when its power is this many times (6 dB) the floor's: the quiet padding
in front of a phrase must not be measured as if it were speech."""

SPEECH_SHARE = 0.03
"""A frame counts as speech when it has this share (-15 dB) of the loudest frame's power."""

LEAST_POWER = 1e-10
"""Mean square of a frame, at and under which it is silence whatever the others are (-100 dBFS)."""

DITHER = 1.0
"""Standard deviation of the noise that is added, in steps of 16 bits. Digital silence has no
logarithm: without it the noise estimate and the mean follow frames that no microphone delivers. None and
four steps read alike where there is any noise."""

SEED = 1
"""Of the dither: the same sound always gives the same words."""


class Conditioner:
    """The sound of one utterance on its way to the decoder: levelled, dithered, 16-bit.

    The gain is settled once, from the first half second of speech, and then kept: a gain that moved
    within an utterance would move the cepstral mean under the decoder's feet.
    """

    def __init__(self) -> None:
        """Begin an utterance."""
        self._held: list[Samples] = []
        self._powers: list[float] = []
        self._loose: Samples = np.zeros(0, dtype=np.float32)
        self._gain: float | None = None
        self._noise = np.random.default_rng(SEED)

    def push(self, samples: Samples) -> bytes:
        """Take mono float32 at 16 kHz; give what is ready, which is nothing while it is held back."""
        if self._gain is not None:
            return _converted(samples, self._gain, self._noise)
        self._held.append(samples.copy())
        self._measure(samples)
        heard_enough = self.speech_s >= HOLD_SPEECH_S or len(self._powers) * FRAME_S >= HOLD_MOST_S
        return self.flush() if heard_enough else b""

    def flush(self) -> bytes:
        """Give what is still held back, at the level that was found in it."""
        if self._gain is not None or not self._held:
            return b""
        sound = np.concatenate(self._held)
        self._held.clear()
        self._gain = self._settled_gain()
        return _converted(sound, self._gain, self._noise)

    def preview(self) -> tuple[float, bytes]:
        """The speech that is held back, at the level that it seems to have so far; holds it on.

        Returns:
            Seconds of sound left out in front of it, and the samples; none when nothing is held.
        """
        if not self._held:
            return 0.0, b""
        sound = np.concatenate(self._held)
        skipped = max(0, int(np.argmax(self._speech())) - PREVIEW_LEAD) * FRAME
        noise = np.random.default_rng(SEED)
        return skipped / SAMPLE_RATE, _converted(sound[skipped:], self._settled_gain(), noise)

    def _measure(self, samples: Samples) -> None:
        loose = np.concatenate([self._loose, samples])
        whole = len(loose) - len(loose) % FRAME
        frames = loose[:whole].reshape(-1, FRAME)
        self._powers.extend(np.mean(np.square(frames, dtype=np.float64), axis=1))
        self._loose = loose[whole:]

    @property
    def expected_speech_s(self) -> float:
        """Seconds of speech to expect in it, where noise may hide some from `speech_s`."""
        return max(self.speech_s, len(self._powers) * FRAME_S - USUAL_QUIET_S)

    @property
    def speech_s(self) -> float:
        """Seconds of speech in what was measured, which ends when nothing is held back any more."""
        return float(np.count_nonzero(self._speech())) * FRAME_S

    def _speech(self) -> NDArray[np.bool_]:
        """Which frames are speech: near the loudest, and clear of the noise under all of them."""
        powers = np.array(self._powers)
        if not len(powers):
            return np.zeros(0, dtype=np.bool_)
        floor = float(np.quantile(powers, FLOOR_SHARE))
        return np.asarray(powers > max(powers.max() * SPEECH_SHARE, floor * ABOVE_FLOOR, LEAST_POWER))

    def _settled_gain(self) -> float:
        speech = self._speech()
        if not speech.any():
            return 1.0
        rms = float(np.sqrt(np.mean(np.array(self._powers)[speech])))
        return float(np.clip(TARGET_RMS / rms, *GAIN_LIMITS))


class SpeakerMean:
    """The cepstral mean to subtract: what speech is like, this speaker, and what was just heard.

    Each is weighed by its frames, as a Bayesian estimate of a mean with a prior: a short phrase
    moves it little, a long dictation makes it the speaker's own.
    """

    def __init__(self) -> None:
        """Begin with a speaker of whom nothing is known."""
        self._speaker = np.zeros(len(TYPICAL_MEAN))
        self._frames = 0.0

    def estimate(self, heard: Cepstrum, frames: float) -> Cepstrum:
        """The mean to use for an utterance of which `frames` frames with the mean `heard` are known."""
        total = np.array(TYPICAL_MEAN) * PRIOR_FRAMES + self._speaker * self._frames + heard * frames
        return np.asarray(total / (PRIOR_FRAMES + self._frames + frames))

    def learn(self, heard: Cepstrum, frames: float) -> None:
        """Remember an utterance as the speaker's."""
        if frames > 0:
            self._speaker = (self._speaker * self._frames + heard * frames) / (self._frames + frames)
            self._frames = min(self._frames + frames, MOST_FRAMES)


def _converted(samples: Samples, gain: float, noise: np.random.Generator) -> bytes:
    steps = samples * (gain * FULL_SCALE) + noise.normal(0.0, DITHER, len(samples))
    return np.clip(np.rint(steps), -FULL_SCALE, FULL_SCALE - 1).astype("<i2").tobytes()
