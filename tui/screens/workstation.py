"""The main screen: four panels, a header, messages and keys, fed by engine events."""

from __future__ import annotations

from collections.abc import Mapping

from textual.app import ComposeResult
from textual.screen import Screen

from engine import events
from engine.events.texts import COPIED
from engine.settings.schema import Settings
from engine.state import DictationState
from tui.actions import show_key
from tui.messages import EngineEvent
from tui.panels.diff import Diff
from tui.panels.group import Group
from tui.panels.header import Header
from tui.panels.header_facts import HeaderFacts
from tui.panels.keybar import KeyBar
from tui.panels.message_strip import PASSING, MessageStrip, Severity
from tui.panels.performance import Performance
from tui.panels.plain import one_line
from tui.panels.review_keys import ReviewKeys
from tui.panels.transcript import Transcript
from tui.panels.waveform import Waveform
from tui.screens.delivery_news import DeliveryNews
from tui.screens.enhancement_news import EnhancementNews
from tui.screens.link_news import LinkNews
from tui.screens.recognizer_news import RecognizerNews

SILENT = "silent"
"""Topic of the notice that a microphone delivers nothing; the first sound makes it void."""

NAMED = ("accept", "reject", "toggle_change", "enhance_now", "next_change", "enhancer", "earlier_text")
"""Ids of the actions whose keys are named where there is something to decide."""

WIDTHS = [(0, "-narrow"), (60, "-normal"), (100, "-wide")]
"""Columns from which the screen has a style class: below 60 only what matters, from 100 side by side."""

HEIGHTS = [(0, "-tiny"), (14, "-short"), (24, "-standard"), (36, "-tall")]
"""Rows from which the screen has a style class: panels lose their frames first, then their place."""


