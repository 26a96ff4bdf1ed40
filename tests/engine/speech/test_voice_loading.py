"""Without Silero's model there is still somebody who listens for speech."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.audio.format import FRAME
from engine.errors import RecognitionError
from engine.speech import silero
from engine.speech.energy_voice import EnergyVoice
from engine.speech.silero import StreamingVoice
from engine.speech.voice_loading import load_voice


def test_silero_is_loaded_and_begins_anew() -> None:
    wanted = StreamingVoice()
    voice, problem = load_voice(wanted)
    assert voice is wanted
    assert problem is None
    assert voice.probability(np.zeros(FRAME, np.float32)) < 0.5


def test_loudness_stands_in_for_a_model_that_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(self: StreamingVoice) -> None:
        raise RecognitionError("Silero's model is missing.", "Install faster-whisper again.")

    monkeypatch.setattr(silero.StreamingVoice, "load", missing)
    voice, problem = load_voice(StreamingVoice())
    assert isinstance(voice, EnergyVoice)
    assert "is missing" in str(problem)
