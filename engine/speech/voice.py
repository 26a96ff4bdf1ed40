"""The seam between sound and "somebody is speaking"."""

from __future__ import annotations

from typing import Protocol

from engine.audio.format import Samples


class VoiceDetector(Protocol):
    """Tells frame by frame how likely it is that somebody speaks. Used from one thread at a time."""

    def load(self) -> None:
        """Bring the model into memory. Does nothing when it is there already.

        Raises:
            RecognitionError: The model is missing or is another one than expected.
        """

    def probability(self, frame: Samples) -> float:
        """Judge the next frame of the stream.

        Args:
            frame: 512 samples, mono float32 at 16 kHz, finite.

        Returns:
            The probability of speech, 0 to 1.
        """

    def reset(self) -> None:
        """Forget the stream so far: the next frame begins another one."""
