"""What dialogs share in which typing finds a row of a list."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import OptionList

from tui.screens.dialog import Dialog


class FinderDialog(Dialog[str]):
    """A line to type in and a list: the arrows move in the list, while the keyboard stays with the line."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move('up')", "up", priority=True),
        Binding("down", "move('down')", "down", priority=True),
        Binding("pageup", "move('page_up')", "page up", priority=True),
        Binding("pagedown", "move('page_down')", "page down", priority=True),
    ]

    def action_move(self, where: str) -> None:
        """Move the cursor of the list."""
        choices = self.query_one(OptionList)
        moves = {"up": choices.action_cursor_up, "down": choices.action_cursor_down}
        moves |= {"page_up": choices.action_page_up, "page_down": choices.action_page_down}
        moves[where]()
