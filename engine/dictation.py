"""One dictation, from its first frame to its final text: an object with an id."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from engine.audio.format import FRAME, FRAME_S, Samples
from engine.audio.spool import Spool
from engine.enhance.enhancer import WritingMode
from engine.errors import RecognitionError
from engine.events import StopReason
from engine.metrics import StageClock
from engine.speech.cleanup import readable_live
from engine.speech.draft import draft_of
from engine.speech.host import RecognizerHost
from engine.speech.recognizer import Segment
from engine.speech.streaming import StreamingTranscriber, Words

STUCK_S = 300.0
"""Seconds at work on one phrase after which a recogniser counts as stuck. A phrase is at most 30 s of
sound; a model that needs longer than ten times that is of no use."""

LET_GO_S = 2.0
"""Seconds that a recogniser may go on with what was cancelled; to load it anew takes about as long."""


class Dictation:
    """Carries one recording's sound to the recogniser's thread and its words back to the loop.

    All public methods run on the event loop. Sound waits in an inbox while the recogniser is loading or
    busy, so that no speed of a recogniser can lose any of it.

    Attributes:
        id: Number that every event of this dictation carries.
        words: What is recognised so far.
        committed: The firm ones among them, written as sentences.
        frames: Frames recorded so far, pre-roll included.
        preroll_s: How much of it lies before the key, in seconds.
        peak: Largest magnitude recorded so far.
        mode: Writing mode in force at stop.
        clock: Time spent in each stage after the stop.
        reason: Why it was stopped.
        stopped_at: `time.perf_counter()` of the stop; None while it is being recorded.
        error: Why recognition failed; the recording goes on all the same.
        spool: Its sound on disk, once the recording is cut.
        discarded: Whether its recognition was given up.
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
            on_words: Told on the event loop whenever `words` or `error` change.
        """
        self.id = number
        self.mode = mode
        self.words = Words()
        self.committed = ""
        self.frames = 0
        self.preroll_s = 0.0
        self.peak = 0.0
        self.clock = StageClock()
        self.reason: StopReason = "key"
        self.stopped_at: float | None = None
        self.error: RecognitionError | None = None
        self.spool: Spool | None = None
        self._loop = asyncio.get_running_loop()
        self._host = host
        self._endpointer = host.endpointer()
        self._transcriber: StreamingTranscriber | None = None
        self._on_words = on_words
        self._inbox: deque[tuple[Samples, tuple[float, ...]]] = deque()
        self._reported: tuple[Segment, ...] = ()
        self._readable = ""
        self._draining = False
        self._working_since: float | None = None
        self.discarded = False

    @property
    def duration_s(self) -> float:
        """Seconds recorded so far."""
        return self.frames * FRAME_S

    @property
    def spoke(self) -> bool:
        """Whether speech has been heard."""
        return self._endpointer.spoke

    @property
    def busy_s(self) -> float:
        """Seconds that the recogniser worked on it."""
        return self._transcriber.busy_s if self._transcriber else 0.0

    @property
    def _works_for_s(self) -> float:
        """Seconds for which the recogniser has been at work on one phrase of this dictation; 0 if not."""
        since = self._working_since
        if since is None or self._transcriber is None:
            return 0.0
        return time.perf_counter() - max(since, self._transcriber.progress_at)

    async def let_go(self) -> None:
        """After `discard`: end a recogniser that does not let go of this dictation by itself.

        Work for another dictation, or on loading, is left alone.
        """
        await asyncio.sleep(LET_GO_S)
        if self._works_for_s > LET_GO_S:
            self._host.kill()

    def silence_is_over(self, silence_s: float) -> bool:
        """Whether speech was followed by `silence_s` seconds of silence."""
        return self._endpointer.should_stop(silence_s)

    def hear(self, samples: Samples, voice: tuple[float, ...]) -> None:
        """Take the next frames of the recording: shape [n * FRAME], and n voice probabilities."""
        self.frames += len(samples) // FRAME
        if self.discarded:
            return
        self.peak = max(self.peak, float(abs(samples).max(initial=0.0)))
        for probability in voice:
            self._endpointer.push(probability)
        self._inbox.append((samples, voice))
        if not self._draining and self.error is None:
            self._draining = True
            self._host.thread.submit(self._drain)

    def stop(self, reason: StopReason, mode: WritingMode) -> None:
        """Note the moment of the stop, its reason and the mode in force; capture may have a tail."""
        self.stopped_at = time.perf_counter()
        self.reason = reason
        self.mode = mode

    def cut(self, spool: Spool | None) -> None:
        """Note that the last sample has come, and where the sound is on disk."""
        self.spool = spool
        if self.stopped_at is not None:
            self.clock.stages_ms["capture"] = (time.perf_counter() - self.stopped_at) * 1e3

    async def finish(self) -> Words:
        """Recognise what is left and return all words.

        Raises:
            RecognitionError: The recogniser failed, now or earlier in this dictation, or committed
                no phrase for so long that it must be stuck; then it is ended.
        """
        working = self._loop.run_in_executor(self._host.thread, self._finish)
        while not (await asyncio.wait({working}, timeout=STUCK_S / 4))[0]:
            if self._works_for_s > STUCK_S:
                self.error = RecognitionError(
                    f"The recogniser {self._host.choice.name} did not come to an end and was stopped.",
                    "It starts anew with the next dictation.",
                )
                self._host.kill()
        if self.error is not None:
            raise self.error
        assert self._transcriber is not None, "finished without error and without a transcriber"
        self.words = self._transcriber.words
        return self.words

    def discard(self) -> None:
        """Give up recognition; sound that still waits is dropped, and nothing more is reported."""
        self.discarded = True
        self._inbox.clear()
        self._host.thread.submit(self._discard)

    def _drain(self) -> None:
        """On the recogniser's thread: feed what waits, then look at the partial.

        `_draining` is cleared before the inbox is looked at for the last time, so that sound which
        arrives in between starts a new drain rather than waiting for more sound.
        """
        with self._explained():
            transcriber = self._feed_waiting()
            self._draining = False
            if not self._inbox and self.stopped_at is None and not self.discarded:
                transcriber.update_partial()

    def _finish(self) -> None:
        with self._explained():
            self._feed_waiting().finish()

    def _feed_waiting(self) -> StreamingTranscriber:
        if self.error is not None:
            raise self.error
        if self._transcriber is None:
            self._transcriber = self._host.transcriber(self._report)
        while self._inbox:
            try:
                samples, voice = self._inbox.popleft()
            except IndexError:  # discarded on the loop between the look and the grasp
                break
            self._transcriber.push(samples, voice)
        return self._transcriber

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Keep whatever goes wrong on the recogniser's thread as this dictation's error.

        Even a defect must end in a sentence and in kept audio: an executor would swallow it.
        """
        self._working_since = time.perf_counter()
        try:
            yield
        except RecognitionError as error:
            self._fail(error)
        except Exception as error:
            logging.getLogger(__name__).exception("recognition of dictation %d", self.id)
            self._fail(
                RecognitionError(f"The recogniser met an unexpected fault ({type(error).__name__}: {error}).")
            )
        finally:
            self._working_since = None

    def _fail(self, error: RecognitionError) -> None:
        self._inbox.clear()
        if self.error is None:
            self.error = error
            self._loop.call_soon_threadsafe(self._tell)

    def _tell(self) -> None:
        if not self.discarded:
            self._on_words(self)

    def _discard(self) -> None:
        if self._transcriber is not None:
            self._transcriber.discard()

    def _report(self, words: Words) -> None:
        """On the recogniser's thread: write the firm words out there, for long texts take a while."""
        if words.segments != self._reported:
            self._reported = words.segments
            self._readable = readable_live(draft_of(words.segments), self._host.language)
        self._loop.call_soon_threadsafe(self._show, words, self._readable)

    def _show(self, words: Words, committed: str) -> None:
        self.words = words
        self.committed = committed
        self._tell()
