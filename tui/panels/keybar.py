"""The bottom line: the keys, made from the table of actions."""

from __future__ import annotations

from collections.abc import Mapping

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.widget import Widget

from tui.actions import ACTIONS, show_key

KEPT = "help"
"""Id of the action that is always shown, where need be by its key alone: it lists all others."""


class KeyBar(Widget):
    """As many keys as fit, the most needed ones first and help always; each can be clicked."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    KeyBar { height: 1; width: 1fr; background: $panel; color: $text-muted; }
    """

    def __init__(self, keys: Mapping[str, tuple[str, ...]]) -> None:
        """Show the actions with the keys in force, by action id."""
        super().__init__(id="keybar")
        ranked = sorted((action for action in ACTIONS if action.rank), key=lambda action: action.rank)
        self._items = [(action.id, show_key(keys[action.id][0]), action.label) for action in ranked]
        self._labels: dict[str, str] = {}
        self._first: tuple[str, ...] = ()
        self._ends: list[tuple[int, str]] = []

    def bring(self, action_ids: tuple[str, ...]) -> None:
        """Show these actions before all others, for what they can do at this moment."""
        if action_ids != self._first:
            self._first = action_ids
            self.refresh()

    def relabel(self, action_id: str, label: str) -> None:
        """Show another label for an action, such as "stop" while recording; empty restores it."""
        if label == self._labels.get(action_id, ""):
            return
        if label:
            self._labels[action_id] = label
        else:
            self._labels.pop(action_id, None)
        self.refresh()

    def render(self) -> Content:
        """Lay the keys out for the width there is."""
        parts: list[Content] = []
        self._ends.clear()
        used = 0
        items = sorted(self._items, key=lambda item: item[0] not in self._first)
        kept = next(cell_len(key) + 2 for action_id, key, _ in items if action_id == KEPT)
        for action_id, key, label in items:
            label = self._labels.get(action_id, label)
            kept = 0 if action_id == KEPT else kept
            room = self.size.width - used - kept
            words = f" {label} " if cell_len(key) + cell_len(label) + 3 <= room else " "
            if words == " " and action_id != KEPT:
                if not kept:
                    break
                continue
            used += cell_len(key) + cell_len(words) + 1
            self._ends.append((used, action_id))
            parts.append(Content.assemble(" ", (key, "bold $foreground"), words))
        return Content("").join(parts)

    async def on_click(self, event: events.Click) -> None:
        """Do what the clicked key does."""
        for end, action_id in self._ends:
            if event.x < end:
                await self.app.run_action(f"app.{action_id}")
                return
