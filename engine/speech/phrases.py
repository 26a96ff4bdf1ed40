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

LONG_S = 20.0
"""Seconds after which a phrase ends at the first gap between two words, without a real pause."""

LONGEST_S = 28.0
"""Seconds after which it ends anywhere; Whisper's window is 30 s, padding included."""

GAP_FRAMES = 3
"""Quiet frames (about 0.1 s) that count as a gap between two words."""

LEAD_FRAMES = 2
"""Quiet frames of such a gap that go with the words behind it, for their first sounds are soft."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A phrase begins; `start_frame` counts from the recording's first frame."""

    start_frame: int


@dataclass(frozen=True, slots=True)
class Spoken:
    """More sound of the open phrase: whole frames, contiguous with what came before.

    Attributes:
        samples: Shape [n * FRAME].
        voiced: Whether there is speech in it.
    """

    samples: Samples
    voiced: bool


@dataclass(frozen=True, slots=True)
class Closed:
    """The open phrase is over."""


Step: TypeAlias = Opened | Spoken | Closed
"""What happens to the phrases of a recording, in order."""


class PhraseCutter:
    """Turns frames with voice probabilities into phrases, as they come.

    Within a phrase every sample is handed on exactly once and in order. Sound that follows the
    padding behind the last voiced frame is held back until it is known whether the speaker goes
    on, so that a phrase never ends in more silence than the padding. Who speaks on without a pause
    is cut in a gap between two words; the next phrase then begins where the last one ended.
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
        self._opened_at = 0
        self._padding_left = 0

    @property
    def quiet_s(self) -> float:
        """Seconds since the last frame of speech."""
        return self._endpointer.quiet_s

    def split(self, at_s: float) -> None:
        """Hear that the open phrase was cut elsewhere, and is only as long as from there.

        Args:
            at_s: Where the open phrase begins now, in seconds from the recording's start.
        """
        self._opened_at = max(self._opened_at, round(at_s / FRAME_S))

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
            yield from self._close()

    def _push_frame(self, frame: Samples, probability: float) -> Iterator[Step]:
        event = self._endpointer.push(probability)
        self._frame += 1
        if not self._open:
            self._history.append(frame)
            if event is not None and event.kind is VoiceKind.STARTED:
                yield from self._begin(event.frame)
            return
        self._held.append(frame)
        if event is not None and event.kind is VoiceKind.PAUSED:
            yield from self._close()
        elif self._endpointer.quiet_s == 0:
            yield from self._go_on()
        elif self._padding_left > 0 and self._length_s < LONG_S:
            self._padding_left -= len(self._held)
            yield from self._give(len(self._held), voiced=False)

    @property
    def _length_s(self) -> float:
        return (self._frame - self._opened_at) * FRAME_S

    def _go_on(self) -> Iterator[Step]:
        """Take a frame of speech into the phrase, or end a long one in the gap before it."""
        gap = len(self._held) - 1
        if self._length_s > LONGEST_S or (self._length_s > LONG_S and gap >= GAP_FRAMES):
            lead = min(gap, LEAD_FRAMES) + 1
            yield from self._give(len(self._held) - lead, voiced=False)
            yield Closed()
            self._opened_at = self._frame - lead
            yield Opened(self._opened_at)
        self._padding_left = self._padding
        yield from self._give(len(self._held), voiced=True)

    def _close(self) -> Iterator[Step]:
        """End the phrase with its padding; what lies behind may belong to the next one."""
        yield from self._give(min(len(self._held), max(0, self._padding_left)), voiced=False)
        self._history.extend(self._held)
        self._held = []
        self._open = False
        yield Closed()

    def _give(self, count: int, *, voiced: bool) -> Iterator[Step]:
        """Hand on the oldest `count` frames that were held back."""
        if count > 0:
            yield Spoken(_joined(self._held[:count]), voiced)
            del self._held[:count]

    def _begin(self, speech_frame: int) -> Iterator[Step]:
        wanted = self._frame - max(0, speech_frame - self._padding)
        kept = list(self._history)[-wanted:]
        self._history.clear()
        self._open = True
        self._padding_left = self._padding
        self._opened_at = self._frame - len(kept)
        yield Opened(self._opened_at)
        yield Spoken(_joined(kept), voiced=True)


def _joined(frames: list[Samples]) -> Samples:
    return frames[0] if len(frames) == 1 else np.concatenate(frames)
