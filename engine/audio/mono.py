"""Makes one channel of many without losing the voice; pure numpy.

A plain mean is right for a true stereo microphone only. Audio interfaces deliver one microphone
on one of two or more channels, and the mean would halve it and add the noise of empty inputs; a
balanced plug in a stereo socket delivers the voice twice with opposite signs, and the mean would
cancel it. So the mix is a mean of the channels that carry sound, and the loudest channel alone
where the mean cancels.
"""

from __future__ import annotations

import math

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
    """Mixes the blocks of one device, in order; allocates nothing once the longest block has come."""

    def __init__(self, rate: int, channels: int) -> None:
        """Make a mixer for `channels` channels at `rate` frames a second."""
        self._rate = rate
        self._power = [0.0] * channels
        self._mean_power = 0.0
        self._alive = [True] * channels
        self._mixed: list[int] = []
        self._weights: NDArray[np.float32] = np.zeros(channels, np.float32)
        self._floats: NDArray[np.float32] = np.empty((0, channels), np.float32)

    def mix(self, block: RawBlock, out: Samples) -> None:
        """Mix one block.

        Args:
            block: Shape [frames, channels], int16 or float32, finite.
            out: Where the mix goes, shape [frames], float32, int16 brought to -1 to 1. A single
                channel of float32 is passed on bit by bit.
        """
        if block.shape[1] == 1 or not len(block):
            _convert(block[:, 0], out)
            return
        if len(self._floats) < len(block):
            self._floats = np.empty(block.shape, np.float32)
        samples = self._floats[: len(block)]
        _convert(block, samples)
        before, began = self._weights, bool(self._mixed)
        self._choose(samples)
        np.matmul(samples, self._weights, out=out)
        if began and before is not self._weights:
            # A change of weights is spread over the block, so that it does not click.
            share = np.linspace(0.0, 1.0, len(samples), dtype=np.float32)
            out *= share
            out += (samples @ before) * (1 - share)

    def _choose(self, samples: NDArray[np.float32]) -> None:
        """Update what is known of the channels, and the weights where other channels are to be mixed."""
        frames, channels = samples.shape
        keep = math.exp(-frames / (MEMORY_S * self._rate))
        # Every power that is needed is a sum of products of the channels with each other. From here
        # on plain numbers: numpy takes a microsecond or more for each step with so few of them.
        products = (samples.T @ samples).tolist()
        self._power = [max(self._power[at] * keep, products[at][at] / frames) for at in range(channels)]
        loudest = max(self._power)
        self._alive = [
            power >= (DEAD_BELOW if alive else ALIVE_ABOVE) * loudest
            for power, alive in zip(self._power, self._alive, strict=True)
        ]
        mixed = [at for at, alive in enumerate(self._alive) if alive]
        of_sum = sum(products[one][other] for one in mixed for other in mixed) / frames
        self._mean_power = max(self._mean_power * keep, of_sum / len(mixed) ** 2)
        if self._mean_power * len(mixed) < CANCELLED_BELOW * sum(self._power[at] for at in mixed):
            mixed = [self._power.index(loudest)]
        if mixed != self._mixed:
            self._mixed = mixed
            self._weights = np.zeros(channels, np.float32)
            self._weights[mixed] = 1.0 / len(mixed)


def _convert(block: RawBlock, out: NDArray[np.float32]) -> None:
    """Bring int16 or float32 to float32, into an array of the same shape."""
    if block.dtype == np.int16:
        np.multiply(block, FULL_SCALE_INT16, out=out)
    else:
        out[:] = block
