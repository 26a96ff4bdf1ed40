"""The part of the app that makes room for the shell that started it, and comes back."""

from __future__ import annotations

import os
import signal
import sys

from textual.app import App

from engine.state import DictationState
from tui.actions import effective_keys, show_key
from tui.screens.workstation import Workstation
from tui.session_runner import SessionRunner

RECORDING = frozenset({DictationState.ARMING, DictationState.RECORDING, DictationState.FINISHING})
"""States in which a program that is stopped would miss what is said, or keep a text to itself."""


class SuspendingApp(App[None], inherit_bindings=False):
    """Stops with ctrl+z as other programs do, and draws everything anew when it goes on."""

    _runner: SessionRunner
    workstation: Workstation
    user_keys: dict[str, str]

    def on_mount(self) -> None:
        """Wait to be continued, whoever stopped us."""
        self.app_resume_signal.subscribe(self, lambda _: self._draw_anew())

    def action_suspend(self) -> None:
        """Stop until the shell continues us; refused while words would be lost, or nobody could do that."""
        session = self._runner.session
        cancel = show_key(effective_keys(self.user_keys)["cancel"][0])
        if session is not None and session.state in RECORDING:
            what = f"utter stays: stopped, it would miss the dictation. Finish it first; {cancel} cancels it."
            self.workstation.tell("information", what)
        elif self._driver is None or not self._driver.can_suspend or not has_shell_behind():
            self.workstation.tell("information", "utter stays: no shell waits that could bring it back.")
        else:
            # The group, as a terminal does it: the shell looks at the first of the programs in it.
            os.killpg(os.getpgrp(), signal.SIGTSTP)

    def _draw_anew(self) -> None:
        """Draw the whole screen: the terminal has shown something else, and has forgotten ours."""
        self.refresh(layout=True)


def has_shell_behind() -> bool:
    """Whether a shell with job control started us.

    Without one our process group is orphaned (POSIX.1-2017, 3.264): nobody could continue it. The terminal
    runs us in the place of a shell, for instance, or ssh does.
    """
    if sys.platform == "win32":
        return False
    import psutil

    group, session = os.getpgrp(), os.getsid(0)
    try:
        for parent in psutil.Process().parents():
            if os.getpgid(parent.pid) != group:
                return os.getsid(parent.pid) == session
    except (psutil.Error, OSError):
        return False
    return False
