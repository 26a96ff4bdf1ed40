"""What is told of enhancement: texts being made, what stands of them, and who makes them."""

from __future__ import annotations

from engine.events import (
    DictationCancelled,
    DictationFailed,
    DictationFinished,
    Enhanced,
    EnhancementGrew,
    EnhancerChanged,
    Event,
    Notice,
    RecordingStarted,
    Reviewed,
)
from engine.state import DictationState
from tui.panels.diff import Diff
from tui.panels.header_facts import HeaderFacts
from tui.panels.keybar import KeyBar
from tui.panels.message_strip import MessageStrip
from tui.panels.performance import Performance
from tui.panels.transcript import Transcript

DECISIONS = ("accept", "reject")
"""Ids of the actions with which a text that waits goes out: they come first in the key bar then."""

EDIT = "edit"
"""Topic of the notice that an edit failed; the next one that succeeds, and the next text, make it void."""


class EnhancementNews:
    """Shows each step of enhancement wherever it matters."""

    def __init__(
        self,
        facts: HeaderFacts,
        performance: Performance,
        transcript: Transcript,
        diff: Diff,
        keybar: KeyBar,
        messages: MessageStrip,
    ) -> None:
        """Tell it to these parts of the screen."""
        self._facts = facts
        self._performance = performance
        self._transcript = transcript
        self._diff = diff
        self._keybar = keybar
        self._messages = messages
        self._state = DictationState.STARTING
        self._under_way: set[int] = set()
        self._waiting: set[int] = set()
        self._shown_waits = False
        self._failed = ""

    def change_state(self, state: DictationState) -> None:
        """Hear what the session is doing."""
        self._state = state
        self._show_progress()

    def note(self, notice: Notice) -> None:
        """Remember a notice that an edit failed."""
        if notice.topic == EDIT:
            self._messages.withdraw(self._failed)
            self._failed = notice.message

    def reminder(self, accept: str, reject: str, earlier: str) -> str:
        """What to do about texts that wait, with the keys of these actions; empty where none does."""
        if self._shown_waits:
            return f"{accept} accepts it, {reject} delivers the raw text."
        if self._waiting:
            count = len(self._waiting)
            waits = "1 text waits" if count == 1 else f"{count} texts wait"
            return f"{waits}: {earlier} goes back to {'it' if count == 1 else 'them'}."
        return ""

    def sum_up(self) -> None:
        """Say in short what was edited where the comparison has no room: on a frame, else in the header."""
        short, brief = ("", "") if self._diff.display else self._diff.summary
        framed = bool(self._transcript.styles.border_top[0])
        self._transcript.sum_up(short if framed else "")
        self._facts.sum_up("" if framed else brief)

    def show(self, event: Event) -> bool:
        """Show an event. Returns whether it was of enhancement alone."""
        known = self._show(event)
        self._follow(event)
        return known

    def _follow(self, event: Event) -> None:
        """Follow each dictation from its first sound to its text."""
        match event:
            case RecordingStarted(dictation):
                self._under_way.add(dictation)
            case DictationFinished(dictation, _, text):
                self._under_way.discard(dictation)
                if text:
                    self._take_back()
            case Enhanced(dictation) as enhanced:
                self._under_way.discard(dictation)
                if not enhanced.remark:
                    self._take_back()
            case DictationFailed(dictation) | DictationCancelled(dictation):
                self._under_way.discard(dictation)
        self._show_progress()

    def _show_progress(self) -> None:
        """Say whether a text is being edited that no dictation holds up, and what stops that."""
        self._facts.edit(bool(self._under_way))
        stops = self._state is DictationState.READY and (self._under_way or self._diff.edits)
        self._keybar.relabel("cancel", "stop" if stops else "")

    def _take_back(self) -> None:
        """Take back what was said of an edit that failed."""
        self._messages.withdraw(self._failed)
        self._failed = ""

    def _show(self, event: Event) -> bool:
        match event:
            case EnhancementGrew() as grown:
                self._diff.grow(grown)
            case Enhanced() as enhanced:
                self._diff.compare(enhanced)
            case Reviewed() as reviewed:
                self._review(reviewed)
            case EnhancerChanged(status):
                self._diff.name_enhancer(status.name)
                self._facts.enhance(status)
                self._performance.enhance(status)
            case _:
                return False
        return True

    def _review(self, event: Reviewed) -> None:
        """Show the text that stands in its place, and if it is the one that keys act on, what they can do."""
        place = f"{event.place} of {event.count}" if event.place < event.count else ""
        self._transcript.stand(event.dictation, event.text)
        self._diff.review(event, place)
        (self._waiting.add if event.waits else self._waiting.discard)(event.dictation)
        self._facts.wait(len(self._waiting))
        if event.shown:
            self._shown_waits = event.waits
            self._transcript.choose(event.dictation, place)
            raw = bool(event.taken) and not any(event.taken)
            self._keybar.bring(DECISIONS if event.waits else DECISIONS[:1] if raw else ())
