"""Puts what comes from one sender in its place: each sample once, in order, and what is missing counted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np

from engine.audio.format import SAMPLE_RATE, Samples
from engine.errors import RemoteError
from engine.remote.wire import Audio, Codec

MOST_SILENCE = 2 * SAMPLE_RATE
"""Samples of silence at most that stand for lost sound: time stays right over a hiccup, and a longer gap
is no reason to end a dictation for silence."""

LONGEST = SAMPLE_RATE
"""Samples in a message at most."""

FURTHEST = 2**48
"""Samples in a stream, and microseconds on a clock that began with its machine, at most: hundreds, and nine
years."""

LONGEST_GAP = 30 * 24 * 3600 * SAMPLE_RATE
"""Samples that can have been lost at once: a sender whose machine slept, or had no network, for a month."""


class SoundDecoder(Protocol):
    """Turns the packets of one stream into sound, in order."""

    def decode(self, packet: bytes) -> Samples:
        """Decode one packet to mono sound at 16 kHz."""


class Arrivals:
    """The sound of one stream, over all its connections.

    Attributes:
        position: Samples of the stream that came or are lost; what follows is expected next.
        lost: Samples that were lost for good.
    """

    def __init__(self, decoder: SoundDecoder) -> None:
        """Expect a stream that begins anywhere."""
        self.position = 0
        self.lost = 0
        self._decoder = decoder
        self._has_begun = False

    def take(self, audio: Audio) -> Samples:
        """Take a message; give what is new of it, behind silence for what is missing before it.

        Raises:
            RemoteError: It holds what no sender of ours sends.
        """
        if not 0 < audio.samples <= LONGEST or max(audio.position, audio.captured_us) > FURTHEST:
            raise RemoteError("What arrived is no sound of `utter mic`.", "Start it again there.")
        if not self._has_begun:
            self._has_begun, self.position = True, audio.position
        missing = audio.position - self.position
        if missing > LONGEST_GAP:
            raise RemoteError("What arrived says that months of sound are lost.", "Start `utter mic` again.")
        if missing + audio.samples <= 0:
            return np.empty(0, np.float32)
        sound = _whole(self._decoder.decode(audio.data), audio.samples)
        self.position = audio.position + audio.samples
        if missing <= 0:
            return sound[-missing:]
        self.lost += missing
        return np.concatenate((np.zeros(min(missing, MOST_SILENCE), np.float32), sound))


def decoder_for(codec: Codec) -> Callable[[], SoundDecoder]:
    """What makes a decoder. Imports PyAV for Opus."""
    if codec == "opus":
        from engine.remote.opus import OpusDecoder

        return OpusDecoder
    from engine.remote.pcm import PcmDecoder

    return PcmDecoder


def _whole(sound: Samples, samples: int) -> Samples:
    """As many samples as the sender said: of a damaged packet another number may come out."""
    if len(sound) >= samples:
        return sound[:samples]
    return np.concatenate((sound, np.zeros(samples - len(sound), np.float32)))
