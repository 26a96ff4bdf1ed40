"""The part of the app that watches whether its terminal has the focus."""

from __future__ import annotations

from textual import events
from textual.app import App

from engine.events import Event, StateChanged
from tui.focus import Focus
from tui.session_runner import SessionRunner


class FocusingApp(App[None], inherit_bindings=False):
    """Tells the session whether a text for the focused window would be typed into this program."""

    _runner: SessionRunner

    def __init__(self) -> None:
        super().__init__()
        self._focus = Focus(self._tell_focus)

    async def on_event(self, event: events.Event) -> None:
        """See what is pressed here, before it does anything."""
        if isinstance(event, events.Key | events.MouseDown) and not event.is_forwarded:
            self._focus.touch()
        await super().on_event(event)

    def on_app_focus(self) -> None:
        """The terminal says that it has the focus."""
        self._focus.report(True)

    def on_app_blur(self) -> None:
        """The terminal says that something else has it."""
        self._focus.report(False)

    def _follow_focus(self, event: Event) -> None:
        """See what the session does."""
        if isinstance(event, StateChanged):
            self._focus.change_state(event.state)

    def _tell_focus(self, here: bool) -> None:
        if self._runner.session is not None:
            self._runner.session.set_focus(here)
