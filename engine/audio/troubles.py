"""Notices trouble with a source that does not end a recording, and says it once."""

from __future__ import annotations

from engine.audio.facts import Trouble, Troubled
from engine.audio.format import FRAME_S
from engine.audio.ingest import Ingest
from engine.audio.raw_sink import RawSink
from engine.audio.sources import SourceInfo
from engine.audio.spool import Spool

DEAD_AFTER_S = 3.0
"""Seconds of nothing but zeros, while recording, after which a microphone is taken for muted. A
live converter always delivers some noise."""


class TroubleWatch:
    """Looks at one source's counters and tells what is new; each kind of trouble once."""

    def __init__(self, info: SourceInfo, sink: RawSink, ingest: Ingest) -> None:
        """Watch the source that `info` describes, through its sink and its conversion."""
        self._info = info
        self._sink = sink
        self._ingest = ingest
        self._told: set[Trouble] = set()

    def look(self, spool: Spool | None) -> list[Troubled]:
        """Find what is wrong and was not told yet.

        Args:
            spool: The recording that is being made; None when none is.
        """
        found = []
        if self._sink.overflows:
            found.append(self._overflow())
        if self._sink.lost_frames:
            found.append(self._lost_frames())
        if self._ingest.validator.not_finite:
            found.append(self._not_finite())
        if self._is_dead() and spool is not None:
            found.append(self._dead())
        if spool is not None and spool.trouble is not None:
            found.append(self._spool(spool, spool.trouble))
        new = [trouble for trouble in found if trouble.kind not in self._told]
        self._told.update(trouble.kind for trouble in new)
        return new

    def _is_dead(self) -> bool:
        """Whether nothing but zeros has ever come, and for long enough to be sure of it."""
        validator = self._ingest.validator
        return (
            not validator.has_sounded
            and self._info.kind == "microphone"
            and validator.silent_frames * FRAME_S >= DEAD_AFTER_S
        )

    def _overflow(self) -> Troubled:
        return Troubled(
            "overflow",
            f"The system dropped sound from {self._info.name} before it reached this program.",
            "Some words may be missing; close programs that keep the machine busy.",
        )

    def _lost_frames(self) -> Troubled:
        return Troubled(
            "lost-frames",
            f"Sound from {self._info.name} came faster than it could be taken in, and some is lost.",
            "Some words may be missing; close programs that keep the machine busy.",
        )

    def _not_finite(self) -> Troubled:
        return Troubled(
            "not-finite",
            f"{self._info.name} delivers broken samples; they are replaced by silence.",
            "If words are missing, plug the device in again or choose another one.",
        )

    def _dead(self) -> Troubled:
        return Troubled(
            "silent",
            f"{self._info.name} delivers perfect silence; it is probably muted.",
            "Switch the microphone on, at the device and in the system's mixer, or choose another one.",
        )

    def _spool(self, spool: Spool, error: OSError) -> Troubled:
        return Troubled(
            "spool",
            f"The recording cannot be written to {spool.path.parent}: {error.strerror or error}.",
            "Dictation goes on in memory; make room on the disk or correct the folder's permissions.",
        )
