"""The part of the app that makes room for the shell that started it, and comes back."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from types import FrameType

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

    def __init__(self) -> None:
        super().__init__()
        self._stepped_aside = False

    def on_mount(self) -> None:
        """Wait to be continued, whoever stopped us."""
        self.app_resume_signal.subscribe(self, lambda _: self._draw_anew())
        if sys.platform != "win32" and self._driver is not None and self._driver.can_suspend:
            self._follow_signals()

    def _follow_signals(self) -> None:
        """Have the driver begin again only after it has ended.

        SIGSTOP gives nobody the time to end: the driver would read the keys twice, and take the state in
        which it had left the terminal for the one to go back to.
        """
        stop, go_on = signal.getsignal(signal.SIGTSTP), signal.getsignal(signal.SIGCONT)
        loop = asyncio.get_running_loop()

        def stopped(number: int, frame: FrameType | None) -> None:
            self._stepped_aside = True
            if callable(stop):
                stop(number, frame)

        def continued(number: int, frame: FrameType | None) -> None:
            if not self._stepped_aside and self._driver is not None:
                self._driver.suspend_application_mode()
                loop.call_soon_threadsafe(self._draw_anew)
            if callable(go_on):
                go_on(number, frame)

        signal.signal(signal.SIGTSTP, stopped)
        signal.signal(signal.SIGCONT, continued)

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
        self._stepped_aside = False
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
