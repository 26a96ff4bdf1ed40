"""The seam for where sound comes from.

A new source is one file with a class that satisfies `AudioSource`, and one row in
`engine.registry`. Sources deliver blocks in the form their device has; `engine.audio.ingest` is
the only place that converts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from engine.audio.format import AudioFormat, RawBlock

LinkState: TypeAlias = Literal["waiting", "connected", "broken"]
"""How the link to another machine's microphone is: no sender yet; one is connected; it was, and is waited
for."""


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """What a source is, for people.

    Attributes:
        name: The device's or file's name as the user knows it.
        kind: What sort of source it is.
        detail: Anything worth adding, such as "44.1 kHz stereo, resampled"; may be empty. Of a source
            elsewhere, what is waited for, as the end of a sentence.
    """

    name: str
    kind: Literal["microphone", "file", "network"]
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """How sound comes from elsewhere, at this moment.

    Attributes:
        state: Whether it comes.
        sender: What the sender calls its microphone and machine; empty before the first one.
        latency_ms: From the microphone there until here, as far as it can be told; None where it cannot.
        lost_s: Seconds of sound that were lost for good since the sender came.
        behind_s: Seconds of sound that were captured and have not been delivered.
        silent: Senders that came and left without any sound.
    """

    state: LinkState
    sender: str = ""
    latency_ms: float | None = None
    lost_s: float = 0.0
    behind_s: float = 0.0
    silent: int = 0


class AudioSink(Protocol):
    """Who receives the sound. Every method may be called from any thread and never blocks."""

    def block(self, samples: RawBlock) -> None:
        """Take one block, shape [frames, channels]. It is copied before this returns."""

    def overflow(self) -> None:
        """Count one report of the device that it dropped sound."""

    def missed(self, seconds: float) -> None:
        """Hear that so much sound is missing before the next block: it did not come from elsewhere."""

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

    def link(self) -> Link | None:
        """Say how sound comes here from elsewhere; None where the device is at this machine.

        A source with a link may be silent for any time, and what was spoken may come late. Cheap; from any
        thread.
        """
