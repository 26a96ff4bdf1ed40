"""Windows of any Wayland desktop through dotool, which presses keys through the kernel."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from engine.deliver.inject.uinput import cannot_type, why_no_device
from engine.deliver.inject.wayland_desktop import why_no_desktop, why_no_program
from engine.deliver.inject.wayland_focus import focused_window
from engine.deliver.inject.window_backend import Key, Window, WindowBackend
from engine.deliver.program import run
from engine.errors import DeliveryError

PIPES = ("/tmp/dotool-pipe", "/tmp/dotool_pipe")
"""Where dotoold listens unless DOTOOL_PIPE says otherwise: its newer and its older versions."""

_CHORDS: dict[Key, str] = {
    "paste": "ctrl+x:v",
    "terminal-paste": "ctrl+shift+x:v",
    "paste-anywhere": "shift+insert",
    "enter": "enter",
    "shift-enter": "shift+enter",
}
"""Keys as dotool(1) names them; the v by its XKB name, so that DOTOOL_XKB_LAYOUT finds it on any layout."""


class Dotool(WindowBackend):
    """dotool, or dotoolc where its daemon runs: a keyboard that is there already is pressed sooner.

    It has the keys of one layout, and would leave out what that lacks: texts are pasted.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        """Look in this environment; nothing is run."""
        self._environ = dict(environ)

    @property
    def name(self) -> str:
        """The program's name."""
        return "dotool"

    def why_not(self) -> str | None:
        """Name the desktop, the program or the permission that is missing."""
        no_desktop = why_no_desktop(self._environ)
        if no_desktop or self._daemon():
            return no_desktop
        how = "take it from your system's packages (Debian has none) or from its page, sr.ht/~geb/dotool"
        return why_no_program(self._environ, "dotool", how) or why_no_device()

    async def focused(self) -> Window:
        """Ask the compositor."""
        return await focused_window(self._environ)

    async def press(self, *keys: Key) -> None:
        """Press keys, told on dotool's standard input."""
        actions = "".join(f"key {_CHORDS[key]}\n" for key in keys).encode()
        pipe = self._daemon()
        if pipe:
            ended = await run(["dotoolc"], actions, environ={**self._environ, "DOTOOL_PIPE": str(pipe)})
        else:
            ended = await run(["dotool"], actions, environ=self._environ)
        # What dotool does not understand it warns of, and ends well.
        if ended.status or "WARNING" in ended.errors:
            raise DeliveryError(f"dotool failed: {ended.why}.")

    async def type(self, text: str) -> None:
        """Refuse: characters that the layout lacks would be left out."""
        raise cannot_type(self.name)

    def _daemon(self) -> Path | None:
        """Find the pipe of a daemon that runs; None without one, or without its client."""
        if shutil.which("dotoolc", path=self._environ.get("PATH")) is None:
            return None
        own = self._environ.get("DOTOOL_PIPE")
        return next((Path(pipe) for pipe in ([own] if own else PIPES) if _is_read(Path(pipe))), None)


def _is_read(pipe: Path) -> bool:
    """Whether somebody reads a named pipe: else it cannot be opened without waiting (ENXIO, fifo(7))."""
    try:
        if not pipe.is_fifo():
            return False
        os.close(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))
    except OSError:
        return False
    return True
