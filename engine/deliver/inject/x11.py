"""Keys and text for the focused window of an X server, by xdotool and the XTEST extension.

What has the focus and what it is called are read with xdotool and xprop; from its class (WM_CLASS,
ICCCM section 4.1.2.5) it is known whether it is a terminal, and which key pastes there.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import sys
from collections.abc import Mapping

from engine.deliver.inject.terminal_windows import is_terminal
from engine.deliver.inject.window_backend import Key, Window
from engine.deliver.program import TIME_OUT_S, require, run
from engine.errors import DeliveryError

PRIMARY_PASTERS = frozenset(
    {"xterm", "uxterm", "koi8rxvt", "kterm", "rxvt", "urxvt", "aterm", "eterm", "mlterm"}
)
"""Terminals that have no key for the clipboard: shift+Insert pastes the primary selection there, and the
clipboard where xterm's `selectToClipboard` is set (xterm(1), rxvt(1), mlterm(1))."""

DELAY_MS = 10
"""Milliseconds a character, when there are some that no key of the keyboard has: xdotool gives them one for
the moment. With less time xterm 379 has read the key before it learnt what it means, and on a busy machine
even so now and then; that is why texts are pasted unless the user wants them typed."""

PLAIN_DELAY_MS = 2
"""The same for texts in ASCII, which the keyboard has."""

_KEYS: dict[Key, str] = {
    "paste": "ctrl+v",
    "terminal-paste": "ctrl+shift+v",
    "paste-anywhere": "shift+Insert",
    "enter": "Return",
    "shift-enter": "shift+Return",
}
_MODIFIERS = ("shift", "ctrl")
"""Keys that are held while others are pressed here."""


class Xdotool:
    """xdotool on an X server."""

    name = "xdotool"
    types = False

    def __init__(self, environ: Mapping[str, str]) -> None:
        """Run nothing yet."""
        self._environ = environ
        self._focused: tuple[bool | None, bool] = (None, True)

    @property
    def can_type(self) -> bool:
        """It can."""
        return True

    def why_not(self) -> str | None:
        """Say what is missing, or that this is a session of Wayland."""
        environ = self._environ
        if sys.platform in ("darwin", "win32"):
            return "xdotool is for X servers, and this system's windows are not on one."
        if environ.get("WAYLAND_DISPLAY") or environ.get("XDG_SESSION_TYPE") == "wayland":
            return "This is a session of Wayland, where xdotool reaches programs for X alone."
        if not environ.get("DISPLAY"):
            return "There is no X server here: DISPLAY is not set."
        if not shutil.which("xdotool", path=environ.get("PATH")):
            return "xdotool is not installed; install it, with Debian: apt install xdotool."
        return None

    async def focused(self) -> Window:
        """Find the window that has the focus, its title and its class.

        The paste key of the window found here is what `press` uses afterwards.

        Raises:
            DeliveryError: No window has the focus, or the X server does not answer.
        """
        inner, window = await asyncio.gather(self._window("-f"), self._window())
        told = await self._properties(window)
        classes = [name.lower() for name in told.get("WM_CLASS", "").split('", "') if name]
        terminal = any(is_terminal(name) for name in classes) if classes else None
        primary = not classes or not PRIMARY_PASTERS.isdisjoint(classes)
        self._focused = (terminal, primary)
        titles = (told.get(name, "") for name in ("_NET_WM_NAME", "WM_NAME"))
        return Window(
            title=next(filter(None, titles), classes[-1] if classes else ""),
            is_terminal=terminal,
            is_ours=self._environ.get("WINDOWID", "") in (str(window), str(inner)),
            pastes_primary=primary,
            handle=inner,
        )

    async def press(self, *keys: Key) -> None:
        """Press keys, in one call, in the window that has the focus.

        Raises:
            DeliveryError: The X server does not take them.
        """
        pressed = [self._key(key) for key in keys]
        await self._run("key", "--clearmodifiers", *pressed)

    async def type(self, text: str) -> None:
        """Type a text, in one call.

        Raises:
            DeliveryError: xdotool failed, or did not come to its end in time.
        """
        delay = PLAIN_DELAY_MS if text.isascii() else DELAY_MS
        # It waits between all characters, and looks for a free key before some.
        time_out_s = TIME_OUT_S + 4 * len(text) * delay / 1000
        arguments = ("type", "--clearmodifiers", "--delay", str(delay), "--file", "-")
        await self._run(*arguments, text=text, time_out_s=time_out_s)

    async def _run(self, *arguments: str, text: str = "", time_out_s: float | None = None) -> None:
        """Run xdotool to its good end; where it has another one, no modifier stays down behind it."""
        command, seconds = ("xdotool", *arguments), time_out_s or TIME_OUT_S
        try:
            await require(command, text.encode(), environ=self._environ, time_out_s=seconds)
        except (DeliveryError, asyncio.CancelledError):
            await asyncio.shield(self._release())
            raise

    async def _release(self) -> None:
        """Let go of the keys that a killed xdotool may have left held down, for every program."""
        with contextlib.suppress(DeliveryError):
            await run(("xdotool", "keyup", *_MODIFIERS), environ=self._environ, time_out_s=TIME_OUT_S)

    def _key(self, key: Key) -> str:
        pastes = key in ("paste", "terminal-paste", "paste-anywhere")
        return _KEYS["paste-anywhere" if pastes and self._focused[1] else key]

    async def _window(self, *options: str) -> int:
        """The window that has the focus; with "-f" the very one, else the one of its program."""
        ended = await run(
            ("xdotool", "getwindowfocus", *options), environ=self._environ, time_out_s=TIME_OUT_S
        )
        number = int(ended.output) if ended.output.strip().isdigit() else 0
        # 0 is none, 1 is the root window: what lies under the pointer gets the keys then.
        if ended.status or number <= 1:
            if ended.status and "display" in ended.errors.lower():
                display = self._environ.get("DISPLAY", "")
                raise DeliveryError(f"The X server {display} cannot be reached: {ended.last_words}.")
            raise DeliveryError("No window has the focus.", "Click into the one that is to have the text.")
        return number

    async def _properties(self, window: int) -> dict[str, str]:
        """Texts of the window's properties; none where xprop is not installed or the window is gone."""
        command = ("xprop", "-id", str(window), "-notype", "WM_CLASS", "_NET_WM_NAME", "WM_NAME")
        try:
            ended = await run(command, environ={**self._environ, "LC_ALL": "C.UTF-8"})
        except DeliveryError:
            return {}
        # Titles are what programs like, line ends included; the class is asked for, and told, first.
        lines = reversed(ended.output.decode(errors="replace").splitlines())
        return {
            name: value.strip().removeprefix('"').removesuffix('"')
            for name, found, value in (line.partition(" = ") for line in lines)
            if found
        }
