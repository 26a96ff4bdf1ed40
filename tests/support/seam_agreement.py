"""What is lost at the seams between phrases: the same dictations phrase by phrase and as one.

Dictations of about a minute, several voices, pauses from a catch of breath to a thought, in the
noise of a quiet room. "Phrases" is the whole path of the workstation behind the microphone: Silero,
phrase cutter, driver with partials and guesses. "Whole" hands the same recogniser the dictation at
once, in one utterance.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from engine.audio.format import FRAME, SAMPLE_RATE, Samples
from engine.settings.load import load
from engine.speech.assembly import make_transcriber
from engine.speech.process import RecognizerProcess
from engine.speech.recognizer import Context
from engine.speech.silero import StreamingVoice
from tests.support.voices import Voice, Voices, word_errors

PAUSES_S = (0.15, 0.3, 0.45, 0.7, 1.0, 1.6)
"""Silence behind a sentence. flite's own adds about 0.2 s."""

ROOM = 0.002
"""RMS of the noise: −54 dBFS."""


@dataclass(frozen=True, slots=True)
class Dictated:
    """A dictation: its sound, its words, and who speaks."""

    samples: Samples
    said: str
    voice: str


@dataclass(frozen=True, slots=True)
class Compared:
    """Errors of one dictation, in words; `seams` counts the words in which both differ.

    Attributes:
        voice: Who spoke.
        words: Words spoken.
        phrases: Errors phrase by phrase.
        whole: Errors as one.
        between: Words of the whole in which the phrases differ from it.
        count: Phrases.
    """

    voice: str
    words: int
    phrases: float
    whole: float
    between: float
    count: int


def dictations(
    voices: Voices, sentences: Sequence[str], speakers: Sequence[Voice], seconds: float, each_s: float
) -> Iterator[Dictated]:
    """Dictations of about `each_s` seconds, `seconds` in all, the speakers in turns; always the same."""
    chance = random.Random(7)
    noise = np.random.default_rng(7)
    spoken_s = 0.0
    turn = 0
    while spoken_s < seconds:
        voice = speakers[turn % len(speakers)]
        pieces: list[Samples] = [np.zeros(SAMPLE_RATE // 2, np.float32)]
        said: list[str] = []
        while sum(map(len, pieces)) < each_s * SAMPLE_RATE:
            sentence = chance.choice(list(sentences))
            pause = np.zeros(round(chance.choice(PAUSES_S) * SAMPLE_RATE), np.float32)
            pieces += [voices.speak(sentence, voice).samples(), pause]
            said.append(sentence)
        sound = np.concatenate(pieces)
        sound += noise.normal(0.0, ROOM, len(sound)).astype(np.float32)
        whole = len(sound) - len(sound) % FRAME
        yield Dictated(sound[:whole], " ".join(said), voice)
        spoken_s += whole / SAMPLE_RATE
        turn += 1


def phrase_by_phrase(recognizer: RecognizerProcess, spoken: Dictated, speaker: str) -> tuple[str, int]:
    """The words as the workstation has them, and the number of phrases."""
    settings = load(overrides={"recognition.recognizer": "pocketsphinx"}).settings
    voice = StreamingVoice()
    voice.load()
    stream = make_transcriber(recognizer, lambda: settings, lambda _: None, speaker=speaker)
    for at in range(0, len(spoken.samples), FRAME):
        frame = spoken.samples[at : at + FRAME]
        stream.push(frame, (voice.probability(frame),))
        stream.work_ahead()
    segments = stream.finish().segments
    return " ".join(segment.text for segment in segments), len(segments)


def as_one(recognizer: RecognizerProcess, spoken: Dictated, speaker: str) -> str:
    """The words of the whole dictation in one utterance."""
    utterance = recognizer.open(Context(speaker=speaker))
    utterance.feed(spoken.samples)
    return utterance.finish().text


def compare(recognizer: RecognizerProcess, spoken: Dictated, number: int) -> Compared:
    """Recognise one dictation both ways; each begins with a speaker of whom nothing is known."""
    phrases, count = phrase_by_phrase(recognizer, spoken, f"phrases {number}")
    whole = as_one(recognizer, spoken, f"whole {number}")
    words = len(spoken.said.split())
    return Compared(
        spoken.voice,
        words,
        word_errors(spoken.said, phrases) * words,
        word_errors(spoken.said, whole) * words,
        word_errors(whole, phrases) * len(whole.split()),
        count,
    )
