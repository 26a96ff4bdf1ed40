"""One set of decode options for random weights, for every side of a comparison.

These weights never end a text, and are never sure: so tokens are capped at three a second of sound,
there is one temperature, and no result is rejected.
"""

from __future__ import annotations

from typing import Any

from engine.speech.whisper_options import token_limit

TOKENS_PER_S = 3
THREADS = 2
BEAM_SIZE = 2
WINDOW_S = 30.0
AFTER_S = 2
"""Seconds of quiet in a file behind its clip: a microphone goes on after the stop."""

START_TOKENS = 3
"""Tokens before the text of a window: start of transcript, language, task."""


def session_options(model: str) -> dict[str, Any]:
    """Options of the engine's Whisper."""
    return {
        "model": model,
        "device": "cpu",
        "compute_type": "int8",
        "threads": THREADS,
        "tokens_per_s": float(TOKENS_PER_S),
        "guards": 0,
    }


def model_options() -> dict[str, Any]:
    """Keyword arguments of `faster_whisper.WhisperModel`."""
    return {"device": "cpu", "compute_type": "int8", "cpu_threads": THREADS, "local_files_only": True}


def transcribe_options(sound_s: float, prompt: int = 0) -> dict[str, Any]:
    """Keyword arguments of `faster_whisper.WhisperModel.transcribe` for so much sound.

    Args:
        sound_s: Length of the sound in seconds.
        prompt: Tokens of previous text that the window is shown, their mark included.
    """
    return {
        "language": "en",
        "beam_size": BEAM_SIZE,
        "best_of": BEAM_SIZE,
        "temperature": [0.0],
        "compression_ratio_threshold": None,
        "log_prob_threshold": None,
        "no_speech_threshold": None,
        "condition_on_previous_text": False,
        "max_new_tokens": token_limit(round(TOKENS_PER_S * min(sound_s, WINDOW_S)), START_TOKENS + prompt),
    }
