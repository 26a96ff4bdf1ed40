"""The workstation as a Textual app: wiring between keys, screens and the session, nothing else."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual.binding import BindingType
from textual.command import Provider
from textual.screen import Screen
from textual.theme import Theme

from engine import paths
from engine.errors import EngineError
from engine.events import Event
from engine.settings.schema import Settings
from tui.actions import BY_ID, bindings, effective_keys, require_keys, show_key
from tui.bandwidth import FULL, LOW, is_low
from tui.choosing import ChoosingApp
from tui.focusing import FocusingApp
from tui.next_of import next_of
from tui.palette import ActionProvider
from tui.performance_modes import PERFORMANCE_MODES
from tui.reviewing import ReviewingApp
from tui.screens.workstation import Workstation
from tui.session_runner import MakeSession, SessionRunner
from tui.suspending import SuspendingApp
from tui.themes import ThemeFailure, choose_theme, load_themes, theme_notices
from tui.wish import Wish


class UtterApp(ReviewingApp, ChoosingApp, FocusingApp, SuspendingApp, inherit_bindings=False):
    """The dictation workstation.

    The screen is painted first; the session and everything heavy behind it come after.
    """

    TITLE = "utter"
    CSS_PATH = "screens/workstation.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings()]
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {ActionProvider}

    def __init__(
        self,
        settings: Settings,
        *,
        make_session: MakeSession,
        notices: Iterable[str] = (),
        theme_folders: Iterable[Path] | None = None,
    ) -> None:
        """Prepare the app; nothing of the engine runs yet.

        Args:
            settings: The effective settings.
            make_session: Makes the session, on the event loop's thread, after the first paint.
            notices: Warnings from before the start, such as a state file that cannot be read.
            theme_folders: Where theme files lie; None is utter's own folder and the user's.

        Raises:
            SettingsError: `[keys]` has a mistake.
        """
        require_keys(settings.keys)
        super().__init__()
        self.user_keys = settings.keys
        self._settings = settings
        self._notices = tuple(notices)
        low = is_low(settings.interface.bandwidth, os.environ)
        self._runner = SessionRunner(make_session, self._show, self._perform, LOW if low else FULL)
        self._leaving = False
        folders = (paths.shipped("themes"), paths.user_themes()) if theme_folders is None else theme_folders
        self._take_themes(*load_themes(folders))
        self.workstation = Workstation(settings, effective_keys(settings.keys), low_bandwidth=low)

    def get_default_screen(self) -> Screen[None]:
        """The workstation."""
        return self.workstation

    def on_mount(self) -> None:
        """Start the engine once the first paint is out."""
        self.set_keymap(self.user_keys)
        for notice in self._notices:
            self.workstation.tell("warning", notice)
        self.call_after_refresh(self.run_worker, self._run_session, exclusive=True)

    def write_terminal(self, sequence: str) -> None:
        """Write a control sequence to the terminal that this app owns. On the app's thread."""
        if self._driver is not None:
            self._driver.write(sequence)
            self._driver.flush()

    async def _run_session(self) -> None:
        """Open and start the session, and wait until it is closed.

        One that cannot be made ends the app with its reason and exit code 2.
        """
        try:
            session = await self._runner.open(self.write_terminal)
        except EngineError as error:
            self.exit(return_code=2, message=Text(str(error)))
            return
        session.set_focus(self._focus.here)
        for action in self._runner.wishes.take_early():
            await self.run_action(f"app.{action}")
        await session.start()
        await self._runner.closed()

    def _show(self, event: Event) -> None:
        super()._show(event)
        self._follow_focus(event)

    def _perform(self, wish: Wish) -> None:
        self._focus.touch()  # the key was pressed here, a while ago
        self.run_worker(self.run_action(f"app.{wish}"))

    async def on_unmount(self) -> None:
        """Close the session, however the app ends."""
        await self._runner.close()

    def _take_themes(self, themes: list[Theme], failed: list[ThemeFailure]) -> None:
        """Register the themes, take the chosen one, and tell what is wrong with the others."""
        for theme in themes:
            self.register_theme(theme)
        wanted = self._settings.interface.theme
        self.theme = choose_theme(wanted, self.available_themes)
        self._notices += theme_notices(wanted, self.available_themes, failed)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Refuse every action while the app is leaving: a key must not open what is being closed."""
        return not self._leaving and super().check_action(action, parameters)

    def _must_wait(self, action: Wish) -> bool:
        """Whether an action has to wait for the session to be ready; then it is kept until it is."""
        if not self._runner.must_wait(action):
            return False
        if self._runner.wishes.wait(action):
            what = BY_ID[action].label.capitalize()
            self.workstation.tell("information", f"{what} begins as soon as utter is ready.")
        else:
            self.workstation.tell("information", "Taken back.")
        return True

    def action_record(self) -> None:
        """Start or stop recording; while that is not possible yet, as soon as it is."""
        session = self._runner.ready_for("record")
        if session is not None and not self._must_wait("record"):
            session.toggle_recording()

    def action_cancel(self) -> None:
        """Cancel what runs; else dismiss the message."""
        session = self._runner.session
        if self._runner.wishes.drop():
            self.workstation.tell("information", "Taken back.")
            return
        if session is not None and session.cancel():
            return
        if not self.workstation.dismiss_message():
            self.workstation.remind()
        if session is not None:
            session.dismiss()

    def action_copy_final(self) -> None:
        """Copy the final text again."""
        session = self._runner.ready_for("copy_final")
        if session is not None:
            self.run_worker(session.texts.copy_final())

    def action_copy_raw(self) -> None:
        """Copy the raw text."""
        session = self._runner.ready_for("copy_raw")
        if session is not None:
            self.run_worker(session.texts.copy_raw())

    def action_paste_again(self) -> None:
        """Deliver the text that is shown once more."""
        session = self._runner.ready_for("paste_again")
        if session is not None:
            self.run_worker(session.texts.deliver_again())

    def action_copy_selection(self) -> None:
        """Copy what the mouse selected."""
        selected = self.screen.get_selected_text()
        if selected and self._runner.session is not None:
            self.run_worker(self._runner.session.texts.copy(selected))
        else:
            leave = show_key(effective_keys(self.user_keys)["quit"][0])
            self.workstation.tell("information", f"Nothing is selected. {leave} leaves utter.")

    def action_next_performance(self) -> None:
        """Take the next performance mode."""
        session = self._runner.ready_for("next_performance")
        if session is not None:
            session.live.set_performance(next_of(PERFORMANCE_MODES, session.settings.recognition.performance))

    def action_toggle_auto_stop(self) -> None:
        """Switch auto-stop on or off."""
        session = self._runner.ready_for("toggle_auto_stop")
        if session is not None:
            session.live.set_auto_stop(not session.settings.audio.auto_stop)

    def action_sample(self) -> None:
        """Dictate the built-in sample recording."""
        session = self._runner.ready_for("sample")
        if session is not None and not self._must_wait("sample"):
            self.run_worker(session.sources.play_sample())

    async def action_quit(self) -> None:
        """Close the session and leave; say where the sound of an open dictation is."""
        self._leaving = True
        self.workstation.tell("information", "Leaving…")
        kept = await self._runner.close()
        # Unwrapped, the path stays in one piece and can be copied.
        self.error_console.soft_wrap = True
        self.exit(message=Text("\n".join(kept)) if kept else None)
