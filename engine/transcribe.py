"""Recognises whole files by the same path as live speech, as fast as the recogniser goes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from engine.audio.format import FRAME, SAMPLE_RATE, Samples
from engine.enhance.enhancer import Draft, Enhancer
from engine.errors import RecognitionError
from engine.metrics import StageClock
from engine.registry import build_enhancer, build_recognizer
from engine.settings.schema import Settings
from engine.speech.assembly import make_transcriber
from engine.speech.cleanup import readable
from engine.speech.draft import draft_of
from engine.speech.recognizer import Recognizer, Segment
from engine.speech.selection import Choice, choose, stand_in
from engine.speech.silero import StreamingVoice
from engine.speech.streaming import Words
from engine.speech.voice import VoiceDetector
from engine.speech.voice_loading import load_voice

BLOCK_FRAMES = 32
"""Frames handed to the recogniser at a time: about a second, so that progress is smooth."""


@dataclass(frozen=True, slots=True)
class FileTranscript:
    """What a file says.

    Attributes:
        text: Final text.
        raw: The words as recognised.
        segments: The words as recognised, with seconds from the file's start.
        recognizer: Which recogniser.
        model: Which model.
        duration_s: Length of the sound in seconds.
        stages_ms: Milliseconds by stage: decode, load, voice, recognition, cleanup, enhancement.
    """

    text: str
    raw: str
    segments: tuple[Segment, ...]
    recognizer: str
    model: str
    duration_s: float
    stages_ms: dict[str, float] = field(default_factory=dict)


class FileTranscriber:
    """Recognises files one after another with one loaded recogniser. Blocking."""

    def __init__(self, settings: Settings, tell: Callable[[str], None]) -> None:
        """Choose the recogniser; it is loaded with the first file.

        Args:
            settings: The effective settings.
            tell: Told, once it is loaded, what the user should know of it; mostly never called.
        """
        self._settings = settings
        self._tell = tell
        self._files = 0
        self.choice: Choice = choose(settings.recognition)
        self._recognizer: Recognizer = build_recognizer(self.choice.name, self.choice.options)
        self._voice: VoiceDetector = StreamingVoice()
        self._enhancer: Enhancer | None = None
        if settings.enhancement.enabled:
            self._enhancer = build_enhancer(settings.enhancement.enhancer, settings.recognition.language)

    async def transcribe(self, path: Path, progress: Callable[[float], None]) -> FileTranscript:
        """Recognise one file.

        Args:
            path: Any audio or video file that PyAV decodes.
            progress: Told of the share that is done, 0 to 1, never decreasing.

        Raises:
            AudioError: The file cannot be decoded.
            RecognitionError: The recogniser cannot be loaded, or failed.
        """
        from engine.audio.codec import decode

        clock = StageClock()
        with clock.stage("decode"):
            samples = decode(path, None)
        with clock.stage("load"):
            self._load()
        segments = self._recognize(samples, clock, progress)
        draft = draft_of(segments)
        text = await self._final_text(draft, clock)
        duration_s = len(samples) / SAMPLE_RATE
        return FileTranscript(
            text, draft.text, segments, self.choice.name, self.choice.model, duration_s, clock.stages_ms
        )

    def close(self) -> None:
        """Give the recogniser's memory back."""
        self._recognizer.unload()

    def _load(self) -> None:
        """Load the recogniser or its stand-in, and the voice detector or its own; say so once."""
        first = self._files == 0
        try:
            self._recognizer.load()
        except RecognitionError as error:
            if not self.choice.fallback:
                raise
            self.choice = stand_in(self._settings.recognition, str(error))
            self._recognizer = build_recognizer(self.choice.name, self.choice.options)
            self._recognizer.load()
        self._voice, problem = load_voice(self._voice)
        remarks = (self.choice.remark, self._recognizer.remark, "" if problem is None else str(problem))
        for remark in remarks if first else ():
            if remark:
                self._tell(remark)

    def _recognize(
        self, samples: Samples, clock: StageClock, progress: Callable[[float], None]
    ) -> tuple[Segment, ...]:
        # Another file is another speaker, for all we know.
        self._files += 1
        transcriber = make_transcriber(
            self._recognizer,
            self._settings.recognition,
            self._settings.voice,
            _ignore,
            speaker=f"file {self._files}",
        )
        voice = self._voice
        done = 0
        for block in _blocks(samples):
            with clock.stage("voice"):
                probabilities = tuple(
                    voice.probability(block[at : at + FRAME]) for at in range(0, len(block), FRAME)
                )
            with clock.stage("recognition"):
                transcriber.push(block, probabilities)
            done += len(block)
            progress(min(1.0, done / len(samples)))
        with clock.stage("recognition"):
            return transcriber.finish().segments

    async def _final_text(self, draft: Draft, clock: StageClock) -> str:
        if not draft.text:
            return ""
        if self._enhancer is None:
            with clock.stage("cleanup"):
                return readable(draft, self._settings.recognition.language)
        with clock.stage("enhancement"):
            mode = self._settings.enhancement.mode
            return "".join([delta.text async for delta in self._enhancer.enhance(draft, mode)])


def _blocks(samples: Samples) -> Iterator[Samples]:
    """Whole frames in blocks; the last frame is filled up with silence."""
    missing = -len(samples) % FRAME
    whole = len(samples) - (len(samples) % FRAME)
    step = BLOCK_FRAMES * FRAME
    for start in range(0, whole, step):
        yield samples[start : min(start + step, whole)]
    if missing:
        yield np.concatenate([samples[whole:], np.zeros(missing, np.float32)])


def _ignore(words: Words) -> None:
    """Nobody watches the words of a file as they come."""
