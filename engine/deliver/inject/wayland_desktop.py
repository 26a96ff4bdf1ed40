"""Whether there is a Wayland desktop here, and which: what all ways into its windows ask first."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path


def why_no_desktop(environ: Mapping[str, str]) -> str | None:
    """Say why no compositor can be reached; None when one can.

    Its socket is WAYLAND_DISPLAY, a path or a name in XDG_RUNTIME_DIR (wl_display_connect(3)).
    """
    display = environ.get("WAYLAND_DISPLAY")
    if not display:
        return "There is no Wayland desktop here (WAYLAND_DISPLAY is not set)."
    socket = Path(environ.get("XDG_RUNTIME_DIR", "/")) / display
    try:
        is_there = socket.is_socket()
    except OSError:
        is_there = False
    if not is_there:
        return (
            f"WAYLAND_DISPLAY is {display}, but {socket} is no socket; start utter within the desktop, "
            "or give it the desktop's XDG_RUNTIME_DIR."
        )
    return None


def why_no_program(environ: Mapping[str, str], program: str, how: str) -> str | None:
    """Say that a program is not installed, and `how` it gets here; None when it is there."""
    if shutil.which(program, path=environ.get("PATH")):
        return None
    return f"{program} is not installed; {how}."


def desktops(environ: Mapping[str, str]) -> list[str]:
    """Give the names of the desktop, the most special first, such as "ubuntu" and "GNOME"."""
    return [name for name in environ.get("XDG_CURRENT_DESKTOP", "").split(":") if name]
