"""Windows of any Wayland desktop through ydotool, which presses keys through the kernel.

Debian has version 0.1, which names keys and makes a keyboard by itself where its daemon is not there; since
version 1.0 it takes the kernel's key codes, and does nothing without ydotoold.
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Mapping

from engine.deliver.inject.uinput import cannot_type, why_no_device
from engine.deliver.inject.wayland_desktop import why_no_desktop, why_no_program
from engine.deliver.inject.wayland_focus import focused_window
from engine.deliver.inject.window_backend import Key, Window, WindowBackend
from engine.deliver.program import Ended, run
from engine.errors import DeliveryError

_CTRL, _SHIFT, _V, _ENTER, _INSERT = 29, 42, 47, 28, 110
"""KEY_LEFTCTRL, KEY_LEFTSHIFT, KEY_V, KEY_ENTER, KEY_INSERT of linux/input-event-codes.h: places on the
keyboard. Where another letter than v lies in that place (Dvorak), another key is pressed."""

_CODES: dict[Key, tuple[int, ...]] = {
    "paste": (_CTRL, _V),
    "terminal-paste": (_CTRL, _SHIFT, _V),
    "paste-anywhere": (_SHIFT, _INSERT),
    "enter": (_ENTER,),
    "shift-enter": (_SHIFT, _ENTER),
}

_NAMES: dict[Key, str] = {
    "paste": "ctrl+v",
    "terminal-paste": "ctrl+shift+v",
    "paste-anywhere": "shift+insert",
    "enter": "enter",
    "shift-enter": "shift+enter",
}
"""The same as version 0.1 takes them."""

DEFAULT_SOCKET = "/tmp/.ydotool_socket"
"""Where ydotoold listens without XDG_RUNTIME_DIR, and before version 1.0.2 always."""


class Ydotool(WindowBackend):
    """ydotool, of either sort.

    It has the keys of the American layout, and types ASCII alone: texts are pasted.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        """Look in this environment; nothing is run."""
        self._environ = dict(environ)
        self._takes_codes: bool | None = None

    @property
    def name(self) -> str:
        """The program's name."""
        return "ydotool"

    def why_not(self) -> str | None:
        """Name the desktop, the program, the daemon or the permission that is missing."""
        missing = why_no_desktop(self._environ) or why_no_program(
            self._environ, "ydotool", "install the package ydotool"
        )
        if missing or self._daemon():
            return missing
        no_device = why_no_device()
        return no_device and f"ydotoold does not run, and without it: {no_device}"

    async def focused(self) -> Window:
        """Ask the compositor."""
        return await focused_window(self._environ)

    async def press(self, *keys: Key) -> None:
        """Press keys in one call of ydotool."""
        environ = self._environ | ({"YDOTOOL_SOCKET": found} if (found := self._daemon()) else {})
        if await self._by_codes():
            strokes = [stroke for key in keys for stroke in _strokes(_CODES[key])]
        else:
            strokes = [_NAMES[key] for key in keys]
        ended = await run(["ydotool", "key", *strokes], environ=environ)
        if ended.status or "error" in ended.errors:
            raise _explained(ended)

    async def type(self, text: str) -> None:
        """Refuse: only ASCII would arrive, and on other layouts than the American not even that."""
        raise cannot_type(self.name)

    async def _by_codes(self) -> bool:
        """Find out, once, whether this is version 1.0 or later: its help speaks of its socket."""
        if self._takes_codes is None:
            ended = await run(["ydotool", "help"], environ=self._environ)
            self._takes_codes = "YDOTOOL_SOCKET" in ended.output.decode(errors="replace")
        return self._takes_codes

    def _daemon(self) -> str | None:
        """Find the socket of a daemon that runs."""
        own = self._environ.get("YDOTOOL_SOCKET")
        runtime = self._environ.get("XDG_RUNTIME_DIR")
        usual = [f"{runtime}/.ydotool_socket"] if runtime else []
        return next((path for path in ([own] if own else [*usual, DEFAULT_SOCKET]) if _is_served(path)), None)


def _strokes(codes: tuple[int, ...]) -> list[str]:
    """Press keys in this order and release them in the other, in the notation of version 1.0."""
    return [*(f"{code}:1" for code in codes), *(f"{code}:0" for code in reversed(codes))]


def _is_served(path: str) -> bool:
    """Whether a daemon listens: version 1.0 to datagrams, older ones to streams (EPROTOTYPE, unix(7))."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ours:
        try:
            ours.connect(path)
        except OSError as error:
            return error.errno == errno.EPROTOTYPE
    return True


def _explained(ended: Ended) -> DeliveryError:
    """Make the error; version 1.0 complains on its standard output."""
    said = f"{ended.output.decode(errors='replace')}\n{ended.errors}"
    if "ydotoold is running" in said or "failed to connect socket" in said:
        return DeliveryError("ydotool found no daemon.", "Start ydotoold, or let systemd start it.")
    if "uinput" in said:
        return DeliveryError("ydotool may not make a keyboard.", why_no_device() or "Start ydotoold.")
    return DeliveryError(f"ydotool failed: {ended.why}.")
