"""How much work a recogniser puts into an utterance; pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

EncoderContext: TypeAlias = Literal["full", "floor"]
"""Sound that Whisper's encoder is given: "full" is the 30 s that it was trained on; "floor" is the
utterance with 2 s of margin, and 10 s at the least. Anything shorter ruins the text of stock weights
(whisper-acft measured a word error rate of 226 % instead of 4.7 % for an exact fit)."""


@dataclass(frozen=True, slots=True)
class Effort:
    """What a performance mode asks of a recogniser. One that has no such choice ignores it.

    Attributes:
        beam_size: Hypotheses to follow for final text; 0 takes what suits the model.
        temperatures: For final text: the first is tried first, each next one only where the result
            before was poor.
        encoder_context: For final text.
        partial_context: For partials, which follow one hypothesis at temperature 0.
    """

    beam_size: int = 0
    temperatures: tuple[float, ...] = (0.0, 0.4)
    encoder_context: EncoderContext = "full"
    partial_context: EncoderContext = "floor"
