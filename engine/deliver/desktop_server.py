"""Whether the desktop that the environment names answers: a program and a variable do not make one."""

from __future__ import annotations

import re
import socket
from collections.abc import Mapping
from pathlib import Path

from engine import unix_socket

TIME_OUT_S = 1.0
"""How long a desktop may take to be there; one on this machine takes no time at all."""

_DISPLAY = re.compile(r"(?P<host>.*):(?P<number>\d+)(\.\d+)?")
"""HOST:DISPLAY.SCREEN (X(7), Display Names)."""

_FOLDER, _PORT = "/tmp/.X11-unix", 6000
"""Where X servers listen (Xserver(1), Network Connections)."""


def why_no_x_server(environ: Mapping[str, str]) -> str | None:
    """Say why the X server that DISPLAY names cannot be reached; None when it can."""
    display = environ.get("DISPLAY", "")
    named = _DISPLAY.fullmatch(display)
    if named is None:
        return f"DISPLAY is {display!r}, which names no X server; write it as in :0."
    host, number = named["host"], int(named["number"])
    if host.startswith("/"):
        is_there = _listens(display)
    elif host in ("", "unix"):
        path = f"{_FOLDER}/X{number}"
        # The same name without a file is for programs that see another /tmp (Linux).
        is_there = _listens(path) or _listens(f"\0{path}")
    else:
        is_there = _answers(host.strip("[]"), _PORT + number)
    if is_there:
        return None
    return f"DISPLAY is {display}, but no X server answers; start utter within the desktop, or mend DISPLAY."


def why_no_compositor(environ: Mapping[str, str]) -> str | None:
    """Say why the compositor that WAYLAND_DISPLAY names cannot be reached; None when it can."""
    display = environ.get("WAYLAND_DISPLAY", "")
    path = Path(environ.get("XDG_RUNTIME_DIR", "/"), display)
    if display and _listens(str(path)):
        return None
    return (
        f"WAYLAND_DISPLAY is {display}, but nothing answers at {path}; start utter within the desktop, "
        "or give it the desktop's XDG_RUNTIME_DIR."
    )


def _listens(path: str) -> bool:
    try:
        connected = unix_socket.connect(path, TIME_OUT_S)
    except OSError:
        return False
    if connected is not None:
        connected.close()
    return connected is not None


def _answers(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), TIME_OUT_S).close()
    except (OSError, OverflowError, UnicodeError):
        return False
    return True
