"""Choose the theme, seeing each at once."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui.screens.dialog import Dialog


class ThemePicker(Dialog[str]):
    """All themes with live preview. Answers with a name; escape restores the former theme."""

    def compose(self) -> ComposeResult:
        """The list: utter's own and the user's themes first, then Textual's."""
        self._former = self.app.theme
        self._names = sorted(
            self.app.available_themes, key=lambda name: (not name.startswith("utter-"), name)
        )
        box = Vertical()
        box.border_title, box.border_subtitle = "theme", "enter keeps · esc restores"
        with box:
            yield OptionList(*(Option(Content(name)) for name in self._names))

    def on_mount(self) -> None:
        """Begin at the theme in force."""
        choices = self.query_one(OptionList)
        choices.highlighted = self._names.index(self._former)
        choices.focus()

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Show the theme under the cursor."""
        self.app.theme = self._names[event.option_index]

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Keep it."""
        self.dismiss(self._names[event.option_index])

    def action_close(self) -> None:
        """Restore the former theme and close."""
        self.app.theme = self._former
        self.dismiss(None)
