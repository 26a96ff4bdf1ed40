"""Makes one channel of many without losing the voice; pure numpy.

A plain mean is right for a true stereo microphone only. Audio interfaces deliver one microphone
on one of two or more channels, and the mean would halve it and add the noise of empty inputs; a
balanced plug in a stereo socket delivers the voice twice with opposite signs, and the mean would
cancel it. So the mix is a mean of the channels that carry sound, and the loudest channel alone
where the mean cancels.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.audio.format import RawBlock, Samples

DEAD_BELOW = 10 ** (-24 / 10)
"""Share of the loudest channel's power under which a live channel is taken for an empty input."""

ALIVE_ABOVE = 10 ** (-18 / 10)
"""Share of the loudest channel's power above which an empty input is taken for live again; the
gap between the two keeps the mix from flapping."""

CANCELLED_BELOW = 0.05
"""Share of the channels' mean power under which their mean counts as cancelled: correlation
below about -0.9, which no arrangement of two microphones gives."""

MEMORY_S = 3.0
"""Seconds in which a channel's remembered power falls by a factor of e."""

FULL_SCALE_INT16 = np.float32(1.0 / 32768.0)
"""Factor from int16 samples to float32."""


class MonoMixer:
    """Mixes the blocks of one device, in order."""

    def __init__(self, rate: int, channels: int) -> None:
        """Make a mixer for `channels` channels at `rate` frames a second."""
        self._rate = rate
        self._power = np.zeros(channels)
        self._sum_power = 0.0
        self._alive = np.ones(channels, np.bool_)
        self._weights: NDArray[np.float32] | None = None

    def mix(self, block: RawBlock) -> Samples:
        """Mix one block.

        Args:
            block: Shape [frames, channels], int16 or float32, finite.

        Returns:
            Shape [frames], float32, int16 brought to -1 to 1. A single channel of float32 is
            passed on bit by bit.
        """
        samples = block.astype(np.float32)
        if block.dtype == np.int16:
            samples *= FULL_SCALE_INT16
        if samples.shape[1] == 1 or not len(samples):
            return samples[:, 0]
        before = self._weights
        after = self._choose(samples)
        self._weights = after
        if before is None or np.array_equal(before, after):
            mixed: Samples = samples @ after
            return mixed
        # A change of weights is spread over the block, so that it does not click.
        share = np.linspace(0.0, 1.0, len(samples), dtype=np.float32)
        faded: Samples = (samples @ before) * (1 - share) + (samples @ after) * share
        return faded

    def _choose(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Update what is known of the channels and weigh them."""
        frames, channels = samples.shape
        keep = float(np.exp(-frames / (MEMORY_S * self._rate)))
        power = np.einsum("ij,ij->j", samples, samples, dtype=np.float64) / frames
        self._power = np.maximum(self._power * keep, power)
        loudest = float(self._power.max())
        bar = np.where(self._alive, DEAD_BELOW, ALIVE_ABOVE) * loudest
        self._alive = self._power >= bar
        weights = self._alive.astype(np.float32) / np.float32(np.count_nonzero(self._alive))
        mean = samples @ weights
        self._sum_power = max(self._sum_power * keep, float(np.dot(mean, mean)) / frames)
        if self._sum_power < CANCELLED_BELOW * float(self._power[self._alive].mean()):
            weights = np.zeros(channels, np.float32)
            weights[int(self._power.argmax())] = 1.0
        return weights
