"""The top line: state, and what is at work between microphone and target."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

from engine.audio.format import FRAME_S
from engine.state import DictationState

LABELS: dict[DictationState, tuple[str, str, str]] = {
    DictationState.STARTING: ("◌", "starting", "$text-muted"),
    DictationState.READY: ("○", "ready", "$text-success"),
    DictationState.ARMING: ("◌", "waiting for sound", "$text-warning"),
    DictationState.RECORDING: ("●", "", "bold $text-error"),
    DictationState.FINISHING: ("◐", "finishing", "$text-warning"),
    DictationState.FAILED: ("✕", "failed", "bold $text-error"),
}
"""Each state's mark, word and style; the running time stands in for the word while recording."""

SEPARATOR = " · "

FACTS = ("mode", "performance", "recognizer", "auto_stop", "microphone")
"""What is at work, in the order in which it is shown."""

LEFT_OUT = ("microphone", "auto_stop", "performance", "recognizer", "mode")
"""The same in the order in which it is left out where it has no room."""


class Header(Widget):
    """State with running time, both modes, recogniser, microphone, and the target at the right.

    What does not fit is left out, the least important first; the state never is.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Header { height: 1; width: 1fr; background: $panel; color: $foreground; }
    """

    def __init__(self) -> None:
        super().__init__(id="header")
        self._state = DictationState.STARTING
        self._frames = 0
        self._failure = LABELS[DictationState.FAILED][1]
        self._facts = dict.fromkeys(FACTS, "")
        self._target = ""

    def set_state(self, state: DictationState) -> None:
        """Show another state."""
        if state is DictationState.RECORDING and self._state is not state:
            self._frames = 0
        self._state = state
        self.refresh()

    def set_failure(self, word: str) -> None:
        """Say in a word or two what the failed state is about."""
        self._failure = word
        self.refresh()

    def count(self, recorded_frames: int) -> None:
        """Let the running time grow by frames of sound that were really recorded."""
        before = int(self._frames * FRAME_S)
        self._frames += recorded_frames
        if int(self._frames * FRAME_S) != before:
            self.refresh()

    def set_fact(self, name: str, text: str) -> None:
        """Show what one of `FACTS` is; empty hides it."""
        if self._facts[name] != text:
            self._facts[name] = text
            self.refresh()

    def set_target(self, text: str) -> None:
        """Show where the text goes, or what became of it."""
        self._target = text
        self.refresh()

    @property
    def state_text(self) -> str:
        """Mark and word, or running time, of the state."""
        mark, word, _ = LABELS[self._state]
        seconds = int(self._frames * FRAME_S)
        if self._state is DictationState.RECORDING:
            word = f"{seconds // 60:02d}:{seconds % 60:02d} recording"
        elif self._state is DictationState.FAILED:
            word = self._failure
        return f"{mark} {word}"

    def render(self) -> Content:
        """Lay the line out for the width there is."""
        width = self.size.width
        state = f" {self.state_text}"
        brand = " utter " if width >= 60 else ""
        room = width - len(brand) - len(state) - 1
        # A target that has no room must not take that of the facts.
        target = self._target if len(self._target) + 3 <= room else ""
        facts = {name: text for name, text in self._facts.items() if text}
        for name in LEFT_OUT:
            if len(SEPARATOR.join(facts.values())) + len(target) + 5 <= room:
                break
            facts.pop(name, None)
        middle = "   " + SEPARATOR.join(facts.values()) if facts else ""
        gap = " " * max(0, room - len(middle) - len(target))
        return Content.assemble(
            (brand, "bold $primary"),
            (state, LABELS[self._state][2]),
            (middle, "$foreground"),
            gap,
            (target, "$text-muted"),
        )
