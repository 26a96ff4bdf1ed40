"""Windows of Wayland desktops with the virtual-keyboard protocol, through wtype.

sway, Hyprland, river, labwc, niri and other compositors of their kind have the protocol
(zwp_virtual_keyboard_manager_v1); GNOME and KDE do not.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.deliver.inject.wayland_desktop import desktops, why_no_desktop, why_no_program
from engine.deliver.inject.wayland_focus import focused_window
from engine.deliver.inject.window_backend import Key, Window, WindowBackend
from engine.deliver.program import TIME_OUT_S, run
from engine.errors import DeliveryError

PER_CHARACTER_S = 0.05
"""Most that a character may take: wtype waits 4 ms in each, and twice for the compositor."""

SETTLE_MS = 30
"""How long the new keyboard is left alone. Where it is the only one (a desktop that is seen from afar, one
without a screen) programs have to hear of it first: at once, 9 of 150 texts lost their first character."""

WITHOUT_PROTOCOL = {"GNOME": "GNOME", "KDE": "KDE", "X-Cinnamon": "Cinnamon", "weston": "Weston"}
"""Desktops that lack the protocol, as XDG_CURRENT_DESKTOP and as people name them."""

REMEDY = "install ydotool or dotool instead, which press keys through the kernel"

_ARGUMENTS: dict[Key, tuple[str, ...]] = {
    "paste": ("-M", "ctrl", "-k", "v", "-m", "ctrl"),
    "terminal-paste": ("-M", "ctrl", "-M", "shift", "-k", "v", "-m", "shift", "-m", "ctrl"),
    "paste-anywhere": ("-M", "shift", "-k", "Insert", "-m", "shift"),
    "enter": ("-k", "Return"),
    "shift-enter": ("-M", "shift", "-k", "Return", "-m", "shift"),
}
"""Press a modifier, press and release a key, release the modifier (wtype(1))."""


class Wtype(WindowBackend):
    """wtype, a virtual keyboard that has any character on a key of its own.

    Typing brings any Unicode across, at 4 to 5 ms a character: a paste is quicker from ten characters on.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        """Look in this environment; nothing is run."""
        # In the C locale wtype 0.4 ends without a complaint at the first character that is not ASCII.
        self._environ = {**environ, "LC_ALL": "C.UTF-8"}

    @property
    def name(self) -> str:
        """The program's name."""
        return "wtype"

    @property
    def can_type(self) -> bool:
        """It can, character by character."""
        return True

    def why_not(self) -> str | None:
        """Name the desktop, the protocol or the program that is missing."""
        return (
            why_no_desktop(self._environ)
            or self._why_no_protocol()
            or why_no_program(self._environ, "wtype", "install the package wtype")
        )

    def _why_no_protocol(self) -> str | None:
        for desktop in desktops(self._environ):
            if desktop in WITHOUT_PROTOCOL:
                name = WITHOUT_PROTOCOL[desktop]
                return f"{name} has no virtual-keyboard protocol, which wtype needs; {REMEDY}."
        return None

    async def focused(self) -> Window:
        """Ask the compositor."""
        return await focused_window(self._environ)

    async def press(self, *keys: Key) -> None:
        """Press keys in one call of wtype."""
        await self._wtype(*(argument for key in keys for argument in _ARGUMENTS[key]))

    async def type(self, text: str) -> None:
        """Type `text` in one call of wtype, which reads it on its standard input."""
        if text:
            await self._wtype("-", text=text)

    async def _wtype(self, *arguments: str, text: str = "") -> None:
        time_out_s = TIME_OUT_S + PER_CHARACTER_S * len(text)
        ended = await run(
            ["wtype", "-s", str(SETTLE_MS), *arguments],
            text.encode(),
            environ=self._environ,
            time_out_s=time_out_s,
        )
        if not ended.status:
            return
        if "virtual keyboard protocol" in ended.errors:
            raise DeliveryError(
                "This compositor has no virtual-keyboard protocol, which wtype needs.",
                f"{REMEDY[0].upper()}{REMEDY[1:]}.",
            )
        raise DeliveryError(f"wtype failed: {ended.why}.")
