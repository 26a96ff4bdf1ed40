"""Clips of synthetic speech for benches: sentences of two voices in turns, with pauses."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.audio.format import SAMPLE_RATE, Samples
from tests.bench.random_decodes import AFTER_S
from tests.support.sound_files import write_wav
from tests.support.voices import SENTENCES, VOICES, Voices

GAP_S = 0.9
"""Silence between sentences, as of somebody who thinks."""

HALF_A_SENTENCE_S = 1.5


@dataclass(frozen=True, slots=True)
class Clip:
    """A clip: its sound, a WAV file in which quiet follows it, and the words that are spoken in it."""

    samples: Samples
    path: Path
    said: str

    @property
    def seconds(self) -> float:
        return len(self.samples) / SAMPLE_RATE


def clip(voices: Voices, folder: Path, seconds: float, quiet_s: float = 0.0) -> Clip:
    """Sentences about `seconds` long, the silence of flite at the end cut away, then `quiet_s` of quiet."""
    gap = np.zeros(round(GAP_S * SAMPLE_RATE), np.float32)
    pieces: list[Samples] = []
    said: list[str] = []
    while not said or sum(map(len, pieces)) < (seconds - HALF_A_SENTENCE_S) * SAMPLE_RATE:
        index = len(said)
        spoken = voices.speak(SENTENCES[index % len(SENTENCES)], VOICES[index % len(VOICES)])
        pieces += [gap] * bool(pieces) + [spoken.samples()]
        said.append(spoken.text)
    samples = np.concatenate(pieces)
    loud = np.flatnonzero(np.abs(samples) > 0.01)
    samples = np.concatenate([samples[: loud[-1] + 1], np.zeros(round(quiet_s * SAMPLE_RATE), np.float32)])
    after = np.zeros(AFTER_S * SAMPLE_RATE, np.float32)
    path = write_wav(folder / f"{seconds:g}-{quiet_s:g}.wav", np.concatenate([samples, after]))
    return Clip(samples, path, " ".join(said))
