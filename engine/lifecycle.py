"""Takes dictations from the key to the last sample, and holds the session's state."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from pathlib import Path

from engine.aftermath import Aftermath
from engine.audio.facts import Began, Cut, Fact, Heard, Recorded, SourceEnded, SourceLost, Troubled
from engine.audio.format import FRAME_S, Samples
from engine.conclusion import Conclusion
from engine.dictation import Dictation
from engine.events import (
    Event,
    Levels,
    Notice,
    RecordingStarted,
    RecordingStopped,
    StateChanged,
    StopReason,
)
from engine.listening import Listener
from engine.preferences import Preferences
from engine.speech.host import RecognizerHost
from engine.state import DictationState, follow
from engine.tasks import Tasks
from engine.word_news import tell_words

_S = DictationState

ON_THE_WAY_S = 0.5
"""Seconds of sound on its way from which a recording may be over before any of it has come. Less is a key
that was pressed twice by mistake."""


class Lifecycle:
    """The dictation at hand, and the state that follows from it.

    A dictation that was cut goes its own way to its final text, in a task of its own; the next
    one may begin meanwhile, and then the state is the next one's.

    Attributes:
        state: What the session is doing.
        publish: Told of everything that happens.
        closing: Whether the session is ending: what is still recorded then is kept, not recognised.
        aftermath: Has the recordings that are cut.
        settled: Set while no dictation is being recorded or recognised and no source is opened.
        stop_at_end: Whether the end of a file that is the source stops the recording.
    """

    def __init__(
        self,
        preferences: Preferences,
        listener: Listener,
        host: RecognizerHost,
        conclusion: Conclusion,
        publish: Callable[[Event], None],
        tasks: Tasks,
        folder: Path,
    ) -> None:
        """Wire the parts together; the session makes all of them. Sound is spooled in `folder`."""
        self.state = _S.STARTING
        self.stop_at_end = False
        self.settled = asyncio.Event()
        self._preferences = preferences
        self._listener = listener
        self._host = host
        self._conclusion = conclusion
        self.publish = publish
        self.closing = False
        self.aftermath = Aftermath(host, conclusion, publish, tasks, self._on_recognized)
        self._tasks = tasks
        self._folder = folder
        self._dictation: Dictation | None = None
        self._uncut: deque[Dictation] = deque()
        self._count = 0
        self._speaking = False

    @property
    def dictation(self) -> int | None:
        """Id of the dictation that is asked for, recorded or recognised; None where there is none."""
        return self._dictation.id if self._dictation else None

    def move(self, state: DictationState) -> None:
        """Go to another state and say so; staying where one is says nothing."""
        if state is not self.state:
            previous, self.state = self.state, follow(self.state, state)
            if state in (_S.READY, _S.FAILED):
                self.settled.set()
            else:
                self.settled.clear()
            self.publish(StateChanged(state, previous))

    def begin(self) -> None:
        """Ask for a recording; it begins with the next real frame. A source must be open."""
        self._listener.recorder.begin(self._folder)
        if self._host.needs_loading():
            self._tasks.spawn(self._host.load())
        self._count += 1
        mode = self._preferences.settings.writing_mode
        self._dictation = Dictation(self._count, mode, self._host, self._on_words)
        self._uncut.append(self._dictation)
        self.move(_S.ARMING)

    def stop(self, reason: StopReason) -> None:
        """End the recording.

        Before its first frame there is nothing to end, and it is dropped, unless its sound is on the way.
        """
        if self.state is _S.ARMING and not (reason == "key" and self._is_on_the_way()):
            self.cancel()
        elif self.state in (_S.ARMING, _S.RECORDING) and self._dictation is not None:
            self._mark_stopped(self._dictation, reason)
            settings = self._preferences.settings
            self._listener.recorder.finish(
                settings.audio.tail_s, settings.voice.release, at_once=reason != "key"
            )

    def cancel(self) -> bool:
        """Cancel the recording or its recognition; its audio is kept. False if there is neither.

        While the last sound of a recording is waited for, that waiting alone is ended, the first time.
        """
        if self._dictation is None:
            return False
        if self._dictation.stopped_at is not None and self._listener.recorder.wait_no_longer():
            return True
        dictation, self._dictation = self._dictation, None
        if not self.aftermath.cancel(dictation):
            self._listener.recorder.abandon()
        self.move(_S.READY)
        return True

    def look(self) -> None:
        """Take a sender of sound that has left for one that is silent; to be called about once a second.

        Where silence ends a recording, this ends it as well. A sender whose link is broken has not left:
        its sound is on the way.
        """
        audio, link = self._preferences.settings.audio, self._listener.link
        if not audio.auto_stop or self.state is not _S.RECORDING or link is None:
            return
        has_left = link.state != "connected" and link.behind_s <= 0
        if has_left and self._listener.recorder.silent_for_s >= audio.auto_stop_s:
            self.stop("silence")

    async def shut(self) -> Path | None:
        """End for good, after the source is closed and all tasks have ended.

        Returns:
            Where the audio of the newest dictation that was still open is kept.
        """
        return await self.aftermath.shut(self._uncut)

    def on_fact(self, fact: Fact) -> None:
        """React to what the recorder reports; on the event loop."""
        match fact:
            case Heard(columns=columns):
                self._speaking = self._is_speech(columns[-1].voice)
                self.publish(Levels(columns, self._speaking))
            case Began(preroll_frames=frames):
                self._on_began(frames * FRAME_S)
            case Recorded(samples=samples, voice=voice):
                self._on_recorded(samples, voice)
            case Cut():
                self._on_cut(fact)
            case SourceEnded():
                if self.stop_at_end:
                    self.stop("ended")
            case SourceLost():
                self._on_lost(fact)
            case Troubled(kind, message, remedy):
                self.publish(Notice("warning", message, remedy, kind))

    def _is_speech(self, probability: float) -> bool:
        voice = self._preferences.settings.voice
        return probability >= (voice.release if self._speaking else voice.threshold)

    def _on_began(self, preroll_s: float) -> None:
        dictation = self._uncut[0]
        if dictation is self._dictation:
            if dictation.stopped_at is None:
                self.move(_S.RECORDING)
            dictation.preroll_s = preroll_s
            self._tasks.spawn(self._conclusion.prepare())
            self.publish(RecordingStarted(dictation.id, preroll_s))

    def _on_recorded(self, samples: Samples, voice: tuple[float, ...]) -> None:
        dictation = self._uncut[0]
        dictation.hear(samples, voice)
        audio = self._preferences.settings.audio
        if audio.auto_stop and dictation is self._dictation and dictation.silence_is_over(audio.auto_stop_s):
            self.stop("silence")

    def _on_cut(self, cut: Cut) -> None:
        dictation = self._uncut[0]
        dictation.cut(cut.spool)
        if self.closing and dictation.stopped_at is None:
            return
        self._uncut.popleft()
        if cut.reason in ("lost", "disarmed") and dictation is self._dictation and self.state is _S.RECORDING:
            self._mark_stopped(dictation, "lost")
        if dictation.stopped_at is None or dictation.recognition.discarded or cut.spool is None:
            self._drop(dictation)
            return
        self.publish(RecordingStopped(dictation.id, cut.duration_s, dictation.reason))
        self.aftermath.take(dictation)

    def _is_on_the_way(self) -> bool:
        """Whether what is spoken comes so late that it may all be on its way."""
        link = self._listener.link
        return link is not None and link.behind_s >= ON_THE_WAY_S

    def _mark_stopped(self, dictation: Dictation, reason: StopReason) -> None:
        dictation.stop(reason, self._preferences.settings.writing_mode)
        self.move(_S.FINISHING)

    def _drop(self, dictation: Dictation) -> None:
        """End a dictation that was cut before it was stopped, or that the user cancelled."""
        if dictation is self._dictation:
            self._dictation = None
            dictation.recognition.discard()
            self._conclusion.give_up(dictation)
            self.move(_S.READY if self._listener.is_open else _S.FAILED)
        self._tasks.spawn(self.aftermath.announce_cancelled(dictation))

    def _on_recognized(self, dictation: Dictation, recognized: bool) -> None:
        if self._dictation is dictation:
            self._dictation = None
            self.move(_S.READY if recognized and self._listener.is_open else _S.FAILED)

    def _on_lost(self, lost: SourceLost) -> None:
        """The source broke: what was recorded is recognised all the same."""
        self._listener.lose(lost)
        self.stop("lost")
        if self.state is _S.READY:
            self.move(_S.FAILED)
        self._tasks.spawn(self._listener.close_lost())

    def _on_words(self, dictation: Dictation) -> None:
        if tell_words(dictation, self.publish):
            self._conclusion.look_ahead(dictation)
