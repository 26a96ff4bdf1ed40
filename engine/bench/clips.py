"""Cuts speech into clips of given lengths, each ending with a word; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.audio.format import FRAME, FRAME_S, SAMPLE_RATE, Samples
from engine.speech.endpoint import Endpointer, VoiceKind

GAPS = (3, 2, 1)
"""Quiet frames that count as a pause between two words. A closure within a word is hardly ever seen
as quiet, but the less quiet there is the less sure that is: so the longer pauses come first, and the
others only where fluent speech has none near the length that is wanted."""

REACH = 0.25
"""Share of a length by which a clip may miss it before shorter pauses are looked at."""

LEAD_S = 0.5
"""Most silence, in seconds, that is left before the first word."""


@dataclass(frozen=True, slots=True, eq=False)
class Speech:
    """Sound with words in it, and where they are.

    Attributes:
        samples: Mono float32 at 16 kHz, shape [n].
        start: Sample from which it is used: at most `LEAD_S` before the first word.
        ends: Samples at which a word ends and a pause begins, rising and never empty; for pauses of
            each of `GAPS`.
    """

    samples: Samples
    start: int
    ends: tuple[tuple[int, ...], ...]

    def clips(self, lengths_s: Sequence[float], *, whole: bool) -> list[Clip]:
        """Cut a clip for each length, at the pause nearest to it; no two are the same.

        Args:
            lengths_s: Lengths in seconds.
            whole: Whether there is to be a clip with all words as well.

        Returns:
            The clips, the shortest first.
        """
        last = self.ends[0][-1]
        ends = {self._nearest(round(length * SAMPLE_RATE)) for length in lengths_s}
        if whole:
            ends.add(last)
        return [Clip(self.samples[self.start : end], end == last) for end in sorted(ends)]

    def _nearest(self, length: int) -> int:
        """The end of a word that is nearest to `length` samples from the start."""
        at = self.start + length
        best = at
        for number, ends in enumerate(self.ends):
            nearest = min(ends, key=lambda end: abs(end - at))
            if number == 0 or abs(nearest - at) < abs(best - at):
                best = nearest
            if abs(best - at) <= REACH * length:
                break
        return best


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """Speech that begins with a word and ends with one.

    Attributes:
        samples: Mono float32 at 16 kHz, shape [n].
        whole: Whether it holds all words that there are.
    """

    samples: Samples
    whole: bool

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.samples) / SAMPLE_RATE


def locate(samples: Samples, voice: Sequence[float], threshold: float, release: float) -> Speech | None:
    """Find the words of a recording.

    Args:
        samples: Mono float32 at 16 kHz, shape [n].
        voice: Probability of speech of each of its frames, the last one filled up.
        threshold: Probability from which a frame begins speech.
        release: Probability under which a frame can end it.

    Returns:
        The speech; None where there is none.
    """
    found = [_follow(voice, threshold, release, gap) for gap in GAPS]
    starts, _ = found[0]
    if not starts:
        return None
    start = max(0, starts[0] - round(LEAD_S * SAMPLE_RATE))
    return Speech(samples, start, tuple(tuple(min(end, len(samples)) for end in ends) for _, ends in found))


def _follow(
    voice: Sequence[float], threshold: float, release: float, gap: int
) -> tuple[list[int], list[int]]:
    """Samples at which speech begins, and at which it pauses for `gap` frames."""
    endpointer = Endpointer(threshold, release, gap * FRAME_S)
    starts: list[int] = []
    ends: list[int] = []
    # Silence behind the last frame ends a word that the recording's end cut off.
    for probability in (*voice, *[0.0] * gap):
        event = endpointer.push(probability)
        if event is not None:
            (starts if event.kind is VoiceKind.STARTED else ends).append(event.frame * FRAME)
    return starts, ends


def repeated(samples: Samples, pause_s: float, least_s: float) -> tuple[Samples, int]:
    """Say the same again and again, with a pause behind each time.

    Returns:
        Sound of at least `least_s` seconds, and how often the samples are in it.
    """
    once = np.concatenate([samples, np.zeros(round(pause_s * SAMPLE_RATE), np.float32)])
    times = max(1, -int(-least_s * SAMPLE_RATE // len(once)))
    return np.tile(once, times), times
