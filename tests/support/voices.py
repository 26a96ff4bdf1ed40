"""Synthetic speech with known words, and how to count what a recogniser made of them.

flite speaks; two voices, a woman's and a man's, so that nothing is tuned to one. A recogniser is
judged by its word error rate over several sentences, never by one lucky sentence.
"""

from __future__ import annotations

import hashlib
import subprocess
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from engine.audio.format import SAMPLE_RATE, Samples
from engine.word_errors import word_errors as word_errors
from tests.support.debian import require
from tests.support.sound_files import write_wav

Voice = Literal["slt", "rms", "awb", "kal16"]
VOICES: tuple[Voice, ...] = ("slt", "rms")

SENTENCES: tuple[str, ...] = (
    "the quarterly report is due on friday",
    "please remember to send the update to twenty three people",
    "we need to finish the project before the end of the month",
    "the weather will be cold and windy in the morning",
    "she opened the window and looked at the garden",
    "there is a small table in the corner of the room",
    "the train leaves the station at seven in the evening",
    "my brother and his wife are coming to dinner tonight",
    "he wrote a long letter to his friend in the country",
    "the children played in the park until it was dark",
    "open the door and tell them that we are ready",
    "the company will build a new school near the river",
    "the doctor told him to drink more water every day",
    "nobody knows what will happen after the election",
)
"""Plain sentences, lower case without punctuation, as a recogniser gives them."""

GAP = np.zeros(round(0.9 * SAMPLE_RATE), np.float32)
"""Silence behind a sentence: longer than a pause that ends a phrase."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """One sentence as it was spoken: its words, who spoke, and the WAV file (mono, 16 kHz)."""

    text: str
    voice: Voice
    path: Path

    def samples(self) -> Samples:
        """The sound in the engine's form."""
        with wave.open(str(self.path), "rb") as sound:
            assert (sound.getnchannels(), sound.getframerate(), sound.getsampwidth()) == (1, SAMPLE_RATE, 2)
            pcm = np.frombuffer(sound.readframes(sound.getnframes()), "<i2")
        return pcm.astype(np.float32) / np.float32(32768)


class Voices:
    """Speaks sentences, each only once for all tests of a run.

    Attributes:
        folder: Where their files are.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def speak(self, text: str, voice: Voice = "slt") -> Spoken:
        """Speak `text` with flite."""
        flite = require("flite", package="flite")
        path = self.folder / f"{voice}-{hashlib.sha256(text.encode()).hexdigest()[:16]}.wav"
        if not path.exists():
            subprocess.run([flite, "-voice", voice, "-t", text, "-o", str(path)], check=True, timeout=60)
        return Spoken(text, voice, path)

    def talk(self, path: Path, voice: Voice = "slt", count: int = 6) -> Path:
        """One WAV of the first `count` fixed sentences, with `GAP` behind each."""
        spoken = [self.speak(text, voice).samples() for text in SENTENCES[:count]]
        return write_wav(path, np.concatenate([part for one in spoken for part in (one, GAP)]))

    def sentences(self, count: int = len(SENTENCES), voices: Sequence[Voice] = VOICES) -> list[Spoken]:
        """The first `count` fixed sentences in each of `voices`."""
        return [self.speak(text, voice) for voice in voices for text in SENTENCES[:count]]
