"""Choose the microphone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from engine.errors import EngineError
from tui.panels.plain import one_line
from tui.screens.dialog import Dialog

DEFAULT = "system default"
REMOTE = "another machine (utter mic)"
LABELS = {"": DEFAULT, "remote": REMOTE}
"""How choices are called that are no names of devices."""

LOOKING = "looking for microphones…"
NONE = (
    "No microphone was found. Plug one in, or on Debian and Ubuntu install libportaudio2 "
    "(and pulseaudio-utils for a PulseAudio or PipeWire desktop), then start utter again."
)


class MicrophonePicker(Dialog[str]):
    """The inputs that are there now, the system's default first, and last another machine's.

    Answers with a name: "" for the default, "remote" for another machine's.
    """

    def __init__(self, find: Callable[[], Awaitable[list[str]]], current: str) -> None:
        """Offer what `find` finds, with `current` chosen at first."""
        super().__init__()
        self._find = find
        self._current = current
        self._names: list[str] = []

    def compose(self) -> ComposeResult:
        """A list that fills when the devices are known."""
        box = Vertical()
        box.border_title, box.border_subtitle = "microphone", "esc closes"
        with box:
            yield Static(Content(LOOKING))
            choices = OptionList()
            choices.display = False
            yield choices

    def on_mount(self) -> None:
        """Look for devices behind the open dialog: it may take a moment."""
        self.run_worker(self._fill(), exclusive=True)

    async def _fill(self) -> None:
        status, choices = self.query_one(Static), self.query_one(OptionList)
        found: list[str] = []
        trouble = NONE
        try:
            found = await self._find()
        except EngineError as error:
            trouble = str(error)
        self._names = ["", *found, "remote"] if found else ["remote"]
        choices.add_options(Option(Content(LABELS.get(name) or one_line(name))) for name in self._names)
        self.query_one(Vertical).border_subtitle = "enter chooses · esc keeps"
        status.update(Content("" if found else trouble))
        status.display, choices.display = not found, True
        choices.highlighted = self._names.index(self._current) if self._current in self._names else 0
        choices.focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Answer with the chosen name."""
        self.dismiss(self._names[event.option_index])
