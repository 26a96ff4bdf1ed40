"""Recognises a dictation while it is spoken: each phrase once, in order, with live partials.

Runs on the recogniser's thread, over anything that satisfies `Recognizer`. A phrase is committed
when the pause behind it has been heard, so that at stop only the last phrase is still open.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from engine.audio.format import FRAME_S, SAMPLE_RATE, Samples
from engine.speech.phrases import Closed, Opened, PhraseCutter, Spoken
from engine.speech.recognizer import Context, Recognizer, Segment, Utterance

PARTIAL_EVERY_S = 1.0
"""New sound, in seconds, between two partials of a recogniser that decodes anew for each."""


@dataclass(frozen=True, slots=True)
class Words:
    """What is known of a dictation's words.

    Attributes:
        segments: Firm segments, times in seconds from the recording's start.
        partial: Text of the open phrase that may still change.
    """

    segments: tuple[Segment, ...] = ()
    partial: str = ""


class StreamingTranscriber:
    """Feeds one dictation to a recogniser and collects its words.

    Attributes:
        words: What is recognised so far.
        busy_s: Seconds that the recogniser worked.
        progress_at: `time.perf_counter()` when a phrase was last begun or committed.
    """

    def __init__(
        self,
        recognizer: Recognizer,
        cutter: PhraseCutter,
        context: Context,
        report: Callable[[Words], None],
    ) -> None:
        """Begin a dictation.

        Args:
            recognizer: A loaded recogniser with no open utterance.
            cutter: Finds the phrases.
            context: Language and vocabulary; the text before each phrase is added here.
            report: Told of the words whenever they change.
        """
        self._recognizer = recognizer
        self._cutter = cutter
        self._context = context
        self._report = report
        self._utterance: Utterance | None = None
        self._start_s = 0.0
        self._unseen_s = 0.0
        self.words = Words()
        self.busy_s = 0.0
        self.progress_at = time.perf_counter()

    def push(self, samples: Samples, voice: tuple[float, ...]) -> None:
        """Take the next frames of the recording, and commit the phrases that end in them.

        Raises:
            RecognitionError: The recogniser failed.
        """
        began = time.perf_counter()
        for step in self._cutter.push(samples, voice):
            match step:
                case Opened(start_frame):
                    self._open(start_frame)
                case Spoken(spoken):
                    self._feed(spoken)
                case Closed():
                    self._commit()
        self.busy_s += time.perf_counter() - began

    def update_partial(self) -> None:
        """Ask for the open phrase's words, if there is new sound in it and it is time.

        A recogniser that decodes anew for each partial is not asked once quiet has begun: the
        final decode is near, and must not wait behind a partial.

        Raises:
            RecognitionError: The recogniser failed.
        """
        streams = self._recognizer.streams
        due = self._unseen_s > 0 if streams else self._unseen_s >= PARTIAL_EVERY_S and not self._cutter.quiet
        if self._utterance is None or not due:
            return
        began = time.perf_counter()
        self._unseen_s = 0.0
        partial = self._utterance.partial().text
        self.busy_s += time.perf_counter() - began
        if partial != self.words.partial:
            self._publish(replace(self.words, partial=partial))

    def finish(self) -> Words:
        """End the recording: commit the open phrase and return all words.

        Raises:
            RecognitionError: The recogniser failed.
        """
        began = time.perf_counter()
        for _ in self._cutter.end():
            self._commit()
        self.busy_s += time.perf_counter() - began
        return self.words

    def discard(self) -> None:
        """Throw the open phrase away; what is committed stays in `words`."""
        if self._utterance is not None:
            self._utterance.discard()
            self._utterance = None

    def _open(self, start_frame: int) -> None:
        previous = " ".join(segment.text for segment in self.words.segments[-3:])
        self._utterance = self._recognizer.open(replace(self._context, previous_text=previous))
        self._start_s = start_frame * FRAME_S
        self._unseen_s = 0.0
        self.progress_at = time.perf_counter()

    def _feed(self, samples: Samples) -> None:
        assert self._utterance is not None, "sound of a phrase before its opening"
        self._utterance.feed(samples)
        self._unseen_s += len(samples) / SAMPLE_RATE

    def _commit(self) -> None:
        assert self._utterance is not None, "end of a phrase before its opening"
        utterance, self._utterance = self._utterance, None
        transcript = utterance.finish()
        self.progress_at = time.perf_counter()
        moved = tuple(_moved(segment, self._start_s) for segment in transcript.segments if segment.text)
        self._publish(Words(self.words.segments + moved))

    def _publish(self, words: Words) -> None:
        self.words = words
        self._report(words)


def _moved(segment: Segment, by_s: float) -> Segment:
    words = tuple(
        replace(word, start_s=word.start_s + by_s, end_s=word.end_s + by_s) for word in segment.words
    )
    return replace(segment, start_s=segment.start_s + by_s, end_s=segment.end_s + by_s, words=words)
