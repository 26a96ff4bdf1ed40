"""What the recorder reports from its ingest thread, as frozen dataclasses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from engine.audio.format import FRAME_S, Samples
from engine.audio.spool import Spool
from engine.events import LevelColumn

CutReason: TypeAlias = Literal["finished", "abandoned", "lost", "disarmed"]
"""Why a recording was cut: `finish`, `abandon`, the source broke, `disarm`."""

Trouble: TypeAlias = Literal[
    "voice", "spool", "not-finite", "silent", "overflow", "lost-frames", "link", "missing"
]
"""Kinds of trouble that do not end a recording; each is reported once while a source is armed, but for
"link" and "missing", which are about one recording: its end, and sound that did not come."""


@dataclass(frozen=True, slots=True)
class Heard:
    """Whole frames that came in, recorded or not, oldest first; at least one."""

    columns: tuple[LevelColumn, ...]


@dataclass(frozen=True, slots=True)
class Began:
    """The first real frame of a recording has come, behind `preroll_frames` frames of pre-roll."""

    preroll_frames: int


@dataclass(frozen=True, slots=True)
class Recorded:
    """The next frames of the recording; contiguous from frame 0, pre-roll first.

    Attributes:
        start_frame: Position of the first of them in the recording, in frames.
        samples: Mono float32 at 16 kHz, shape [n * 512], never written to again: slices may be kept.
        voice: Probability of speech of each frame, n of them.
    """

    start_frame: int
    samples: Samples
    voice: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Cut:
    """The recording is complete: nothing of it follows.

    Attributes:
        frames: Frames it has; 0 where it was cut before its first real frame.
        reason: Why it was cut.
        spool: Its sound on disk, now the receiver's to turn into a WAV or to discard; None where
            no frame came.
    """

    frames: int
    reason: CutReason
    spool: Spool | None

    @property
    def duration_s(self) -> float:
        """Its length in seconds, pre-roll and tail included."""
        return self.frames * FRAME_S


@dataclass(frozen=True, slots=True)
class SourceEnded:
    """The source has delivered its last real sample, and all of it has been reported."""


@dataclass(frozen=True, slots=True)
class SourceLost:
    """The source broke and delivers nothing more; `why` is one sentence, `remedy` another."""

    why: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Troubled:
    """Something is wrong with the sound, but it goes on; one sentence each."""

    kind: Trouble
    message: str
    remedy: str = ""


Fact: TypeAlias = Heard | Began | Recorded | Cut | SourceEnded | SourceLost | Troubled
"""Anything that the recorder reports."""
