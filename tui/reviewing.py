"""The part of the app that says what becomes of a text: its changes, its writing mode, its delivery."""

from __future__ import annotations

from textual.app import App

from tui.actions import effective_keys, show_key
from tui.delivery_policies import POLICIES
from tui.next_of import next_of
from tui.screens.workstation import Workstation
from tui.session_runner import SessionRunner


class ReviewingApp(App[None], inherit_bindings=False):
    """Actions on the text that is shown, and on how the next ones are made and delivered."""

    workstation: Workstation
    user_keys: dict[str, str]
    _runner: SessionRunner

    def action_toggle_enhancement(self) -> None:
        """Switch enhancement on or off."""
        session = self._runner.ready_for("toggle_enhancement")
        if session is not None:
            session.live.set_enhancement(not session.settings.enhancement.enabled)

    def action_next_mode(self) -> None:
        """Take the next writing mode."""
        session = self._runner.ready_for("next_mode")
        if session is not None:
            session.live.set_mode(next_of(list(session.settings.modes), session.settings.enhancement.mode))

    def action_next_policy(self) -> None:
        """Take the next delivery policy."""
        session = self._runner.ready_for("next_policy")
        if session is not None:
            session.live.set_delivery_policy(next_of(POLICIES, session.settings.delivery.policy))

    def action_accept(self) -> None:
        """Take all changes, and deliver the text if it waits for that."""
        session = self._runner.ready_for("accept")
        if session is not None:
            session.texts.accept()

    def action_reject(self) -> None:
        """Go back to the raw text, and deliver it if the text waits for that."""
        session = self._runner.ready_for("reject")
        if session is not None:
            session.texts.reject()

    def action_next_change(self) -> None:
        """Move the cursor to the next change."""
        self._step(1)

    def action_previous_change(self) -> None:
        """Move the cursor to the change before."""
        self._step(-1)

    def action_toggle_change(self) -> None:
        """Take or leave the change that the cursor is on; without one, say how it gets there."""
        session = self._runner.ready_for("toggle_change")
        diff = self.workstation.diff
        if not diff.display or not diff.steps:
            self._step(1)
        elif diff.current is None:
            key = show_key(effective_keys(self.user_keys)["next_change"][0])
            self.workstation.tell("information", f"{key} picks a change first.")
        elif session is not None:
            session.texts.toggle_change(diff.current)

    def action_enhance_now(self) -> None:
        """Have the language model edit the text that is shown."""
        session = self._runner.ready_for("enhance_now")
        if session is not None:
            session.texts.enhance_now()

    def action_reapply_mode(self) -> None:
        """Edit the text that is shown again, in the writing mode in force."""
        session = self._runner.ready_for("reapply_mode")
        if session is not None:
            session.texts.reapply_mode()

    def action_earlier_text(self) -> None:
        """Go back to the text before the one that is shown."""
        session = self._runner.ready_for("earlier_text")
        if session is not None:
            session.texts.show_earlier()

    def action_later_text(self) -> None:
        """Go on to the text after the one that is shown."""
        session = self._runner.ready_for("later_text")
        if session is not None:
            session.texts.show_later()

    def _step(self, by: int) -> None:
        if not self.workstation.diff.display:
            self.workstation.tell("information", "There is no room to show changes; a larger window has it.")
        elif not self.workstation.diff.step(by):
            self.workstation.tell("information", "There is no change to go to.")
