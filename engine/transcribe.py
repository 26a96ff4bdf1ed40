"""Turns whole files into final text: decoding, recognition, enhancement."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from engine.audio.format import SAMPLE_RATE
from engine.background import in_background
from engine.enhance.enhancer import Draft, Enhancer
from engine.errors import RecognitionError
from engine.file_recognition import FileRecognition
from engine.metrics import StageClock
from engine.registry import build_enhancer, build_recognizer
from engine.settings.schema import Settings
from engine.speech.cleanup import readable
from engine.speech.draft import draft_of
from engine.speech.language_fit import check_language
from engine.speech.recognizer import Recognizer, Segment
from engine.speech.selection import Choice, choose, stand_in
from engine.speech.silero import StreamingVoice
from engine.speech.streaming import Words
from engine.speech.voice import VoiceDetector
from engine.speech.voice_loading import load_voice


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
        language: ISO 639-1 code of the language that is spoken; empty where no words were found.
        language_probability: How sure that is, 0 to 1; 0 where the language was given.
        translated: Whether the text is a translation into English.
        stages_ms: Milliseconds by stage: decode, load, voice, recognition, cleanup, enhancement.
    """

    text: str
    raw: str
    segments: tuple[Segment, ...]
    recognizer: str
    model: str
    duration_s: float
    language: str = ""
    language_probability: float = 0.0
    translated: bool = False
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
        self._lock = threading.Lock()
        self.choice: Choice = choose(settings.recognition)
        self._recognizer: Recognizer = build_recognizer(self.choice.name, self.choice.options)
        self._voice: VoiceDetector = StreamingVoice()
        self._enhancer: Enhancer | None = None
        if settings.enhancement.enabled:
            self._enhancer = build_enhancer(settings.enhancement.enhancer)

    async def transcribe(self, path: Path, progress: Callable[[float], None]) -> FileTranscript:
        """Recognise one file.

        Args:
            path: Any audio or video file that PyAV decodes.
            progress: Told of the share that is done, 0 to 1, never decreasing.

        Raises:
            AudioError: The file cannot be decoded.
            RecognitionError: The recogniser cannot be loaded, or failed.
        """
        clock = StageClock()
        cancelled = threading.Event()
        try:
            words, duration_s = await in_background(
                lambda: self._work(path, clock, _rising(progress), cancelled.is_set), "file transcription"
            )
        finally:
            cancelled.set()
        spoken = words.language
        draft = draft_of(words.segments, spoken.text)
        text = await self._final_text(draft, clock)
        return FileTranscript(
            text,
            draft.text,
            words.segments,
            self.choice.name,
            self.choice.model,
            duration_s,
            spoken.code if draft.text else "",
            spoken.probability,
            spoken.translated,
            clock.stages_ms,
        )

    @property
    def working(self) -> bool:
        """Whether a file is being recognised, perhaps one that nobody waits for any more."""
        return self._lock.locked()

    def close(self) -> None:
        """Give the recogniser's memory back, unless it is still at work."""
        if not self.working:
            self._recognizer.unload()

    def _work(
        self,
        path: Path,
        clock: StageClock,
        progress: Callable[[float], None],
        cancelled: Callable[[], bool],
    ) -> tuple[Words, float]:
        """Everything up to the words; these, and the length of the sound in seconds."""
        from engine.audio.codec import decode

        with self._lock:
            with clock.stage("decode"):
                samples = decode(path, None)
            with clock.stage("load"):
                self._load()
            # Another file is another speaker, for all we know.
            self._files += 1
            recognition = FileRecognition(
                self._recognizer, self._voice, self._settings, f"file {self._files}", clock, self._tell
            )
            words = recognition.recognize(samples, progress, cancelled)
        if words.remark:
            self._tell(words.remark)
        return words, len(samples) / SAMPLE_RATE

    def _load(self) -> None:
        """Load the recogniser or its stand-in, and the voice detector or its own; say so once."""
        first = self._files == 0
        check_language(self.choice.name, self.choice.model, self._settings.recognition.language)
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

    async def _final_text(self, draft: Draft, clock: StageClock) -> str:
        if not draft.text:
            return ""
        if self._enhancer is None:
            with clock.stage("cleanup"):
                return readable(draft)
        with clock.stage("enhancement"):
            mode = self._settings.enhancement.mode
            return "".join([delta.text async for delta in self._enhancer.enhance(draft, mode)])


def _rising(progress: Callable[[float], None]) -> Callable[[float], None]:
    """Progress that never goes back, even where the work begins anew."""
    reached = 0.0

    def report(share: float) -> None:
        nonlocal reached
        reached = max(reached, share)
        progress(reached)

    return report
