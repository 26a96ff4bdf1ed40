"""What the main screen says of the link to another machine's microphone."""

from __future__ import annotations

from engine.events import LinkChanged, SourceChanged
from tui.link_words import brief
from tui.panels.header_facts import HeaderFacts
from tui.panels.plain import one_line
from tui.panels.waveform import Waveform


class LinkNews:
    """Shows how the link is, and, where sound would be drawn, what is waited for."""

    def __init__(self, facts: HeaderFacts, waveform: Waveform) -> None:
        """Say it in the header and in the waveform."""
        self._facts = facts
        self._waveform = waveform
        self._awaited = ""

    def listen(self, event: SourceChanged) -> None:
        """Hear of another source: it may have no link, or is told of next."""
        self._awaited = one_line(event.info.detail) if event.info else ""
        self._facts.connect("")

    def show(self, link: LinkChanged) -> None:
        """Show how the link is now. The first sound takes the place of what is said in the waveform."""
        self._facts.connect(brief(link))
        if link.state == "waiting":
            self._waveform.silence(f"Waiting for {self._awaited}.")
