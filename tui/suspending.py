"""The part of the app that makes room for the shell that started it, and comes back."""

from __future__ import annotations

import asyncio
import os
import signal
import sys

from textual.app import App
from textual.driver import Driver

from engine.state import DictationState
from tui.actions import effective_keys, show_key
from tui.screens.workstation import Workstation
from tui.session_runner import SessionRunner

RECORDING = frozenset({DictationState.ARMING, DictationState.RECORDING, DictationState.FINISHING})
"""States in which a program that is stopped would miss what is said, or not recognise it."""


class SuspendingApp(App[None], inherit_bindings=False):
    """Stops with ctrl+z as other programs do, and draws everything anew when it goes on."""

    _runner: SessionRunner
    workstation: Workstation
    user_keys: dict[str, str]

    def on_mount(self) -> None:
        """Wait to be continued, whoever stopped us."""
        self.app_resume_signal.subscribe(self, lambda _: self._draw_anew())
        if sys.platform != "win32" and self._driver is not None and self._driver.can_suspend:
            self._follow_signals(self._driver)

    def _follow_signals(self, driver: Driver) -> None:
        """Have the driver end and begin on the event loop, and begin only after it has ended.

        In a signal handler it would run between any two instructions of what it changes. And SIGSTOP gives
        nobody the time to end: the driver would read the keys twice, and take the state in which it had left
        the terminal for the one to go back to.
        """
        stop, go_on = signal.getsignal(signal.SIGTSTP), signal.getsignal(signal.SIGCONT)
        if not (callable(stop) and callable(go_on)):
            return
        loop = asyncio.get_running_loop()

        def stopped() -> None:
            # Whoever continues us now is waited for here: what draws before that would wait for ever.
            loop.remove_signal_handler(signal.SIGCONT)
            stop(signal.SIGTSTP, None)
            _wait_for_foreground()
            begin()

        def continued() -> None:
            loop.remove_signal_handler(signal.SIGCONT)
            _wait_for_foreground()
            driver.suspend_application_mode()
            begin()
            self._draw_anew()

        def begin() -> None:
            loop.add_signal_handler(signal.SIGCONT, continued)
            go_on(signal.SIGCONT, None)

        loop.add_signal_handler(signal.SIGTSTP, stopped)
        loop.add_signal_handler(signal.SIGCONT, continued)

    def action_suspend(self) -> None:
        """Stop until the shell continues us; refused while words would be lost, or nobody could do that."""
        if reason := self._why_not_now():
            self.workstation.tell("information", f"utter stays: {reason}")
        elif self._driver is None or not self._driver.can_suspend or not has_shell_behind():
            self.workstation.tell("information", "utter stays: no shell waits that could bring it back.")
        else:
            # The group, as a terminal does it: the shell looks at the first of the programs in it.
            os.killpg(os.getpgrp(), signal.SIGTSTP)

    def _why_not_now(self) -> str:
        """What stopping would do to words that are spoken or on their way; empty where there are none."""
        session = self._runner.session
        if self._runner.wishes.recording or (session is not None and session.state in RECORDING):
            cancel = show_key(effective_keys(self.user_keys)["cancel"][0])
            return f"stopped, it would miss the dictation. Finish it first; {cancel} cancels it."
        if session is not None and session.busy:
            return "a text is still on its way. Try again once it is there."
        return ""

    def _draw_anew(self) -> None:
        """Draw the whole screen: the terminal has shown something else, and has forgotten ours."""
        self.refresh(layout=True)


def _wait_for_foreground() -> None:
    """Stop again as long as the terminal is another program's, such as after `bg`."""
    while _is_in_background():
        os.kill(os.getpid(), signal.SIGSTOP)


def _is_in_background() -> bool:
    if sys.platform == "win32" or sys.__stdin__ is None:
        return False
    try:
        return os.tcgetpgrp(sys.__stdin__.fileno()) != os.getpgrp()
    except OSError:
        return False


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