class Workstation(Screen[None]):
    """Shows what the engine reports. Knows nothing of the session."""

    BLANK = True  # The panels cover it: their frames are drawn without drawing it behind them.
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS

    def __init__(
        self, settings: Settings, keys: Mapping[str, tuple[str, ...]], *, low_bandwidth: bool = False
    ) -> None:
        """Begin with `settings`, and the keys in force by action id; draw little where the link is slow."""
        super().__init__(classes="-low-bandwidth" if low_bandwidth else None)
        record, sample = show_key(keys["record"][0]), show_key(keys["sample"][0])
        self._sample_key = sample
        self._has_source = True
        self._source_problem = ""
        self._dictation_failed = False
        self._newest = COPIED
        self._silence = ""
        self.header = Header()
        self._named = named = {action: show_key(keys[action][0]) for action in NAMED}
        self.facts = HeaderFacts(self.header, settings, named)
        self.waveform = Waveform(settings.audio.preroll_s, meter_only=low_bandwidth)
        self.transcript = Transcript(f"Press {record} and speak. {sample} plays a sample recording.")
        review_keys = ReviewKeys(*(named[action] for action in NAMED[:5]))
        self.diff = Diff("What the enhancer changes appears here.", review_keys)
        self.messages = MessageStrip(show_key(keys["cancel"][0]))
        self.performance = Performance()
        self.keybar = KeyBar(keys)
        self._delivery = DeliveryNews(
            self.header,
            self.messages,
            self.tell,
            target_key=show_key(keys["target"][0]),
            again_key=show_key(keys["paste_again"][0]),
        )
        self._link = LinkNews(self.facts, self.waveform)
        self._recognizer = RecognizerNews(self.facts, self.performance, self.transcript, self.messages)
        self._enhancement = EnhancementNews(
            self.facts, self.performance, self.transcript, self.diff, self.keybar, self.messages
        )

    def compose(self) -> ComposeResult:
        """Header, waveform, words, messages, performance and keys, from top to bottom."""
        with Group():
            yield self.header
            yield self.waveform
        with Group(id="words"):
            yield self.transcript
            yield self.diff
        with Group():
            yield self.messages
            yield self.performance
            yield self.keybar

    def on_mount(self) -> None:
        """Show the settings that hold from the start."""
        self.facts.show()
        self.transcript.focus()

    def aim(self, target: str) -> None:
        """Show where the next text will go."""
        self._delivery.aim(target)

    def action_copy_text(self) -> None:
        """Copy a selection the way all texts go: ctrl+c is Textual's own key on every screen."""
        self.app.call_later(self.app.run_action, "app.copy_selection")

    def tell(self, severity: Severity, message: str, remedy: str = "", *, stays: bool = False) -> None:
        """Tell the user something: in passing, or until it is dismissed.

        Args:
            severity: How grave it is; warnings and errors wait to be dismissed.
            message: What happened.
            remedy: What to do about it, or to know.
            stays: Whether a piece of information waits too.
        """
        in_passing = severity in PASSING and not stays
        if not (in_passing and self.transcript.inform(f"{message} {remedy}".strip())):
            self.messages.add(severity, message, remedy, stays=stays)

    def dismiss_message(self) -> bool:
        """Take the shown message away, and with it a failure. Returns whether there was one."""
        self._dictation_failed = False
        self._show_failure()
        return self.messages.dismiss()

    def remind(self) -> None:
        """Say what to do about a text that waits; nothing where none does."""
        keys = (self._named[action] for action in ("accept", "reject", "earlier_text"))
        if reminder := self._enhancement.reminder(*keys):
            self.tell("information", reminder)

    def on_resize(self) -> None:
        """Say in short what the panels say that have no room now."""
        self.call_after_refresh(self._enhancement.sum_up)

    def on_diff_summed(self) -> None:
        """Say in short what the comparison says, where that has no room."""
        self._enhancement.sum_up()

    def on_engine_event(self, message: EngineEvent) -> None:
        """Show one engine event."""
        match message.event:
            case events.Levels() as levels:
                self.waveform.add(levels)
                self.header.count(sum(column.recorded for column in levels.columns))
                if self._silence and any(column.peak for column in levels.columns):
                    self.messages.withdraw(self._silence)
                    self._silence = ""
            case events.TranscriptChanged(dictation, committed, partial):
                self.transcript.words(dictation, committed, partial)
            case events.Measured(performance):
                self.performance.measure(performance)
            case events.StateChanged(state, _):
                self._show_state(state)
            case events.SettingChanged(key, value) as changed:
                self._recognizer.change_setting(changed)
                meaning = self.facts.change(key, value)
                if meaning:
                    self.tell("information", meaning)
            case events.Notice(severity, text, remedy, topic) as notice:
                self._silence = text if topic == SILENT else self._silence
                self._recognizer.note(notice)
                self._enhancement.note(notice)
                self.tell(severity, text, remedy)
            case events.DownloadChanged(progress):
                self.facts.fetch(progress)
                if progress.state == "done":
                    self.tell("success", f"{one_line(progress.model)} is on this machine now.")
            case events.TargetChanged() as target:
                self._delivery.change(target)
            case events.SourceChanged() as source:
                self._show_source(source)
            case events.LinkChanged() as link:
                self._link.show(link)
            case events.RecognizerChanged() as recognizer:
                self._recognizer.change(recognizer, self.tell)
            case event if not self._enhancement.show(event):
                self._show_dictation(event)

    def _show_dictation(self, event: events.Event) -> None:
        """Show a step in the life of a dictation."""
        match event:
            case events.RecordingStarted(dictation, preroll_s):
                self.waveform.begin_recording(preroll_s)
                self.transcript.begin(dictation)
                self.diff.begin(dictation)
                self.facts.hear("")
                self._newest = dictation
                self._delivery.begin()
            case events.LanguageHeard(dictation, language, _) if dictation >= self._newest:
                self.facts.hear(language)
            case events.Revised(dictation, _, after, changes):
                self.transcript.revise(dictation, after, changes)
            case events.DictationFinished(dictation, _, text):
                self.transcript.end(dictation, text)
                self._drop_passing()  # it may have said that there is no text yet
                if not text:  # a text that goes out raw is enhanced behind that
                    self.diff.end(dictation)
            case events.Delivered(dictation) as delivered:
                self._drop_passing()
                self._delivery.show(delivered, late=not delivered.again and COPIED < dictation < self._newest)
            case events.DictationCancelled(dictation, audio):
                self.transcript.cancel(dictation)
                self.diff.end(dictation)
                kept = f"Its sound is kept at {audio}" if audio else ""
                self.tell("information", "Cancelled.", kept, stays=bool(audio))
            case events.DictationFailed(dictation, step, problem, remedy, audio, text):
                self.transcript.end(dictation, text or None)
                self.diff.end(dictation)
                self._dictation_failed = True
                self.messages.withdraw(problem)
                where = "" if audio and str(audio) in remedy else f" at {audio}"
                kept = f"Its sound is kept{where}." if audio else ""
                self.tell("error", f"{step} failed: {problem}", f"{kept} {remedy}".strip())

    def _show_state(self, state: DictationState) -> None:
        self._dictation_failed &= state is DictationState.FAILED
        self._show_failure()
        self.header.set_state(state)
        for other in DictationState:
            self.set_class(other is state, f"-{other}")
        busy = state in (DictationState.ARMING, DictationState.RECORDING)
        if busy:  # what was said in passing is past, and the words need its room
            self._drop_passing()
        self._enhancement.change_state(state)
        self.messages.set_dismissable(not busy and state is not DictationState.FINISHING)
        self.keybar.relabel("record", "stop" if busy else "")

    def _drop_passing(self) -> None:
        """Take away what was said in passing."""
        self.transcript.stop_informing()
        self.messages.drop_passing()

    def _show_failure(self) -> None:
        """Tell a dictation that failed from a source that is missing: the latter lasts."""
        missing = not (self._has_source or self._dictation_failed)
        self.header.set_failure("no microphone" if missing else "failed")

    def _show_source(self, event: events.SourceChanged) -> None:
        """Show another source, and what is wrong with it."""
        self._has_source = event.info is not None
        self._show_failure()
        self.messages.withdraw(self._source_problem)
        self._source_problem = event.problem
        self._link.listen(event)
        if event.info is None:
            self.facts.listen("")
            self.waveform.silence(f"No sound. Press {self._sample_key} for the sample recording.")
            if event.problem:
                self.tell("error", event.problem, event.remedy)
        else:
            self.facts.listen(event.info.name)
            self.waveform.silence("")
