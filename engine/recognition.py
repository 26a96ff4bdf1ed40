"""The recognition of one dictation: sound goes to the recogniser's thread, words come back to the loop."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager

from engine.audio.format import Samples
from engine.enhance.enhancer import Draft
from engine.errors import RecognitionError, RecognitionStoppedError
from engine.speech.draft import draft_of
from engine.speech.host import RecognizerHost
from engine.speech.open_phrase import Tally
from engine.speech.streaming import StreamingTranscriber
from engine.speech.words import Words
from engine.speech.written_words import Revision, WrittenWords

STUCK_S = 300.0
"""Seconds at work on one phrase after which a recogniser counts as stuck. A phrase is at most 30 s of
sound; a model that needs longer than ten times that is of no use."""

LET_GO_S = 2.0
"""Seconds that a recogniser may go on with what was cancelled; to load it anew takes about as long."""


class Recognition:
    """Carries one recording's sound to the recogniser's thread and its words back.

    All public methods run on the event loop. Sound waits in an inbox while the recogniser is loading
    or busy, so that no speed of a recogniser can lose any of it.

    Attributes:
        words: What is recognised so far.
        committed: The firm ones among them, written as sentences.
        draft: The text if the recording ended now; None while a phrase is open of which that is not
            known.
        final: The whole text, once `finish` has returned.
        busy_s: Seconds that the recogniser was at work on it; once `finish` has returned.
        held_up: Why no recogniser could be had at the beginning: sound waits for one; None once it is
            taken note of.
        error: Why it failed; the recording goes on all the same.
        discarded: Whether it was given up.
    """

    def __init__(self, name: str, host: RecognizerHost, on_change: Callable[[], None]) -> None:
        """Begin; no sound has come yet.

        Args:
            name: What the log calls it.
            host: Whose recogniser and thread it uses.
            on_change: Told on the event loop whenever words or error change.
        """
        self.words = Words()
        self.committed = ""
        self.draft: Draft | None = Draft("")
        self.final = Draft("")
        self.error: RecognitionError | None = None
        self.held_up: RecognitionError | None = None
        self.discarded = False
        self.busy_s = 0.0
        self._name = name
        self._host = host
        self._on_change = on_change
        self._loop = asyncio.get_running_loop()
        self._transcriber: StreamingTranscriber | None = None
        self._in_vain = -1
        self._inbox: deque[tuple[Samples, tuple[float, ...]]] = deque()
        self._written = WrittenWords()
        self._model = host.model()
        self._ended: asyncio.Future[None] | None = None
        self._gone: Future[None] | None = None
        self._draining = False
        self._ending = False
        self._ended_with = ""
        self._working_since: float | None = None

    @property
    def revision(self) -> Revision | None:
        """What the decode of the whole dictation changed, after its end; None before."""
        return self._written.revision

    @property
    def model(self) -> str:
        """The model whose words these are; until the end the one that is chosen."""
        return self._ended_with or self._host.choice.label

    @property
    def language(self) -> str:
        """ISO 639-1 code of the language that was found out; empty until then, and where it was given."""
        return self.words.language.code if self.language_probability else ""

    @property
    def language_probability(self) -> float:
        """How sure that is, 0 to 1."""
        return self.words.language.probability

    @property
    def tally(self) -> Tally:
        """What was tried to have its words early, and what became of it."""
        return self._transcriber.tally if self._transcriber else Tally()

    @property
    def _works_for_s(self) -> float:
        """Seconds for which the recogniser has been at work on one phrase of it; 0 if not."""
        since = self._working_since
        if since is None or self._transcriber is None or self._model.loading:
            return 0.0
        return time.perf_counter() - max(since, self._transcriber.progress_at)

    def push(self, samples: Samples, voice: tuple[float, ...]) -> None:
        """Take the next frames: shape [n * FRAME], not changed afterwards, and n voice probabilities."""
        if self.discarded or self.error is not None:
            return
        self._inbox.append((samples, voice))
        if not self._draining:
            self._draining = True
            self._host.thread.submit(self._drain)

    def expect_end(self) -> None:
        """Hear that the recording is being stopped, and has at most its tail to come."""
        self._ending = True

    def end(self) -> None:
        """Hear that all sound has come: what is left is recognised before that of a later dictation."""
        if self._ended is None:
            self._ended = self._loop.run_in_executor(self._host.thread, self._finish)

    async def finish(self) -> None:
        """Wait until everything is recognised; the whole text is in `final` then.

        Raises:
            RecognitionError: The recogniser failed, now or earlier in this dictation, or committed
                no phrase for so long that it must be stuck; then it is ended.
        """
        self.end()
        working = self._ended
        assert working is not None, "ended and not under way"
        while not (await asyncio.wait({working}, timeout=STUCK_S / 4))[0]:
            if self._works_for_s > STUCK_S:
                self.error = RecognitionError(
                    f"The recogniser {self._host.choice.name} did not come to an end and was stopped.",
                    "It starts anew with the next dictation.",
                )
                self._model.kill()
        if self.error is not None:
            raise self.error
        assert self._transcriber is not None, "finished without error and without a transcriber"
        self.words = self._transcriber.words

    def discard(self) -> None:
        """Give it up; sound that still waits is dropped, and nothing more is reported."""
        self.discarded = True
        self._inbox.clear()
        self._gone = self._host.thread.submit(self._discard)

    async def gone(self) -> None:
        """Wait until the recogniser has let go of a dictation that was given up."""
        if self._gone is not None:
            # Shielded: who stops waiting must not take back that the model is let go.
            await asyncio.shield(asyncio.wrap_future(self._gone))

    async def let_go(self) -> None:
        """After `discard`: end a recogniser that does not let go of this dictation by itself.

        Work for another dictation, or on loading, is left alone.
        """
        await asyncio.sleep(LET_GO_S)
        if self._works_for_s > LET_GO_S:
            self._model.kill()

    def _drain(self) -> None:
        """On the recogniser's thread: feed what waits, then see what can be decoded early.

        `_draining` is cleared first, so that sound which arrives meanwhile starts another drain
        and never waits for more sound.
        """
        self._draining = False
        with self._explained():
            if not self._can_begin():
                return
            transcriber = self._feed_waiting()
            if not (self._inbox or self.discarded):
                transcriber.work_ahead(ending=self._ending)

    def _finish(self) -> None:
        if self.discarded:
            return
        with self._explained():
            words = self._feed_waiting().finish()
            self.final = draft_of(words.segments, words.language.text)
            self._ended_with = self._model.model
            self.busy_s = self._model.busy_s()
        self._model.unload()

    def _discard(self) -> None:
        if self._transcriber is not None:
            self._transcriber.discard()
        self._model.unload()

    def _can_begin(self) -> bool:
        """Whether there is a recogniser; sound waits for one that works, until the recording's end.

        After one that could not be had, the next try is made when another one is chosen or ready.
        """
        if self._transcriber is None and self.error is None and not self.discarded:
            changes = self._host.changes
            if changes == self._in_vain:
                return False
            try:
                self._begin()
            except RecognitionStoppedError:
                raise
            except RecognitionError as error:
                self._in_vain, self.held_up = changes, error
                self._loop.call_soon_threadsafe(self._tell)
        return self._transcriber is not None or self.error is not None

    def _begin(self) -> StreamingTranscriber:
        self._transcriber = self._host.transcriber(self._model, self._report)
        return self._transcriber

    def _feed_waiting(self) -> StreamingTranscriber:
        if self.error is not None:
            raise self.error
        transcriber = self._transcriber or self._begin()
        while self._inbox:
            try:
                samples, voice = self._inbox.popleft()
            except IndexError:  # discarded on the loop between the look and the grasp
                break
            transcriber.push(samples, voice)
        return transcriber

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Keep whatever goes wrong on the recogniser's thread as the error.

        Even a defect must end in a sentence and in kept audio: an executor would swallow it.
        """
        self._working_since = time.perf_counter()
        try:
            yield
        except RecognitionError as error:
            self._fail(error)
        except Exception as error:
            logging.getLogger(__name__).exception("recognition of %s", self._name)
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

    def _report(self, words: Words) -> None:
        """On the recogniser's thread: write the words out there, for long texts take a while."""
        committed, draft = self._written.take(words), self._written.draft(words)
        self._loop.call_soon_threadsafe(self._show, words, committed, draft)

    def _show(self, words: Words, committed: str, draft: Draft | None) -> None:
        self.words, self.committed, self.draft = words, committed, draft
        self._tell()

    def _tell(self) -> None:
        if not self.discarded:
            self._on_change()
