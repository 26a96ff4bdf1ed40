"""How phrases are worked on while they are spoken; pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.speech.effort import Effort


@dataclass(frozen=True, slots=True)
class Tactics:
    """What a performance mode switches on, each by itself.

    Attributes:
        effort: How much work the recogniser puts into a phrase.
        partials: Whether words are shown before they are firm.
        partial_every_s: New sound between two partials at the least, in seconds.
        speculation: Whether a phrase is decoded once it is quiet, before its end is certain.
        agreement: Whether long speech is cut where two partials agree.
        redecode_s: Longest dictation that is decoded again as a whole after its end, in seconds.
    """

    effort: Effort = field(default=Effort())
    partials: bool = True
    partial_every_s: float = 0.7
    speculation: bool = True
    agreement: bool = True
    redecode_s: float = 0.0
