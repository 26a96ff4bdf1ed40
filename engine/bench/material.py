"""What is said in a measurement: the built-in sample, or somebody's file; with its words if known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.audio.format import FRAME, SAMPLE_RATE, Samples
from engine.audio.sample import SAMPLE_TEXT, sample_path
from engine.bench.clips import Clip, Speech, locate, repeated
from engine.errors import AudioError, EngineError
from engine.settings.schema import VoiceSettings
from engine.speech.silero import StreamingVoice
from engine.speech.voice_loading import load_voice
from engine.word_errors import words

LENGTHS_S = (3.0, 13.0)
"""Lengths that are measured unless others are asked for: a command, and a thought with a pause in it."""

SAMPLE_PAUSE_S = 0.5
"""Pause behind each repetition of the built-in sample; with the silence in it, long enough that a
phrase ends there."""

SEARCH_S = 30.0
"""Seconds behind the longest length that are searched for a pause."""


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """What is played.

    Attributes:
        name: What people call it.
        clips: The shortest first; never empty.
        reference: The words that are said in all of it; empty where they are not known.
    """

    name: str
    clips: tuple[Clip, ...]
    reference: str


def built_in(lengths_s: Sequence[float] | None, voice: VoiceSettings, reference: str = "") -> Material:
    """The sample recording, as often as the longest length needs it.

    Args:
        lengths_s: Lengths of the clips in seconds; None takes the usual ones.
        voice: When sound counts as speech.
        reference: What is said in it, in the place of what is known.
    """
    from engine.audio.codec import decode

    lengths_s = LENGTHS_S if lengths_s is None else lengths_s
    once = decode(sample_path())
    samples, times = repeated(once, SAMPLE_PAUSE_S, max(lengths_s) + len(once) / SAMPLE_RATE)
    clips = _located(samples, voice, "the built-in sample").clips(lengths_s, whole=False)
    return Material("the built-in sample", tuple(clips), reference or " ".join([SAMPLE_TEXT] * times))


def from_file(
    path: Path, lengths_s: Sequence[float] | None, voice: VoiceSettings, reference: str
) -> Material:
    """Speech from a file.

    Args:
        path: Any audio or video file that PyAV decodes.
        lengths_s: Lengths of the clips in seconds; None takes the usual ones, and the whole file.
        voice: When sound counts as speech.
        reference: What is said in it; empty where that is not known.

    Raises:
        AudioError: The file cannot be decoded, or nobody speaks in it.
    """
    from engine.audio.codec import decode

    samples = decode(path)
    if lengths_s is not None:
        samples = samples[: round((max(lengths_s) + SEARCH_S) * SAMPLE_RATE)]
    speech = _located(samples, voice, str(path))
    clips = speech.clips(LENGTHS_S if lengths_s is None else lengths_s, whole=lengths_s is None)
    return Material(path.name, tuple(clips), reference)


def read_reference(path: Path) -> str:
    """The words of a text file.

    Raises:
        EngineError: It cannot be read, or holds no words.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise EngineError(
            f"The reference {path} cannot be read: {error.strerror or error}.", "Check its name."
        ) from None
    except UnicodeDecodeError:
        raise EngineError(f"The reference {path} is not UTF-8 text.", "Save it as UTF-8.") from None
    if not words(text):
        raise EngineError(f"The reference {path} holds no words.", "It is to say what is said in the sound.")
    return text


def _located(samples: Samples, voice: VoiceSettings, name: str) -> Speech:
    detector, _ = load_voice(StreamingVoice())
    whole = np.concatenate([samples, np.zeros(-len(samples) % FRAME, np.float32)])
    probabilities = [detector.probability(frame) for frame in whole.reshape(-1, FRAME)]
    speech = locate(samples, probabilities, voice.threshold, voice.release)
    if speech is None:
        raise AudioError(f"No speech was found in {name}.", "Name a file in which somebody speaks.")
    return speech
