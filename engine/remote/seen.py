"""What others may know of the sender of sound that is received."""

from __future__ import annotations

from dataclasses import dataclass

from engine.audio.sources import LinkState


@dataclass(frozen=True, slots=True)
class Seen:
    """What others may know of a reception; times are of `monotonic`.

    Attributes:
        state: Whether a sender is connected.
        sender: What it calls itself.
        latency_s: From its microphone to here; None while that is not known.
        lost_s: Sound that was lost for good.
        heard_until: When the newest sound was captured that was handed on; None before any.
    """

    state: LinkState = "waiting"
    sender: str = ""
    latency_s: float | None = None
    lost_s: float = 0.0
    heard_until: float | None = None
