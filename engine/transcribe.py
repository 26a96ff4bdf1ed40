"""Turns whole files into final text: decoding, recognition, enhancement."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from engine import paths
from engine.audio.format import SAMPLE_RATE, Samples
from engine.background import in_background
from engine.enhance.enhancer import Draft
from engine.enhance_text import TextEnhancer
from engine.errors import RecognitionError, RecognitionStoppedError
from engine.file_recognition import FileRecognition
from engine.metrics import StageClock
from engine.settings.schema import Settings
from engine.speech.draft import draft_of
from engine.speech.language_fit import check_language
from engine.speech.process import RecognizerProcess
from engine.speech.recognizer import Segment
from engine.speech.selection import Choice, choose, stand_in
from engine.speech.silero import StreamingVoice
from engine.speech.span_process import in_process
from engine.speech.voice import VoiceDetector
from engine.speech.voice_loading import load_voice
from engine.speech.words import Words

Sound: TypeAlias = "Callable[[], Samples]"
"""Gives all samples of a sound, on a thread; raises an `AudioError` where there is none."""

WITH_SERVER = 0.5
"""Share of the progress that recognition is where a language model edits: each may take the longer."""


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
    """Recognises files one after another with one loaded recogniser, in a process of its own."""

    def __init__(self, settings: Settings, tell: Callable[[str], None]) -> None:
        """Choose the recogniser; it is loaded with the first file.

        Args:
            settings: The effective settings.
            tell: Told what the user should know of how the files are recognised, each thing once;
                mostly never called.
        """
        self._settings = settings
        self._tell = tell
        self._told: set[str] = set()
        self._files = 0
        self._lock = threading.Lock()
        self.choice: Choice = choose(settings.recognition)
        self._recognizer = _process(self.choice)
        self._voice: VoiceDetector = StreamingVoice()

    async def transcribe(self, sound: Path | Sound, progress: Callable[[float], None]) -> FileTranscript:
        """Recognise one file. Where this is cancelled, the recogniser ends, whatever it is doing.

        Args:
            sound: Any audio or video file that PyAV decodes, or what gives its samples.
            progress: Told of the share that is done, 0 to 1, never decreasing.

        Raises:
            AudioError: The file cannot be decoded.
            RecognitionError: The recogniser cannot be loaded, or failed.
        """
        # Each file has its own event loop, and so its own connection to a server.
        enhancer = TextEnhancer(self._settings)
        try:
            return await self._transcribed(sound, enhancer, _rising(progress))
        finally:
            await enhancer.close()

    async def _transcribed(
        self, sound: Path | Sound, enhancer: TextEnhancer, progress: Callable[[float], None]
    ) -> FileTranscript:
        clock = StageClock()
        cancelled = threading.Event()
        share = WITH_SERVER if await enhancer.has_server() else 1.0
        try:
            words, duration_s = await in_background(
                lambda: self._work(sound, clock, _part(progress, 0.0, share), cancelled.is_set),
                "file transcription",
            )
        except asyncio.CancelledError:
            cancelled.set()
            self._recognizer.kill()
            raise
        spoken = words.language
        draft = draft_of(words.segments, spoken.text)
        text = await self._final_text(enhancer, draft, clock, _part(progress, share, 1.0))
        progress(1.0)
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
        """Whether a file is being worked on, perhaps one that nobody waits for any more."""
        return self._lock.locked()

    def close(self) -> None:
        """End the recogniser, whatever it is doing."""
        self._recognizer.kill()
        if not self.working:
            self._recognizer.unload()

    def _work(
        self,
        sound: Path | Sound,
        clock: StageClock,
        progress: Callable[[float], None],
        cancelled: Callable[[], bool],
    ) -> tuple[Words, float]:
        """Everything up to the words; these, and the length of the sound in seconds."""
        from engine.audio.codec import decode

        with self._lock:
            with clock.stage("decode"):
                samples = decode(sound, tell=self._tell_once) if isinstance(sound, Path) else sound()
            if cancelled():
                return Words(), 0.0
            with clock.stage("load"):
                self._load()
            # Another file is another speaker, for all we know.
            self._files += 1
            recognition = FileRecognition(
                self._recognizer, self._voice, self._settings, f"file {self._files}", clock, self._tell_once
            )
            words = recognition.recognize(samples, progress, cancelled)
        self._tell_once(words.remark)
        self._tell_once(self._recognizer.remark)
        return words, len(samples) / SAMPLE_RATE

    def _load(self) -> None:
        """Load the recogniser or its stand-in, and the voice detector or its own; say so once."""
        check_language(self.choice.name, self.choice.model, self._settings.recognition.language)
        # A card that failed at one file is tried again at the next, as in dictations.
        self._recognizer.begin_dictation()
        try:
            self._recognizer.load()
        except RecognitionStoppedError:
            raise
        except RecognitionError as error:
            if not self.choice.fallback:
                raise
            self.choice = stand_in(self._settings.recognition, str(error))
            self._recognizer = _process(self.choice)
            self._recognizer.load()
        self._voice, problem = load_voice(self._voice)
        for remark in (self.choice.remark, self._recognizer.remark, "" if problem is None else str(problem)):
            self._tell_once(remark)

    def _tell_once(self, sentence: str) -> None:
        if sentence and sentence not in self._told:
            self._told.add(sentence)
            self._tell(sentence)

    async def _final_text(
        self, enhancer: TextEnhancer, draft: Draft, clock: StageClock, progress: Callable[[float], None]
    ) -> str:
        if not draft.text:
            return ""
        mode = self._settings.writing_mode
        model = self.choice.model
        edited = await enhancer.enhance(draft, mode, recognized_by=model, clock=clock, progress=progress)
        self._tell_once(edited.remark)
        return edited.text


def _process(choice: Choice) -> RecognizerProcess:
    return in_process(choice.name, choice.options, log=paths.log_file())


def _part(progress: Callable[[float], None], begin: float, end: float) -> Callable[[float], None]:
    """The progress of a step of the whole, told as that of the whole."""
    return lambda share: progress(begin + (end - begin) * share)


def _rising(progress: Callable[[float], None]) -> Callable[[float], None]:
    """Progress that never goes back, even where the work begins anew."""
    reached = 0.0

    def report(share: float) -> None:
        nonlocal reached
        reached = max(reached, share)
        progress(reached)

    return report
