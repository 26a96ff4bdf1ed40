"""The façade of the engine: everything a user interface may ask for, and the events it reads."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from engine import paths, recordings
from engine.audio.facts import Fact
from engine.audio.recovery import recover
from engine.audio.sources import AudioSource
from engine.bus import EventBus, EventStream
from engine.conclusion import Conclusion
from engine.deliver.router import Router
from engine.deliver.target import Target
from engine.deliveries import Deliveries
from engine.editing import Editor
from engine.enhancers import Enhancers
from engine.events import Event, ModelsChanged, Notice
from engine.finishing import Finisher
from engine.gauge import Gauge
from engine.kept_texts import Kept
from engine.language_choice import LanguageChoice
from engine.lifecycle import Lifecycle
from engine.listening import Listener
from engine.live_settings import LiveSettings
from engine.model_shelf import ModelShelf
from engine.piecewise import PiecewiseEditor
from engine.preferences import Preferences
from engine.second_edits import SecondEdits
from engine.settings.schema import Settings
from engine.source_choice import SourceChoice
from engine.speech.host import RecognizerHost
from engine.state import DictationState
from engine.target_choice import TargetChoice
from engine.tasks import Tasks
from engine.text_actions import TextActions
from engine.texts import Texts

BEFORE_A_RECORDING = frozenset({DictationState.READY, DictationState.FINISHING, DictationState.FAILED})
"""States from which a recording can be asked for."""


class DictationSession:
    """One engine: a source, a recogniser, an enhancer and a target behind one set of calls.

    Lives on one asyncio event loop and is made on it; all methods are called on its thread and
    return at once (coroutines await only what they say). What happens is reported through
    `events`.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        source: AudioSource | None = None,
        target: Target | None = None,
        terminal: Callable[[str], None] | None = None,
        remember: Callable[[str, str | bool], None] | None = None,
        stop_at_end: bool = False,
        recordings: Path | None = None,
        lasting: Settings | None = None,
    ) -> None:
        """Compose a session; nothing is opened or loaded before `start`.

        Args:
            settings: The effective settings.
            source: Where sound comes from; None is the microphone that the settings name.
            target: Where all texts go; None is where the settings say.
            terminal: Writes a control sequence to the user's terminal (for OSC 52); None opens
                `/dev/tty`.
            remember: Told of every setting that is changed live, as a dotted key and its value.
            stop_at_end: Whether the end of a file that is the source stops the recording.
            recordings: Folder in which sound is spooled and kept; None is the usual one.
            lasting: What the next run begins with, where options of this run differ from it.
        """
        self._recordings = recordings or paths.recordings()
        self._bus = EventBus()
        self._tasks = Tasks(self._bus.publish)
        self._closed = False
        self.undelivered: list[Kept] = []
        """Once it is closed: what is kept of texts that were not delivered."""
        self.broken_off: list[str] = []
        """Once it is closed: the places that a text which was delivered before did not reach in time."""
        self._preferences = Preferences(settings, self._bus.publish, remember, lasting)
        self._listener = Listener(settings, self._on_fact, self._bus.publish)
        self._host = RecognizerHost(lambda: self._preferences.settings, self._on_host)
        self._gauge = Gauge(self._host, self._listener, self._bus.publish)
        self._router = Router(settings, given=target, writer=terminal)
        publish, spawn = self._bus.publish, self._tasks.spawn
        self._texts = Texts(publish)
        self._editor = PiecewiseEditor(Editor())
        self.targets = TargetChoice(self._preferences, self._router, publish)
        """Where texts go."""
        self._deliveries = deliveries = Deliveries(self._router, self.targets, publish, self._tasks)
        second = SecondEdits(self._editor, self._texts, deliveries, publish)
        self._finisher = Finisher(deliveries, self._texts, self._editor, second, publish, spawn)
        self.enhancers = Enhancers(self._preferences, publish)
        """Who edits, and the server of language models."""
        self.texts = TextActions(
            self._texts, self._finisher, second, deliveries, self.enhancers, self._preferences, publish, spawn
        )
        """What can be done with the text that is shown."""
        conclusion = Conclusion(
            self._preferences, self.enhancers, self._finisher, self._texts, self._gauge, publish
        )
        self._life = Lifecycle(
            self._preferences,
            self._listener,
            self._host,
            conclusion,
            publish,
            self._tasks,
            self._recordings,
        )
        languages = LanguageChoice(self._preferences, self._host, publish)
        self.live = LiveSettings(self._preferences, self._listener, languages, self.targets, spawn)
        """Settings that can be changed now."""
        self.models = ModelShelf(self._preferences, self._host, publish, spawn)
        """What can be done with models."""
        self.sources = SourceChoice(self._preferences, self._listener, self._life, source, stop_at_end)
        """Where sound comes from."""

    @property
    def state(self) -> DictationState:
        """What the session is doing."""
        return self._life.state

    @property
    def dictation(self) -> int | None:
        """Number that its events carry, of the dictation that `cancel` would end; None without one."""
        return self._life.dictation

    @property
    def busy(self) -> bool:
        """Whether words are on their way that closing waits for: recognised, edited or delivered."""
        return self._tasks.busy

    @property
    def settings(self) -> Settings:
        """The settings in force, live changes included."""
        return self._preferences.settings

    @property
    def final_text(self) -> str:
        """The text that stands for the dictation that is shown; empty before the first."""
        return self._texts.shown.text if self._texts.shown else ""

    @property
    def raw_text(self) -> str:
        """The dictation that is shown, as recognised; empty before the first."""
        return self._texts.shown.draft.text if self._texts.shown else ""

    def events(self) -> EventStream:
        """Open a stream of everything that happens from now on."""
        return self._bus.subscribe()

    async def start(self) -> None:
        """Open the source and begin to load the recogniser; returns when the source is armed.

        Failures are events, not exceptions: the session is usable without a source.
        """
        self._tasks.spawn(self.models.begin())
        self.enhancers.begin()
        self._tasks.spawn(self._recover())
        self.targets.tell()
        self._tasks.spawn(self.targets.look())
        await self.sources.open_own()
        self._tasks.spawn(self._watch())

    async def close(self) -> Path | None:
        """Stop everything and end the event streams. Safe to call twice.

        A text that is nearly there is still delivered.

        Returns:
            Where the audio of a dictation that was still open is kept; None if there was none.
        """
        if self._closed:
            return None
        self._closed = True
        self._life.closing = True
        self.models.close()
        await self._listener.close()
        await self._tasks.settle()
        if self._editor.close():  # a slow model: the words go out as they are
            await self._tasks.settle()
        await self._finisher.close()
        await self._tasks.cancel()
        await self.enhancers.close()
        kept = await self._life.shut()
        await self._host.close()
        self.models.forget()
        await self._router.close()
        self.undelivered = await self._texts.close()
        self.broken_off = self._deliveries.broken_off
        self._bus.close()
        return kept

    def start_recording(self) -> None:
        """Begin a dictation, also while the last one is being recognised. Ignored while recording.

        The recogniser need not be loaded: sound waits for it. Where the source could not be opened
        before, it is tried again.
        """
        if self._closed or self.state not in BEFORE_A_RECORDING:
            return
        if self._listener.is_open:
            self._life.begin()
        elif self.state is DictationState.FINISHING:
            self._bus.publish(Notice("information", "The last dictation is still being recognised."))
        else:
            self._life.move(DictationState.STARTING)
            self._tasks.spawn(self.sources.open_own_and_record())

    def stop_recording(self) -> None:
        """End the recording and recognise what is left. Ignored when nothing is recorded."""
        self._life.stop("key")

    def toggle_recording(self) -> None:
        """Begin or end a dictation."""
        if self.state in (DictationState.ARMING, DictationState.RECORDING):
            self.stop_recording()
        else:
            self.start_recording()

    def cancel(self) -> bool:
        """Cancel the recording or its recognition, else a running enhancement.

        Where the recording waits for its last sound, the first time ends the waiting alone.

        Returns:
            Whether there was something to cancel.
        """
        return self._life.cancel() or self._editor.stop()

    def dismiss(self) -> bool:
        """Leave the failed state. Returns whether the session was in it and could."""
        if self.state is not DictationState.FAILED or not self._listener.is_open:
            return False
        self._life.move(DictationState.READY)
        return True

    def set_focus(self, has_focus: bool) -> None:
        """Hear whether the terminal that shows this session has the focus: nothing is typed into it."""
        self._router.has_focus = has_focus

    async def _recover(self) -> None:
        made = await asyncio.to_thread(recover, self._recordings)
        if made:
            self._bus.publish(recordings.recovered(made))

    async def _watch(self) -> None:
        """Once a second: notice a source that fell silent for good; refresh the figures."""
        while True:
            await asyncio.sleep(1.0)
            lost = self._listener.look()
            if lost is not None:
                self._life.on_fact(lost)
            self._life.look()
            self._host.look()
            self._gauge.look()

    def _on_host(self, event: Event) -> None:
        self._bus.publish(event)
        if isinstance(event, ModelsChanged):
            self.models.note()

    def _on_fact(self, fact: Fact) -> None:
        """Facts come only once a source is opened, when `_life` is there."""
        self._life.on_fact(fact)
