"""Cuts a recording into phrases at its pauses; pure.

A phrase is a stretch of speech with some sound around it. Only phrases reach a recogniser:
silence and noise between them never do, since every recogniser invents words in them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from engine.audio.format import FRAME, FRAME_S, Samples
from engine.speech.endpoint import Endpointer, VoiceKind


@dataclass(frozen=True, slots=True)
class Opened:
    """A phrase begins; `start_frame` counts from the recording's first frame."""

    start_frame: int


@dataclass(frozen=True, slots=True)
class Spoken:
    """More sound of the open phrase: whole frames, contiguous with what came before."""

    samples: Samples


@dataclass(frozen=True, slots=True)
class Closed:
    """The open phrase is over."""


Step: TypeAlias = Opened | Spoken | Closed
"""What happens to the phrases of a recording, in order."""


class PhraseCutter:
    """Turns frames with voice probabilities into phrases, as they come.

    Within a phrase every sample is handed on exactly once and in order. Sound that follows the
    padding behind the last voiced frame is held back until it is known whether the speaker goes
    on, so that a phrase never ends in more silence than the padding.
    """

    def __init__(self, endpointer: Endpointer, padding_s: float) -> None:
        """Begin with the first frame of a recording.

        Args:
            endpointer: Finds where speech begins and pauses; has seen no frame yet.
            padding_s: Sound before and after speech that belongs to its phrase, in seconds.
        """
        self._endpointer = endpointer
        self._padding = round(padding_s / FRAME_S)
        history = self._padding + self._endpointer.onset_frames
        self._history: deque[Samples] = deque(maxlen=max(1, history))
        self._held: list[Samples] = []
        self._open = False
        self._frame = 0

    @property
    def quiet(self) -> bool:
        """Whether the last frame was not speech."""
        return self._endpointer.quiet_s > 0

    def push(self, samples: Samples, voice: tuple[float, ...]) -> Iterator[Step]:
        """Take the next frames.

        Args:
            samples: Whole frames, shape [n * FRAME].
            voice: One probability a frame, n of them.
        """
        for index, probability in enumerate(voice):
            frame = samples[index * FRAME : (index + 1) * FRAME]
            yield from self._push_frame(frame, probability)

    def end(self) -> Iterator[Step]:
        """Close the phrase that is open, if any: the recording is over."""
        if self._open:
            self._open = False
            yield Closed()

    def _push_frame(self, frame: Samples, probability: float) -> Iterator[Step]:
        event = self._endpointer.push(probability)
        self._frame += 1
        if not self._open:
            self._history.append(frame)
            if event is not None and event.kind is VoiceKind.STARTED:
                yield from self._begin(event.frame)
            return
        if event is not None and event.kind is VoiceKind.PAUSED:
            self._open = False
            self._history.extend([*self._held, frame])
            self._held = []
            yield Closed()
            return
        self._held.append(frame)
        if self._endpointer.quiet_s <= self._padding * FRAME_S:
            yield Spoken(_joined(self._held))
            self._held = []

    def _begin(self, speech_frame: int) -> Iterator[Step]:
        wanted = self._frame - max(0, speech_frame - self._padding)
        kept = list(self._history)[-wanted:]
        self._history.clear()
        self._open = True
        yield Opened(self._frame - len(kept))
        yield Spoken(_joined(kept))


def _joined(frames: list[Samples]) -> Samples:
    return frames[0] if len(frames) == 1 else np.concatenate(frames)
