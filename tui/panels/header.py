"""The top line: state, and what is at work between microphone and target."""

from __future__ import annotations

import re
from collections.abc import Callable

from rich.cells import cell_len
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

EDITING = ("◐", "editing…", "$text-warning")
"""What stands there while the words are recognised, and an enhancer is still at their text."""

RUNNING = " recording"
"""What the running time is followed by, where there is room."""

SEPARATOR = " · "

FACTS = (
    "download",
    "link",
    "mode",
    "edit",
    "enhancer",
    "policy",
    "waiting",
    "performance",
    "recognizer",
    "language",
    "auto_stop",
    "microphone",
)
"""What is at work, in the order in which it is shown."""

BRAND_FROM = 60
"""Cells from which the program's name is shown."""

TARGET_CELLS = 20
"""Cells of a target in a narrow header: "delivered → tmux %12" fits."""

GAP = 3
"""Blanks in front of the facts."""


def _nothing(_text: str) -> str:
    return ""


def _time(text: str) -> str:
    """The state's mark and time without the word: the mark says it."""
    return text.removesuffix(RUNNING)


def _without_remark(text: str) -> str:
    """A target without what stands in brackets behind its name."""
    return re.sub(r" \(.*\)$", "", text)


def _cut(text: str) -> str:
    """A target in no more cells than leave room for what is before it."""
    return Content(text).truncate(TARGET_CELLS, ellipsis=True).plain


SHORTER: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("microphone", _nothing),
    ("brand", _nothing),
    ("state", _time),
    ("target", _without_remark),
    ("auto_stop", _nothing),
    ("download", _nothing),
    ("performance", _nothing),
    ("language", _nothing),
    ("enhancer", _nothing),
    ("recognizer", _nothing),
    ("target", _cut),
    ("edit", _nothing),
    ("link", _nothing),
    ("target", _nothing),
    ("policy", _nothing),
    ("waiting", _nothing),
    ("mode", _nothing),
)
"""What is made shorter where there is no room for all, one after the other, and how."""


class Header(Widget):
    """State with running time, both modes, recogniser, language, microphone; the target at the right.

    What does not fit is made shorter or left out, the least important first; the state never is.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Header { height: 1; width: 1fr; background: $panel; color: $foreground; }
    """

    def __init__(self) -> None:
        super().__init__(id="header")
        self._state = DictationState.STARTING
        self._editing = False
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

    def set_editing(self, editing: bool) -> None:
        """Say whether the text of a dictation is still being edited that is recognised."""
        if editing is not self._editing:
            self._editing = editing
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
        mark, word, _ = self._label
        seconds = int(self._frames * FRAME_S)
        if self._state is DictationState.RECORDING:
            word = f"{seconds // 60:02d}:{seconds % 60:02d}{RUNNING}"
        elif self._state is DictationState.FAILED:
            word = self._failure
        return f"{mark} {word}"

    @property
    def _label(self) -> tuple[str, str, str]:
        """Mark, word and style of what is done; one can speak while a text is being edited."""
        return EDITING if self._editing and self._state is DictationState.READY else LABELS[self._state]

    def render(self) -> Content:
        """Lay the line out for the width there is."""
        width = self.size.width
        parts = {
            "brand": " utter " if width >= BRAND_FROM else "",
            "state": f" {self.state_text}",
            **self._facts,
            "target": self._target,
        }
        gone: list[tuple[str, str]] = []
        for name, shorten in SHORTER:
            if _cells(parts) <= width:
                break
            if shorten is _nothing:
                gone.append((name, parts[name]))
            parts[name] = shorten(parts[name])
        for name, text in reversed(gone):  # what took less room than what went after it
            if _cells({**parts, name: text}) <= width:
                parts[name] = text
        middle = _middle(parts)
        taken = cell_len(parts["brand"] + parts["state"] + middle + parts["target"])
        return Content.assemble(
            (parts["brand"], "bold $primary"),
            (parts["state"], self._label[2]),
            (middle, "$foreground"),
            " " * max(0, width - taken - 1),
            (parts["target"], "$text-muted"),
        )


def _middle(parts: dict[str, str]) -> str:
    """The facts in their order, behind a gap."""
    facts = [parts[name] for name in FACTS if parts[name]]
    return " " * GAP + SEPARATOR.join(facts) if facts else ""


def _cells(parts: dict[str, str]) -> int:
    """What the line needs, with a blank at its end and two between facts and target."""
    target = f"  {parts['target']}" if parts["target"] else ""
    return cell_len(parts["brand"] + parts["state"] + _middle(parts) + target) + 1
