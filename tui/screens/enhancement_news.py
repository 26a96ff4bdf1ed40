"""What is told of enhancement: texts being made, what stands of them, and who makes them."""

from __future__ import annotations

from engine.events import Enhanced, EnhancementGrew, EnhancerChanged, Event, Reviewed
from tui.panels.diff import Diff
from tui.panels.header_facts import HeaderFacts
from tui.panels.keybar import KeyBar
from tui.panels.performance import Performance
from tui.panels.transcript import Transcript

DECISIONS = ("accept", "reject")
"""Ids of the actions with which a text that waits goes out: they come first in the key bar then."""


class EnhancementNews:
    """Shows each step of enhancement wherever it matters."""

    def __init__(
        self,
        facts: HeaderFacts,
        performance: Performance,
        transcript: Transcript,
        diff: Diff,
        keybar: KeyBar,
    ) -> None:
        """Tell it to these parts of the screen."""
        self._facts = facts
        self._performance = performance
        self._transcript = transcript
        self._diff = diff
        self._keybar = keybar

    def show(self, event: Event) -> bool:
        """Show an event. Returns whether it was of enhancement."""
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
        if event.shown:
            self._transcript.choose(event.dictation, place)
            self._keybar.bring(DECISIONS if event.waits else ())
