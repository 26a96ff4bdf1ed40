"""Files to transcribe with many sentences, who transcribes them, and what is wrong with recognisers."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest

from engine.audio.format import SAMPLE_RATE
from engine.settings.load import load
from engine.transcribe import FileTranscriber
from tests.support import random_whisper
from tests.support.sound_files import write_wav
from tests.support.voices import SENTENCES, Voices

GAP_S = 2.5
"""Silence before, between and behind the sentences, in seconds."""

SENTENCES_SAID = 12


@cache
def _kept() -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix="utter-talk-")


@cache
def talk() -> tuple[Path, list[tuple[float, float]]]:
    """Twelve sentences with long pauses, and where each lies in seconds; made once."""
    folder = Path(_kept().name)
    voices = Voices(folder)
    gap = np.zeros(round(GAP_S * SAMPLE_RATE), np.float32)
    pieces, places, at = [gap], [], GAP_S
    for sentence in SENTENCES[:SENTENCES_SAID]:
        sound = voices.speak(sentence).samples()
        places.append((at, at + len(sound) / SAMPLE_RATE))
        pieces += [sound, gap]
        at = places[-1][1] + GAP_S
    return write_wav(folder / "talk.wav", np.concatenate(pieces)), places


def transcriber_for(
    recognizer: str, told: list[str], model: str = "", **others: str | bool
) -> FileTranscriber:
    settings = load(
        None,
        {
            "recognition.recognizer": recognizer,
            "recognition.model": model or str(random_whisper.shared()),
            "recognition.device": "cpu",
            "recognition.threads": 1,
            **others,
        },
    ).settings
    return FileTranscriber(settings, told.append)


def begin_children_with(source: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have Python processes that are started from now on begin with a piece of source."""
    (folder / "sitecustomize.py").write_text(source)
    monkeypatch.setenv("PYTHONPATH", str(folder))
