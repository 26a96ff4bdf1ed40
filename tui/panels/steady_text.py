"""A text that is drawn again only where it reads otherwise."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static


class SteadyText(Static):
    """Can be told often what to show: where that is there already, nothing is laid out or drawn."""

    def show(self, content: Content) -> None:
        """Show another text, or the same."""
        if self.content != content:
            self.update(content)
