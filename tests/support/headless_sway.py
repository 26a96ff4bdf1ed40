"""A sway without a screen, with terminals in it: a Wayland desktop for the tests.

sway refuses to run as root, and CI runs as root: there it runs as `nobody`, to whose sockets root may
connect, so that the programs under test run as whoever runs the tests.
"""

from __future__ import annotations

import json
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from tests.support.debian import require

PATIENCE_S = 60.0
"""How long sway, foot and texts may take to come on a very busy machine."""

_CONFIG = "output HEADLESS-1 resolution 800x600\nxwayland disable\n"

_RECEIVER = "stty -icanon -echo; printf '\\033[>4;2m'; touch {ready}; exec cat >> {received}\n"
"""Takes what is typed as it comes: by default a terminal drops what is behind the 4096th byte of a line. And
wants to be told of modifiers (modifyOtherKeys of xterm): else enter is the same with shift and without."""


@dataclass(frozen=True)
class Received:
    """What has been typed into a terminal window, in a file."""

    path: Path

    def wait_for(self, expected: str) -> str:
        """Wait until as much as `expected` is there; gives what is there, and forgets it."""
        size = len(expected.encode())
        wait_until(
            lambda: self.path.stat().st_size >= size, lambda: f"{size} bytes, {self._so_far()!r} is all"
        )
        got = self._so_far()
        os.truncate(self.path, 0)
        return got

    def _so_far(self) -> str:
        return self.path.read_bytes().decode(errors="replace")


@dataclass(frozen=True)
class Desktop:
    """A sway that runs.

    Attributes:
        runtime: Its XDG_RUNTIME_DIR, and the home of who runs it.
        environ: What programs need to find it.
    """

    runtime: Path
    environ: dict[str, str]

    def ask(self, *command: str) -> Any:
        """Run `swaymsg`; gives its answer."""
        answer = subprocess.run(
            ["swaymsg", "--raw", *command], env=self.environ, capture_output=True, timeout=PATIENCE_S
        )
        return json.loads(answer.stdout) if answer.stdout.strip() else None

    def focused(self) -> dict[str, Any]:
        """Give the node of sway's tree that has the focus; an empty one while none has it."""
        nodes: list[dict[str, Any]] = [self.ask("-t", "get_tree")]
        while nodes:
            node = nodes.pop()
            if node["focused"]:
                return node
            nodes += [*node["nodes"], *node["floating_nodes"]]
        return {}

    def open_terminal(self, name: str, *, app_id: str = "foot") -> Received:
        """Open a terminal on a workspace of its own, both of this name, and wait until it has the focus."""
        received, ready, script = (self.runtime / f"{name}.{end}" for end in ("txt", "ready", "sh"))
        script.write_text(_RECEIVER.format(ready=ready, received=received), encoding="utf-8")
        script.chmod(0o755)
        self.ask("workspace", name)
        self.ask("exec", f"foot --title={name} --app-id={app_id} sh {script}")
        wait_until(ready.exists, lambda: f"the terminal {name}")
        self.wait_for_focus("con", name)
        return Received(received)

    def wait_for_focus(self, kind: Literal["con", "workspace"], name: str) -> None:
        """Wait until the window ("con") or workspace of this name has the focus."""
        sought = {"type": kind, "name": name}
        wait_until(
            lambda: sought.items() <= self.focused().items(), lambda: f"the focus on the {kind} {name}"
        )


def wait_until(condition: Callable[[], bool], wanted: Callable[[], str]) -> None:
    """Wait until `condition` holds; `wanted` says what did not come."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, f"not within {PATIENCE_S:g} s: {wanted()}"
        time.sleep(0.01)


@contextmanager
def headless_sway() -> Iterator[Desktop]:
    """Run sway; foot, wtype and wl-clipboard are required with it."""
    sway = require("sway", package="sway")
    for program, package in (("foot", "foot"), ("wtype", "wtype"), ("wl-copy", "wl-clipboard")):
        require(program, package=package)
    # pytest's own folders are closed to others, and too deep for the name of a socket.
    runtime = Path(tempfile.mkdtemp(prefix="utter-sway-"))
    try:
        (runtime / "config").write_text(_CONFIG, encoding="utf-8")
        environ = {"PATH": os.environ["PATH"], "XDG_RUNTIME_DIR": str(runtime), "HOME": str(runtime)}
        with (runtime / "log").open("wb") as log:
            server = subprocess.Popen(
                [*_as_other_user(runtime), sway, "--config", str(runtime / "config")],
                env={
                    **environ,
                    "LC_ALL": "C.UTF-8",
                    "WLR_BACKENDS": "headless",
                    "WLR_RENDERER": "pixman",
                    "WLR_LIBINPUT_NO_DEVICES": "1",
                },
                # A terminal starts where sway did, which has to be open to its user.
                cwd=runtime,
                stdout=log,
                stderr=log,
            )
        try:
            yield Desktop(runtime, environ | _sockets(runtime, server))
        finally:
            server.terminate()
            server.wait(timeout=PATIENCE_S)
    finally:
        shutil.rmtree(runtime)


def _as_other_user(runtime: Path) -> list[str]:
    """Give the command that runs another as `nobody`, whom the folder belongs to then; only for root."""
    if os.getuid() != 0:
        return []
    nobody = pwd.getpwnam("nobody")
    os.chown(runtime, nobody.pw_uid, nobody.pw_gid)
    identity = [f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups"]
    return [require("setpriv", package="util-linux"), *identity]


def _sockets(runtime: Path, server: subprocess.Popen[bytes]) -> dict[str, str]:
    """Wait for sway's sockets; gives the variables that name them."""

    def there() -> bool:
        assert server.poll() is None, (runtime / "log").read_text(errors="replace")
        return len([path for path in runtime.iterdir() if path.is_socket()]) >= 2

    wait_until(there, lambda: "sway")
    ipc = next(runtime.glob("sway-ipc.*.sock"))
    display = next(path.name for path in runtime.glob("wayland-*") if path.is_socket())
    return {"WAYLAND_DISPLAY": display, "SWAYSOCK": str(ipc)}
