"""Sees that there is a voice detector, though perhaps a plainer one."""

from __future__ import annotations

from engine.errors import RecognitionError
from engine.speech.energy_voice import EnergyVoice
from engine.speech.voice import VoiceDetector


def load_voice(wanted: VoiceDetector) -> tuple[VoiceDetector, RecognitionError | None]:
    """Load a detector for a new stream; one that judges by loudness alone takes its place if need be.

    Returns:
        The detector, loaded and reset, and why it is not the one that was wanted.
    """
    problem = None
    try:
        wanted.load()
    except RecognitionError as error:
        wanted, problem = EnergyVoice(), error
    wanted.reset()
    return wanted, problem
