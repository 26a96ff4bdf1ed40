"""Stand-ins for the programs of desktops, which write down how they were called."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_SCRIPT = """\
#!/bin/sh
printf '%s\\0' "${{0##*/}}" "$@" >> {calls}
printf '\\0' >> {calls}
{behaviour}
"""
"""Writes down its name and its arguments, each ended by a NUL and all by another: no argument is empty."""


class StageDesktop:
    """A Wayland desktop with nothing installed but stand-ins.

    Attributes:
        runtime: Its XDG_RUNTIME_DIR.
        environ: The environment of programs on it.
    """

    def __init__(self, folder: Path) -> None:
        self._bin, self._calls, self._input = folder / "bin", folder / "calls", folder / "input"
        self._bin.mkdir()
        self.runtime = folder / "run"
        self.runtime.mkdir()
        self.environ = {
            "PATH": str(self._bin),
            "WAYLAND_DISPLAY": "wayland-0",
            "XDG_RUNTIME_DIR": str(self.runtime),
        }

    def put(self, name: str, behaviour: str = "") -> None:
        """Install a program that does this, told to a shell, once it has written its call down."""
        path = self._bin / name
        path.write_text(_SCRIPT.format(calls=self._calls, behaviour=behaviour), encoding="utf-8")
        path.chmod(0o755)

    def put_reader(self, name: str, then: str = "") -> None:
        """Install one that writes down its standard input, too, and then does this."""
        self.put(name, f"/bin/cat >> {self._input}\n{then}")

    def put_answer(self, name: str, answer: object) -> None:
        """Install one that prints JSON."""
        self.put(name, f"/bin/cat <<'END'\n{json.dumps(answer)}\nEND")

    @property
    def calls(self) -> list[list[str]]:
        """The command lines so far."""
        written = self._calls.read_text(encoding="utf-8") if self._calls.exists() else ""
        return [call.split("\0") for call in written.split("\0\0")[:-1]]

    @property
    def input(self) -> str:
        """What came on standard input so far."""
        return self._input.read_text(encoding="utf-8")

    def left_behind(self, name: str) -> str:
        """What a program wrote into a file beside itself."""
        return (self._bin / name).read_text(encoding="utf-8")


@contextmanager
def listening(path: Path, kind: socket.SocketKind = socket.SOCK_STREAM) -> Iterator[None]:
    """Listen at a Unix socket, as a compositor or a daemon does."""
    with socket.socket(socket.AF_UNIX, kind) as server:
        server.bind(str(path))
        if kind is socket.SOCK_STREAM:
            server.listen()
        yield
    path.unlink()
