"""What becomes of a recording: its sound, its words, its end."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, Self, TypeAlias

from engine.enhance.diff import Change
from engine.events.event import Event

MAX_COLUMNS = 512
"""Level columns that one pending `Levels` keeps for a slow reader: 16 s of sound."""

StopReason: TypeAlias = Literal["key", "silence", "ended", "lost"]
"""Why a recording ended: the user, auto-stop, the end of a file, a lost source."""


@dataclass(frozen=True, slots=True)
class LanguageHeard(Event):
    """The language of a dictation was detected: ISO 639-1 code, and how sure the model is (0 to 1)."""

    dictation: int
    language: str
    probability: float


@dataclass(frozen=True, slots=True)
class LevelColumn:
    """One frame (32 ms) of the waveform.

    Attributes:
        peak: Largest magnitude, 0 to 1 and above when the device delivers more.
        rms: Root mean square over the frame.
        voice: Probability of speech, 0 to 1.
        clipped: Whether the converter reached its limit.
        recorded: Whether the frame is part of a recording (otherwise it is pre-roll material).
    """

    peak: float
    rms: float
    voice: float
    clipped: bool
    recorded: bool


@dataclass(frozen=True, slots=True)
class Levels(Event):
    """New frames of sound since the last such event, oldest first; `speaking` at the newest."""

    columns: tuple[LevelColumn, ...]
    speaking: bool = False

    def absorb(self, newer: Event) -> Self | None:
        """Append the newer columns, keeping the last `MAX_COLUMNS`."""
        if not isinstance(newer, Levels):
            return None
        columns = (self.columns + newer.columns)[-MAX_COLUMNS:]
        return replace(self, columns=columns, speaking=newer.speaking)


@dataclass(frozen=True, slots=True)
class RecordingStarted(Event):
    """The first real frame of a dictation has been kept, behind `preroll_s` seconds of pre-roll."""

    dictation: int
    preroll_s: float


@dataclass(frozen=True, slots=True)
class RecordingStopped(Event):
    """A recording was cut; `duration_s` includes pre-roll and tail."""

    dictation: int
    duration_s: float
    reason: StopReason


@dataclass(frozen=True, slots=True)
class TranscriptChanged(Event):
    """The words so far: `committed` is firm, `partial` may still change."""

    dictation: int
    committed: str
    partial: str

    def absorb(self, newer: Event) -> Self | None:
        """Let the newer words of the same dictation take the place of these."""
        if isinstance(newer, TranscriptChanged) and newer.dictation == self.dictation:
            return replace(self, committed=newer.committed, partial=newer.partial)
        return None


@dataclass(frozen=True, slots=True)
class Revised(Event):
    """The whole dictation was decoded again after its stop, and its words are others now.

    Attributes:
        before: The text as it stood.
        after: The text that takes its place.
        changes: What differs between them.
    """

    dictation: int
    before: str
    after: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class DictationCancelled(Event):
    """The user cancelled a recording; its audio is kept at `audio` (None if there was none)."""

    dictation: int
    audio: Path | None


@dataclass(frozen=True, slots=True)
class DictationFailed(Event):
    """A dictation failed at `step`; its audio is kept at `audio` and its words so far in `text`."""

    dictation: int
    step: str
    problem: str
    remedy: str
    audio: Path | None
    text: str = ""
