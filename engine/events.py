"""Everything the engine can report, as frozen dataclasses.

Whoever shows or records things reads only these. An event that comes often says how it absorbs a
newer one of its kind (`absorb`), so that a slow reader meets the newest state and never a backlog.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, Self, TypeAlias

from engine.audio.sources import SourceInfo
from engine.deliver.target import Outcome
from engine.enhance.diff import Change
from engine.enhance.enhancer_status import EnhancerStatus
from engine.metrics import Performance
from engine.models.loaded import LoadedModel
from engine.models.progress import Progress
from engine.state import DictationState

MAX_COLUMNS = 512
"""Level columns that one pending `Levels` keeps for a slow reader: 16 s of sound."""

RecognizerStatus: TypeAlias = Literal["loading", "ready", "failed", "unloaded"]
"""What a recogniser is doing."""

StopReason: TypeAlias = Literal["key", "silence", "ended", "lost"]
"""Why a recording ended: the user, auto-stop, the end of a file, a lost source."""


@dataclass(frozen=True, slots=True)
class Event:
    """The base of all events."""

    def absorb(self, newer: Event) -> Event | None:
        """Merge a newer event into this pending one; None when both must be delivered."""
        return None


@dataclass(frozen=True, slots=True)
class StateChanged(Event):
    """The session moved from one state to another."""

    state: DictationState
    previous: DictationState


@dataclass(frozen=True, slots=True)
class SourceChanged(Event):
    """Another source of sound is open, or none is: then `info` is None and `problem` says why."""

    info: SourceInfo | None
    problem: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class RecognizerChanged(Event):
    """A recogniser began to load, is ready, failed or was unloaded.

    Attributes:
        remark: One plain line for the user: limited accuracy, why it failed, what to do.
        load_s: Seconds that loading took; 0 until it is ready.
        memory_bytes: Resident bytes of the loaded model; 0 when unknown.
    """

    name: str
    model: str
    status: RecognizerStatus
    remark: str = ""
    load_s: float = 0.0
    memory_bytes: int = 0


@dataclass(frozen=True, slots=True)
class ModelsChanged(Event):
    """Models were loaded, used or unloaded; the newest use comes first."""

    loaded: tuple[LoadedModel, ...]

    def absorb(self, newer: Event) -> Self | None:
        """Let the newer list take the place of this one."""
        return replace(self, loaded=newer.loaded) if isinstance(newer, ModelsChanged) else None


@dataclass(frozen=True, slots=True)
class DownloadChanged(Event):
    """A download is further than it was, or over."""

    progress: Progress

    def absorb(self, newer: Event) -> Self | None:
        """Let the newer progress of the same model take the place of this one."""
        if isinstance(newer, DownloadChanged) and newer.progress.model == self.progress.model:
            return replace(self, progress=newer.progress)
        return None


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
class EnhancementGrew(Event):
    """The enhanced text so far, of the words so far: it may come while these are still being spoken.

    Attributes:
        raw: The words that it is of.
        text: The enhanced text.
        first_ms: How long its first words took, in milliseconds; None where they were not waited for.
    """

    dictation: int
    raw: str
    text: str
    first_ms: float | None = None

    def absorb(self, newer: Event) -> Self | None:
        """Let the newer text of the same dictation, and the words that it is of, take the place of these."""
        if isinstance(newer, EnhancementGrew) and newer.dictation == self.dictation:
            return replace(self, raw=newer.raw, text=newer.text, first_ms=newer.first_ms)
        return None


@dataclass(frozen=True, slots=True)
class Enhanced(Event):
    """Enhancement ended: raw and enhanced text, and what changed between them.

    Attributes:
        enhancer: Which enhancer did it; "off" when enhancement is switched off.
        remark: Why the text is not what was asked for (failed, skipped, refused); empty otherwise.
        model: The language model that was asked; empty where there was none.
        mode: Name of the writing mode.
        first_ms: Until the first enhanced words, in milliseconds; None where they were not waited for.
        total_ms: Until the last ones.
    """

    dictation: int
    raw: str
    text: str
    changes: tuple[Change, ...]
    enhancer: str
    remark: str = ""
    model: str = ""
    mode: str = ""
    first_ms: float | None = None
    total_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Reviewed(Event):
    """What stands for a dictation now: its text with the changes that are taken, and those that are left.

    Follows each `Enhanced`, each decision of the user, and each look at another dictation.

    Attributes:
        raw: The words as recognised.
        text: The text that stands: what is shown, and what is copied.
        changes: What the enhancer would change.
        taken: For each of `changes` that is no "equal" whether it is in the text.
        waits: Whether the text is delivered only when the user accepts it.
        enhancer: Which enhancer made the changes, as in `Enhanced`.
        mode: Name of the writing mode.
        remark: As in `Enhanced`.
        shown: Whether this is the dictation that keys act on.
        place: The how-manieth of the texts that are kept, from 1.
        count: How many are kept.
    """

    dictation: int
    raw: str
    text: str
    changes: tuple[Change, ...]
    taken: tuple[bool, ...]
    waits: bool = False
    enhancer: str = ""
    mode: str = ""
    remark: str = ""
    shown: bool = True
    place: int = 1
    count: int = 1


@dataclass(frozen=True, slots=True)
class EnhancerChanged(Event):
    """Another enhancer is in force, or something else is known of its server and model."""

    status: EnhancerStatus

    def absorb(self, newer: Event) -> Self | None:
        """Let the newer status take the place of this one."""
        return replace(self, status=newer.status) if isinstance(newer, EnhancerChanged) else None


@dataclass(frozen=True, slots=True)
class Delivered(Event):
    """The final text was handed to a target; `outcome` says what is known about it."""

    dictation: int
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class DictationFinished(Event):
    """A dictation has its final text. `text` is empty when no speech was heard."""

    dictation: int
    raw: str
    text: str


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


@dataclass(frozen=True, slots=True)
class Notice(Event):
    """One sentence for the user that belongs to no dictation.

    Attributes:
        topic: What kind of trouble it tells of, such as "silent"; mostly empty.
    """

    severity: Literal["information", "warning", "error"]
    message: str
    remedy: str = ""
    topic: str = ""


@dataclass(frozen=True, slots=True)
class SettingChanged(Event):
    """A setting was changed live, such as ("enhancement.mode", "verbatim")."""

    key: str
    value: str | bool


@dataclass(frozen=True, slots=True)
class Measured(Event):
    """New figures for the performance panel."""

    performance: Performance

    def absorb(self, newer: Event) -> Self | None:
        """Let the newer figures take the place of these."""
        return replace(self, performance=newer.performance) if isinstance(newer, Measured) else None
