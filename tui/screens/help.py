"""The help screen, made from the table of actions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui.actions import ACTIONS, show_keys
from tui.screens.dialog import Dialog

NOTE = (
    "Recording starts with the sound from just before the key. The mouse selects text; the wheel, the arrows "
    "and the page keys scroll the panel that has the focus, and tab moves it."
)


class HelpScreen(Dialog[None]):
    """All keys in force and what they do."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("question_mark", "close", "close", id="help")]

    def __init__(self, keys: Mapping[str, tuple[str, ...]]) -> None:
        """Explain the keys in force, by action id."""
        super().__init__()
        self._keys = keys

    def compose(self) -> ComposeResult:
        """The list, and a note under it."""
        box = Vertical()
        box.border_title, box.border_subtitle = "help", "esc closes"
        with box, VerticalScroll():
            yield Static(self._table())
            yield Static(Content.assemble("\n", (NOTE, "$text-muted")))

    def _table(self) -> Content:
        rows = [(show_keys(self._keys[action.id]), action.help) for action in ACTIONS]
        width = max(len(keys) for keys, _ in rows) + 2
        lines = [Content.assemble((f"{keys:<{width}}", "bold $primary"), text) for keys, text in rows]
        return Content("\n").join(lines)
