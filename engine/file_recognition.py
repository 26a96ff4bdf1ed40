"""Recognises the sound of a whole file, as fast as the recogniser goes.

A recogniser that takes many windows of sound at once is given those (`engine.speech.spans`); any
other, or one that fails at it, hears the file phrase by phrase like live speech.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from engine.audio.format import FRAME, SAMPLE_RATE, Samples
from engine.errors import RecognitionStoppedError
from engine.metrics import StageClock
from engine.settings.schema import Settings
from engine.speech.assembly import make_context, make_cutter, make_transcriber
from engine.speech.recognizer import Recognizer, Segment
from engine.speech.spans import SpanRecognizer, pack, spans
from engine.speech.spoken_language import expecting
from engine.speech.voice import VoiceDetector
from engine.speech.words import Words
from engine.window_recognition import WindowRecognition

BLOCK_FRAMES = 32
"""Frames handed to the recogniser at a time: about a second, so that progress is smooth."""

PAUSE_S = 0.3
"""Silence that may end a window, in seconds; where live speech is cut later, for want of knowing how
it goes on. The shorter it is, the fuller the windows."""

PADDING_S = 0.25
"""Sound around speech in a window, in seconds, at the most: what is left of the pauses between."""

VOICE_SHARE = 0.1
"""Share of the whole work that looking for speech stands for in the progress."""


class FileRecognition:
    """The way of one file from sound to words. Blocking."""

    def __init__(
        self,
        recognizer: Recognizer,
        voice: VoiceDetector,
        settings: Settings,
        speaker: str,
        clock: StageClock,
        tell: Callable[[str], None],
    ) -> None:
        """Prepare.

        Args:
            recognizer: Loaded, with no open utterance.
            voice: Loaded; finds the speech.
            settings: Thresholds, language, vocabulary and performance mode.
            speaker: A name for who speaks in the file.
            clock: Adds up the time of the stages "voice" and "recognition".
            tell: Told why something was done again, or in a slower way, where it was.
        """
        self._recognizer = recognizer
        self._voice = voice
        self._settings = settings
        self._speaker = speaker
        self._clock = clock
        self._tell = tell

    def recognize(
        self, samples: Samples, progress: Callable[[float], None], cancelled: Callable[[], bool]
    ) -> Words:
        """Recognise everything.

        Args:
            samples: Mono float32 at 16 kHz, shape [n].
            progress: Told of the share that is done, 0 to 1.
            cancelled: Asked now and then; what is there by then is returned.

        Returns:
            The words, in seconds from the start, and their language.

        Raises:
            RecognitionError: The recogniser failed, or was ended on purpose.
        """
        if isinstance(self._recognizer, SpanRecognizer):
            try:
                return self._by_windows(self._recognizer, samples, progress, cancelled)
            except RecognitionStoppedError:
                raise
            except Exception as error:  # whatever it is, there is a slower way to the words
                self._tell(f"The file is recognised phrase by phrase, for the faster way failed: {error}")
                self._voice.reset()
        return self._by_phrases(samples, progress, cancelled)

    def _by_windows(
        self,
        recognizer: SpanRecognizer,
        samples: Samples,
        progress: Callable[[float], None],
        cancelled: Callable[[], bool],
    ) -> Words:
        """Find all speech first, and have it recognised many windows at a time."""
        voice = self._settings.voice
        closer = {"pause_s": min(voice.pause_s, PAUSE_S), "padding_s": min(voice.padding_s, PADDING_S)}
        cutter = make_cutter(voice.model_copy(update=closer))
        whole = np.concatenate([samples, np.zeros(-len(samples) % FRAME, np.float32)])
        probabilities: list[float] = []
        for block in _blocks(whole):
            if cancelled():
                return Words()
            with self._clock.stage("voice"):
                probabilities += self._probabilities(block)
            progress(VOICE_SHARE * len(probabilities) * FRAME / len(whole))
        with self._clock.stage("voice"):
            windows = pack(
                spans(cutter, whole, tuple(probabilities)), round(recognizer.window_s * SAMPLE_RATE)
            )
        context = make_context(self._settings, speaker=self._speaker)
        work = WindowRecognition(recognizer, self._clock, self._tell)
        transcripts = work.recognize(windows, whole, context, cancelled)
        found: list[Segment] = []
        language, remark = expecting(context.language), ""
        done, total = 0, sum(window.length for window in windows)
        # Where it is cancelled, there are fewer transcripts.
        for window, transcript in zip(windows, transcripts, strict=False):
            found += [window.placed(segment) for segment in transcript.segments]
            language, remark = language.after(transcript), remark or transcript.remark
            done += window.length
            progress(VOICE_SHARE + (1 - VOICE_SHARE) * done / total)
        duration_s = len(samples) / SAMPLE_RATE
        progress(1.0)
        segments = tuple(replace(segment, end_s=min(segment.end_s, duration_s)) for segment in found)
        return Words(segments, language=language.at_end(), remark=remark)

    def _by_phrases(
        self,
        samples: Samples,
        progress: Callable[[float], None],
        cancelled: Callable[[], bool],
    ) -> Words:
        """Have the file recognised as if it were spoken now."""
        transcriber = make_transcriber(
            self._recognizer,
            lambda: self._settings,
            _ignore,
            speaker=self._speaker,
        )
        done = 0
        for block in _blocks(samples):
            if cancelled():
                return Words()
            with self._clock.stage("voice"):
                probabilities = self._probabilities(block)
            with self._clock.stage("recognition"):
                transcriber.push(block, probabilities)
            done += len(block)
            progress(min(1.0, done / len(samples)))
        with self._clock.stage("recognition"):
            return transcriber.finish()

    def _probabilities(self, block: Samples) -> tuple[float, ...]:
        voice = self._voice
        return tuple(voice.probability(block[at : at + FRAME]) for at in range(0, len(block), FRAME))


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
