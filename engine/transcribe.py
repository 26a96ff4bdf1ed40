"""Recognises whole files, as fast as the recogniser goes.

A recogniser that takes many windows of sound at once is given those (`engine.speech.spans`); any
other, or one that fails at it, hears the file phrase by phrase like live speech.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from engine.audio.format import FRAME, SAMPLE_RATE, Samples
from engine.background import in_background
from engine.enhance.enhancer import Draft, Enhancer
from engine.errors import RecognitionError
from engine.metrics import StageClock
from engine.registry import build_enhancer, build_recognizer
from engine.settings.schema import Settings
from engine.speech.assembly import make_context, make_cutter, make_transcriber
from engine.speech.cleanup import readable
from engine.speech.draft import draft_of
from engine.speech.recognizer import Recognizer, Segment
from engine.speech.selection import Choice, choose, stand_in
from engine.speech.silero import StreamingVoice
from engine.speech.spans import SpanRecognizer, pack, spans
from engine.speech.streaming import Words
from engine.speech.voice import VoiceDetector
from engine.speech.voice_loading import load_voice

BLOCK_FRAMES = 32
"""Frames handed to the recogniser at a time: about a second, so that progress is smooth."""

PAUSE_S = 0.3
"""Silence that may end a window, in seconds; where live speech is cut later, for want of knowing how
it goes on. The shorter it is, the fuller the windows."""

PADDING_S = 0.25
"""Sound around speech in a window, in seconds, at the most: what is left of the pauses between."""

VOICE_SHARE = 0.1
"""Share of the whole work that looking for speech stands for in the progress."""


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
        self._lock = threading.Lock()
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
        clock = StageClock()
        cancelled = threading.Event()
        try:
            segments, duration_s = await in_background(
                lambda: self._work(path, clock, _rising(progress), cancelled.is_set), "file transcription"
            )
        finally:
            cancelled.set()
        draft = draft_of(segments)
        text = await self._final_text(draft, clock)
        return FileTranscript(
            text, draft.text, segments, self.choice.name, self.choice.model, duration_s, clock.stages_ms
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
    ) -> tuple[tuple[Segment, ...], float]:
        """Everything up to the words; their segments, and the length of the sound in seconds."""
        from engine.audio.codec import decode

        with self._lock:
            with clock.stage("decode"):
                samples = decode(path, None)
            with clock.stage("load"):
                self._load()
            return self._recognize(samples, clock, progress, cancelled), len(samples) / SAMPLE_RATE

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
        self,
        samples: Samples,
        clock: StageClock,
        progress: Callable[[float], None],
        cancelled: Callable[[], bool],
    ) -> tuple[Segment, ...]:
        # Another file is another speaker, for all we know.
        self._files += 1
        if isinstance(self._recognizer, SpanRecognizer):
            try:
                return self._by_windows(self._recognizer, samples, clock, progress, cancelled)
            except Exception as error:  # whatever it is, there is a slower way to the words
                self._tell(f"The file is recognised phrase by phrase, for the faster way failed: {error}")
                self._voice.reset()
        return self._by_phrases(samples, clock, progress, cancelled)

    def _by_windows(
        self,
        recognizer: SpanRecognizer,
        samples: Samples,
        clock: StageClock,
        progress: Callable[[float], None],
        cancelled: Callable[[], bool],
    ) -> tuple[Segment, ...]:
        """Find all speech first, and have it recognised many windows at a time."""
        voice = self._settings.voice
        closer = {"pause_s": min(voice.pause_s, PAUSE_S), "padding_s": min(voice.padding_s, PADDING_S)}
        cutter = make_cutter(voice.model_copy(update=closer))
        whole = np.concatenate([samples, np.zeros(-len(samples) % FRAME, np.float32)])
        probabilities: list[float] = []
        for block in _blocks(whole):
            if cancelled():
                return ()
            with clock.stage("voice"):
                probabilities += self._probabilities(block)
            progress(VOICE_SHARE * len(probabilities) * FRAME / len(whole))
        with clock.stage("voice"):
            windows = pack(
                spans(cutter, whole, tuple(probabilities)), round(recognizer.window_s * SAMPLE_RATE)
            )
        context = make_context(self._settings, speaker=f"file {self._files}")
        recognized = recognizer.recognize((window.samples(whole) for window in windows), context, cancelled)
        found: list[Segment] = []
        done, total = 0, sum(window.length for window in windows)
        for window in windows:
            with clock.stage("recognition"):
                segments = next(recognized, None)
            if segments is None:
                break  # cancelled
            found += [window.placed(segment) for segment in segments]
            done += window.length
            progress(VOICE_SHARE + (1 - VOICE_SHARE) * done / total)
        duration_s = len(samples) / SAMPLE_RATE
        progress(1.0)
        return tuple(replace(segment, end_s=min(segment.end_s, duration_s)) for segment in found)

    def _by_phrases(
        self,
        samples: Samples,
        clock: StageClock,
        progress: Callable[[float], None],
        cancelled: Callable[[], bool],
    ) -> tuple[Segment, ...]:
        """Have the file recognised as if it were spoken now."""
        transcriber = make_transcriber(
            self._recognizer,
            lambda: self._settings,
            _ignore,
            speaker=f"file {self._files}",
        )
        done = 0
        for block in _blocks(samples):
            if cancelled():
                return ()
            with clock.stage("voice"):
                probabilities = self._probabilities(block)
            with clock.stage("recognition"):
                transcriber.push(block, probabilities)
            done += len(block)
            progress(min(1.0, done / len(samples)))
        with clock.stage("recognition"):
            return transcriber.finish().segments

    def _probabilities(self, block: Samples) -> tuple[float, ...]:
        voice = self._voice
        return tuple(voice.probability(block[at : at + FRAME]) for at in range(0, len(block), FRAME))

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


def _rising(progress: Callable[[float], None]) -> Callable[[float], None]:
    """Progress that never goes back, even where the work begins anew."""
    reached = 0.0

    def report(share: float) -> None:
        nonlocal reached
        reached = max(reached, share)
        progress(reached)

    return report
