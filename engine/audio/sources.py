"""The seam for where sound comes from.

A new source is one file with a class that satisfies `AudioSource`, and one row in
`engine.registry`. Sources deliver blocks in the form their device has; `engine.audio.ingest` is
the only place that converts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from engine.audio.format import AudioFormat, RawBlock


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """What a source is, for people.

    Attributes:
        name: The device's or file's name as the user knows it.
        kind: What sort of source it is.
        detail: Anything worth adding, such as "44.1 kHz stereo, resampled"; may be empty.
    """

    name: str
    kind: Literal["microphone", "file", "network"]
    detail: str = ""


class AudioSink(Protocol):
    """Who receives the sound. Every method may be called from any thread and never blocks."""

    def block(self, samples: RawBlock) -> None:
        """Take one block, shape [frames, channels]. It is copied before this returns."""

    def overflow(self) -> None:
        """Count one report of the device that it dropped sound."""

    def ended(self) -> None:
        """Hear that the source has delivered its last real sample (a file reached its end)."""

    def lost(self, why: str) -> None:
        """Hear that the source broke and will deliver nothing more, with one sentence why."""


class AudioSource(Protocol):
    """Something that delivers sound until it is closed."""

    def open(self, sink: AudioSink) -> AudioFormat:
        """Begin to deliver blocks to `sink`. May block: called on a worker thread.

        Raises:
            AudioError: The device or file cannot be opened; says which and why.
        """

    def close(self) -> None:
        """Stop delivering and let go of the device. Safe to call twice, and after a failure."""

    def describe(self) -> SourceInfo:
        """Say what this source is. Cheap; valid before `open`, more exact after it."""

    def recording_started(self) -> None:
        """Hear that a recording has begun, so that a file can begin to play now."""
