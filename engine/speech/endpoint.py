"""Finds where speech begins and pauses in the voice probabilities of single frames; pure.

Two thresholds, as in Silero's own `get_speech_timestamps`: speech begins at `threshold` and goes
on until the probability has stayed under `release`. A single probable frame begins nothing, while
the shortest words ("hi", "up", "it") hold for five frames and more, also at 5 dB above noise.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from enum import StrEnum

from engine.audio.format import FRAME_S

ONSET = 3
"""Frames at or above the threshold, among the last `WINDOW`, that begin speech."""

WINDOW = 4
"""Frames over which `ONSET` is counted: one weak frame within a word does not delay it."""

REACH = 6
"""Frames before the window that the beginning may be traced back through: soft onsets such as
"f" and "h" rise slowly from the lower threshold to the upper."""


class VoiceKind(StrEnum):
    """What happened to the voice."""

    STARTED = "started"
    """Speech began."""

    PAUSED = "paused"
    """Speech has been over for the length of a pause."""


@dataclass(frozen=True, slots=True)
class VoiceEvent:
    """A beginning or an end of speech.

    Attributes:
        kind: Which of the two.
        frame: Where it really lies, not where it was decided: the first frame of the speech, or
            the first quiet frame behind it. Counted from the first frame that was pushed.
    """

    kind: VoiceKind
    frame: int


class Endpointer:
    """Follows one recording, frame by frame.

    Events alternate, beginning with `STARTED`, and their frames never decrease. Speech begins
    behind the end of the speech before it, never within it.
    """

    def __init__(self, threshold: float, release: float, pause_s: float) -> None:
        """Begin before the first frame.

        Args:
            threshold: Probability, 0 to 1, from which a frame counts towards a beginning.
            release: Probability under which a frame counts towards an end; at most `threshold`.
            pause_s: Quiet that ends speech, in seconds; at least one frame.

        Raises:
            ValueError: `release` lies above `threshold`.
        """
        if release > threshold:
            raise ValueError(f"release ({release}) lies above threshold ({threshold})")
        self._threshold = threshold
        self._release = release
        self._pause_frames = max(1, round(pause_s / FRAME_S))
        self._recent: deque[float] = deque(maxlen=WINDOW + REACH)
        self._frames = 0
        self._speech_end = 0
        self._speaking = False
        self._spoke = False

    @property
    def onset_frames(self) -> int:
        """The most frames, the deciding one included, by which a beginning is known late."""
        return WINDOW + REACH

    @property
    def frames(self) -> int:
        """Frames pushed so far."""
        return self._frames

    @property
    def spoke(self) -> bool:
        """Whether there was any speech so far."""
        return self._spoke

    @property
    def quiet_s(self) -> float:
        """Seconds since the last frame of speech; since the beginning where there was none."""
        return (self._frames - self._speech_end) * FRAME_S

    def should_stop(self, silence_s: float) -> bool:
        """Whether the speaker has finished: there was speech, and `silence_s` of quiet behind it.

        Not while the last frame is voiced: it may be the first of another sentence.
        """
        if not self._spoke or self._recent[-1] >= self._threshold:
            return False
        return self.quiet_s >= silence_s

    def push(self, probability: float) -> VoiceEvent | None:
        """Take the voice probability, 0 to 1, of the next frame."""
        self._recent.append(probability)
        self._frames += 1
        return self._follow(probability) if self._speaking else self._listen()

    def _listen(self) -> VoiceEvent | None:
        """Look for a beginning."""
        window = list(self._recent)[-min(WINDOW, self._frames - self._speech_end) :]
        if sum(probability >= self._threshold for probability in window) < ONSET:
            return None
        frame = self._beginning()
        self._speaking = self._spoke = True
        self._speech_end = self._frames
        return VoiceEvent(VoiceKind.STARTED, frame)

    def _beginning(self) -> int:
        """The first frame of the speech that the window has just shown.

        The oldest voiced frame of the window, traced back as long as the probability does not
        fall under `release`, and never into the speech before.
        """
        recent = list(self._recent)
        first = len(recent) - min(len(recent), self._frames - self._speech_end)
        index = max(first, len(recent) - WINDOW)
        while recent[index] < self._threshold:
            index += 1
        while index > first and recent[index - 1] >= self._release:
            index -= 1
        return self._frames - len(recent) + index

    def _follow(self, probability: float) -> VoiceEvent | None:
        """Look for a pause."""
        if probability >= self._release:
            self._speech_end = self._frames
            return None
        if self._frames - self._speech_end < self._pause_frames:
            return None
        self._speaking = False
        return VoiceEvent(VoiceKind.PAUSED, self._speech_end)
