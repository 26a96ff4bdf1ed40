"""Windows of macOS, through System Events and `osascript`.

A text never becomes part of a script: it goes over the clipboard, and the script gets names of keys as
arguments.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping

from engine.deliver.inject.terminal_windows import BUNDLES, is_terminal
from engine.deliver.inject.wayland_desktop import why_no_program
from engine.deliver.inject.window_backend import Key, Window, WindowBackend
from engine.deliver.program import run
from engine.errors import DeliveryError

TIME_OUT_S = 10.0
"""How long System Events may take: the first call of a session starts it, which takes seconds."""

PRESS = """\
on run argv
    tell application "System Events"
        repeat with wanted in argv
            if (contents of wanted) is "paste" then
                keystroke "v" using command down
            else if (contents of wanted) is "shift-enter" then
                key code 36 using shift down
            else
                key code 36
            end if
        end repeat
    end tell
end run
"""
"""Presses the keys that its arguments name; 36 is kVK_Return of HIToolbox/Events.h, `keystroke` finds the v
on any layout."""

LOOK = """\
on run argv
    tell application "System Events"
        set front to first application process whose frontmost is true
        set told to bundle identifier of front
        if told is missing value then set told to ""
        set shown to name of front
        try
            set shown to shown & ": " & (name of front window of front)
        end try
    end tell
    return told & linefeed & shown
end run
"""
"""Gives the bundle identifier of the frontmost application, and its name with its window's title; the title
alone needs the permission for accessibility."""

_NUMBER = re.compile(r"\((-?\d+)\)\s*$")
"""The number of an AppleScript error, at the end of its line."""

_NOT_ALLOWED_KEYS = {"1002", "-1719", "-25211"}
"""Not allowed to send keystrokes, not allowed assistive access, and kAXErrorAPIDisabled."""

_NOT_ALLOWED_EVENTS = "-1743"
"""errAEEventNotPermitted: one application may not control another."""

_SETTINGS = "System Settings → Privacy & Security"


class SystemEvents(WindowBackend):
    """System Events, which presses keys for those who may use accessibility.

    Its `keystroke` loses characters of long texts and knows the keyboard layout alone: texts are pasted.
    """

    def __init__(self, environ: Mapping[str, str], *, platform: str = sys.platform) -> None:
        """Look in this environment; nothing is run.

        Args:
            environ: The environment to look in and to hand on.
            platform: What Python calls the system.
        """
        self._environ = dict(environ)
        self._platform = platform

    @property
    def name(self) -> str:
        """As people know it."""
        return "System Events"

    def why_not(self) -> str | None:
        """Say that this is another system or another machine; permissions show when a key is pressed."""
        if self._platform != "darwin":
            return "This is not macOS."
        if self._environ.get("SSH_CONNECTION"):
            return "The windows of this Mac are not where you are (over SSH); use the clipboard."
        return why_no_program(self._environ, "osascript", "it belongs to macOS: add /usr/bin to PATH")

    async def focused(self) -> Window:
        """Ask for the frontmost application; whether its window is ours cannot be known."""
        told = await self._script(LOOK)
        bundle, _, shown = told.rstrip("\n").partition("\n")
        return Window(shown or bundle, is_terminal(bundle, BUNDLES))

    async def press(self, *keys: Key) -> None:
        """Press keys in one call; terminals paste with the same key as everything else."""
        await self._script(PRESS, *("paste" if "paste" in key else key for key in keys))

    async def type(self, text: str) -> None:
        """Refuse: a part of it would be lost."""
        raise DeliveryError(
            "System Events types long texts unreliably.", 'Set delivery.window to "paste" or "auto".'
        )

    async def _script(self, script: str, *arguments: str) -> str:
        command = ["osascript", "-e", script, *arguments]
        ended = await run(command, environ=self._environ, time_out_s=TIME_OUT_S)
        if ended.status:
            raise _explained(ended.why)
        return ended.output.decode(errors="replace")


def _explained(words: str) -> DeliveryError:
    """Make the error of what osascript complained about, with the permission that is missing."""
    found = _NUMBER.search(words)
    number = found[1] if found else ""
    if number in _NOT_ALLOWED_KEYS:
        return DeliveryError(
            f"macOS does not let this terminal press keys ({number}).",
            f"Allow it in {_SETTINGS} → Accessibility, then start the terminal anew.",
        )
    if number == _NOT_ALLOWED_EVENTS:
        return DeliveryError(
            f"macOS does not let this terminal control System Events ({number}).",
            f"Allow it in {_SETTINGS} → Automation.",
        )
    return DeliveryError(f"System Events failed: {words}.")
