"""Real windows on a real X server, into which texts are pasted: an xterm, and one that is no terminal."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.support.debian import missing, require

PATIENCE_S = 30.0
"""How long a window may take to come, or a text to arrive: the machine may be very busy."""

_FIELD = """
import pathlib, sys, tkinter
window = tkinter.Tk(className=sys.argv[3])
window.title(sys.argv[2])
field = tkinter.Text(window)
field.pack()
field.focus_set()
last, taken = None, pathlib.Path(sys.argv[1])
def show():
    global last
    text = field.get("1.0", "end-1c")
    if text != last:
        last, written = text, taken.with_suffix(".new")
        written.write_text(text, encoding="utf-8", newline="")
        written.replace(taken)
    window.after(10, show)
window.update()
show()
window.mainloop()
"""
"""Shows a field, and writes what is in it to a file."""


def environment(display: str) -> dict[str, str]:
    """An environment for programs on that server, and for no other desktop."""
    hidden = ("WAYLAND_DISPLAY", "XDG_SESSION_TYPE", "WINDOWID", "SSH_TTY", "SSH_CONNECTION")
    kept = {name: value for name, value in os.environ.items() if name not in hidden}
    return kept | {"DISPLAY": display, "LC_ALL": "C.UTF-8"}


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait for something that happens in another program."""
    until = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.005)


def copy(
    environ: dict[str, str], content: bytes, selection: str = "clipboard", form: str = "UTF8_STRING"
) -> None:
    """Put something on a clipboard; xclip itself returns before it is there."""
    xclip = require("xclip", package="xclip")
    command = [xclip, "-i", "-selection", selection, "-t", form]
    # It stays behind with our standard output, which must not be a pipe that somebody waits for.
    subprocess.run(
        command, input=content, env=environ, check=True, stdout=subprocess.DEVNULL, timeout=PATIENCE_S
    )
    wait_until(lambda: pasted(environ, selection, form) == content)


def pasted(environ: dict[str, str], selection: str = "clipboard", form: str = "UTF8_STRING") -> bytes:
    """What is on a clipboard in that form; nothing, where it has none."""
    command = [require("xclip", package="xclip"), "-o", "-selection", selection, "-t", form]
    return subprocess.run(command, env=environ, capture_output=True, check=False, timeout=PATIENCE_S).stdout


@dataclass
class ShownWindow:
    """A window that takes texts.

    Attributes:
        environ: The environment of its server.
        handle: Its id.
        taken: The file that has what it took.
        pid: Its process.
    """

    environ: dict[str, str]
    handle: int
    taken: Path
    pid: int

    def focus(self) -> None:
        """Give it the focus."""
        self.xdotool("windowfocus", str(self.handle))
        wait_until(lambda: self.xdotool("getwindowfocus", "-f").strip() == str(self.handle))

    def xdotool(self, *words: str) -> str:
        """Run xdotool on its server."""
        return subprocess.run(
            ["xdotool", *words],
            env=self.environ,
            check=True,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
        ).stdout

    def text(self) -> str:
        """What it has taken."""
        return self.taken.read_bytes().decode(errors="replace")

    def wait_for(self, text: str) -> None:
        """Wait until it has taken exactly that."""
        wait_until(lambda: len(self.text()) >= len(text))
        assert self.text() == text


@contextmanager
def _running(command: list[str], environ: dict[str, str], title: str, taken: Path) -> Iterator[ShownWindow]:
    require("xdotool", package="xdotool")
    taken.touch()
    process = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        shown = ShownWindow(environ, 0, taken, process.pid)
        yield ShownWindow(environ, _handle(shown, title), taken, process.pid)
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def _handle(shown: ShownWindow, title: str) -> int:
    """The window of that title, once it is there.

    A window that goes while xdotool looks through all of them ends its search with an error.
    """
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            found = shown.xdotool("search", "--onlyvisible", "--name", f"^{title}$").split()
        except subprocess.CalledProcessError:
            found = []
        if found:
            return int(found[-1])
        assert time.monotonic() < deadline, f"no window {title!r} was shown"
        time.sleep(0.02)


@contextmanager
def xterm(
    environ: dict[str, str], folder: Path, command: str = "stty raw -echo; exec cat > $TAKEN"
) -> Iterator[ShownWindow]:
    """An xterm that runs a command of the shell, whose file `$TAKEN` is read as what it took."""
    ready, taken, title = folder / "ready", folder / "taken", f"Shell {folder.name}"
    program = [require("xterm", package="xterm"), "-u8", "-T", title, "-xrm", "XTerm*allowTitleOps: false"]
    told = environ | {"TAKEN": str(taken), "READY": str(ready)}
    shell = [*program, "-e", "sh", "-c", f"touch $READY; {command}"]
    with _running(shell, told, title, taken) as shown:
        wait_until(ready.exists)
        yield shown


@cache
def _with_tkinter() -> str:
    """An interpreter that has tkinter: ours may be built without it."""
    for python in (sys.executable, "/usr/bin/python3"):
        with suppress(OSError):
            if not subprocess.run(
                [python, "-c", "import tkinter"], capture_output=True, check=False
            ).returncode:
                return python
    missing("tkinter", package="python3-tk")
    raise AssertionError("missing() returned")


@contextmanager
def text_field(environ: dict[str, str], folder: Path, name: str = "Letter") -> Iterator[ShownWindow]:
    """A window with a text field, of that class."""
    taken, title = folder / "taken", f"Letter {folder.name}"
    with _running([_with_tkinter(), "-c", _FIELD, str(taken), title, name], environ, title, taken) as shown:
        yield shown
