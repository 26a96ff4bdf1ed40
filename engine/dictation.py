"""One dictation, from its first frame to its final text: an object with an id."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from engine.audio.format import FRAME, FRAME_S, Samples
from engine.audio.spool import Spool
from engine.enhance.writing_mode import WritingMode
from engine.events import Event, LanguageHeard, Notice, StopReason
from engine.metrics import StageClock
from engine.recognition import Recognition
from engine.speech.endpoint import VoiceEvent, VoiceKind
from engine.speech.host import RecognizerHost


class Dictation:
    """What is known of one recording, and the recognition of it. Lives on the event loop.

    Attributes:
        id: Number that every event of this dictation carries.
        recognition: Turns its sound into words.
        frames: Frames recorded so far, pre-roll included.
        preroll_s: How much of it lies before the key, in seconds.
        peak: Largest magnitude recorded so far.
        mode: Writing mode in force at stop.
        clock: Time spent in each stage after the stop.
        first_partial_ms: From the first speech to the first words shown; None before them.
        reason: Why it was stopped.
        stopped_at: `time.perf_counter()` of the stop; None while it is being recorded.
        spool: Its sound on disk, once the recording is cut.
        firm_segments: How many of its firm segments were looked at for editing in advance.
    """

    def __init__(
        self,
        number: int,
        mode: WritingMode,
        host: RecognizerHost,
        on_words: Callable[[Dictation], None],
    ) -> None:
        """Begin a dictation; called when its recording is asked for.

        Args:
            number: Its id.
            mode: Writing mode in force now.
            host: Whose recogniser and thread it uses.
            on_words: Told on the event loop whenever its words, or the error of their recognition,
                change.
        """
        self.id = number
        self.mode = mode
        self.recognition = Recognition(f"dictation {number}", host, self._on_change)
        self.frames = 0
        self.preroll_s = 0.0
        self.peak = 0.0
        self.clock = StageClock()
        self.first_partial_ms: float | None = None
        self.reason: StopReason = "key"
        self.stopped_at: float | None = None
        self.spool: Spool | None = None
        self.firm_segments = 0
        self._endpointer = host.endpointer()
        self._on_words = on_words
        self._voice_began_at: float | None = None
        self._language_told = False
        self._remark_told = False

    @property
    def duration_s(self) -> float:
        """Seconds recorded so far."""
        return self.frames * FRAME_S

    @property
    def spoke(self) -> bool:
        """Whether speech has been heard."""
        return self._endpointer.spoke

    def silence_is_over(self, silence_s: float) -> bool:
        """Whether speech was followed by `silence_s` seconds of silence."""
        return self._endpointer.should_stop(silence_s)

    def hear(self, samples: Samples, voice: tuple[float, ...]) -> None:
        """Take the next frames of the recording: shape [n * FRAME], and n voice probabilities."""
        self.frames += len(samples) // FRAME
        if self.recognition.discarded:
            return
        self.peak = max(self.peak, float(abs(samples).max(initial=0.0)))
        for probability in voice:
            self._note_voice(self._endpointer.push(probability))
        self.recognition.push(samples, voice)

    def news(self) -> Iterator[Event]:
        """What was found out and is not told yet: its language, and what could not be done with it."""
        recognition = self.recognition
        if recognition.language and not self._language_told:
            self._language_told = True
            yield LanguageHeard(self.id, recognition.language, recognition.language_probability)
        if recognition.words.remark and not self._remark_told:
            self._remark_told = True
            yield Notice("warning", recognition.words.remark, topic="language")

    def stop(self, reason: StopReason, mode: WritingMode) -> None:
        """Note the moment of the stop, its reason and the mode in force; capture may have a tail."""
        self.stopped_at = time.perf_counter()
        self.reason = reason
        self.mode = mode
        self.recognition.expect_end()

    def cut(self, spool: Spool | None) -> None:
        """Note that the last sample has come, and where the sound is on disk."""
        self.spool = spool
        if self.stopped_at is not None:
            self.clock.stages_ms["capture"] = (time.perf_counter() - self.stopped_at) * 1e3

    def _note_voice(self, event: VoiceEvent | None) -> None:
        """Remember when the first sound of speech came; that of the pre-roll came with the key."""
        if self._voice_began_at is None and event is not None and event.kind is VoiceKind.STARTED:
            since_key = self.duration_s - self.preroll_s
            since_voice = (self._endpointer.frames - event.frame) * FRAME_S
            self._voice_began_at = time.perf_counter() - max(0.0, min(since_voice, since_key))

    def _on_change(self) -> None:
        words = self.recognition.words
        if self.first_partial_ms is None and self._voice_began_at and (words.partial or words.segments):
            self.first_partial_ms = (time.perf_counter() - self._voice_began_at) * 1e3
        self._on_words(self)
