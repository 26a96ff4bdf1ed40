"""A real tmux server with real programs in its panes, for texts that are pasted into them."""

from __future__ import annotations

import asyncio
import itertools
import os
import shlex
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.deliver.inject.tmux import TmuxPane
from engine.deliver.shape import Shape, Shapes
from engine.deliver.surroundings import Surroundings
from engine.deliver.target import Outcome
from tests.support.debian import require

PROMPT = "READY> "
TIME_OUT_S = 60.0
"""How long a program may take on a machine that is very busy."""


class Panes:
    """A tmux server; `run` is the tmux command itself.

    Attributes:
        folder: Where the programs run and files may be put.
        environ: The environment of a program in a pane of its own, which is the first one.
    """

    def __init__(self, folder: Path) -> None:
        require("tmux", "tmux")
        self.folder = folder
        self._numbers = itertools.count()
        self._base = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "LC_ALL": "C.UTF-8",
            "TERM": "xterm-256color",
        }
        self.socket = folder / "tmux"
        self.run("new-session", "-d", "-s", "work", "-x", "120", "-y", "30", "sleep 1000")
        server, pane = self.run("display-message", "-p", "-t", "work", "#{pid} #{pane_id}").split()
        self.environ = self._base | {"TMUX": f"{self.socket},{server},0", "TMUX_PANE": pane}

    def run(self, *arguments: str) -> str:
        """Run a tmux command and give its answer."""
        command = ["tmux", "-u", "-S", str(self.socket), "-f", "/dev/null", *arguments]
        answer = subprocess.run(
            command, capture_output=True, check=True, env=self._base, cwd=self.folder, timeout=TIME_OUT_S
        )
        return answer.stdout.decode()

    def start(self, command: str, window: str = "") -> str:
        """Run a shell command in a new window, or beside others in `window`; gives the pane."""
        way = ["split-window", "-t", window] if window else ["new-window", "-t", "work:"]
        pane = self.run(*way, "-d", "-P", "-F", "#{pane_id}", "-c", str(self.folder), command)
        return pane.strip()

    def raw(self) -> tuple[str, Path]:
        """Start a program that keeps every byte as it comes; gives its pane and its file."""
        file = self.folder / f"raw-{next(self._numbers)}"
        pane = self.start(f"stty raw -echo; exec cat > {shlex.quote(str(file))}")
        until(lambda: self.run("display-message", "-p", "-t", pane, "#{pane_current_command}") == "cat\n")
        until(file.exists)
        return pane, file

    def shell(self, name: str) -> str:
        """Start an interactive shell as it comes, and wait for its prompt."""
        command, setting = {
            "bash": ("bash --norc --noprofile -i", f"PS1='{PROMPT}'"),
            "zsh": ("zsh -f -i", f"PROMPT='{PROMPT}'"),
            "dash": ("dash -i", f"PS1='{PROMPT}'"),
        }[name]
        require(name, name)
        pane = self.start(command)
        # What is typed before a line editor is ready may be lost in its preparations.
        until(lambda: self.screen(pane).rstrip().endswith(("#", "$", "%")))
        self.type(pane, f" {setting}\n")
        self._wait_for_prompt(pane)
        return pane

    def interrupt(self, pane: str) -> None:
        """Have a shell drop its line, and wait for the next prompt: what is typed meanwhile may be lost."""
        self.run("send-keys", "-t", pane, "C-c")
        self._wait_for_prompt(pane)

    def _wait_for_prompt(self, pane: str) -> None:
        until(lambda: self.screen(pane).rstrip().split("\n")[-1].strip() == PROMPT.strip())

    def vim(self, file: Path, *options: str) -> str:
        """Start vim in insert mode."""
        # It would ask the terminal what it can, and take an answer that is late for keys.
        quiet = ("--cmd", "set t_RV= t_u7= t_RF= t_RB=")
        command = ["vim", "-u", "NONE", "-N", "-n", *quiet, *options, "-c", "start", str(file)]
        require("vim", "vim")
        pane = self.start(shlex.join(command))
        until(lambda: "-- INSERT" in self.screen(pane))
        return pane

    def type(self, pane: str, text: str) -> None:
        """Type as a user does, with enter for a newline."""
        for at, line in enumerate(text.split("\n")):
            if at:
                self.run("send-keys", "-t", pane, "Enter")
            if line:
                self.run("send-keys", "-t", pane, "-l", line)

    def screen(self, pane: str) -> str:
        """What the pane shows."""
        return self.run("capture-pane", "-p", "-t", pane)

    def target(self, what: str, shape: Shape | None = None, **environ: str) -> TmuxPane:
        """A pane as a target for texts; TMUX and the like may be given anew."""
        shapes = Shapes(terminal=shape) if shape else Shapes()
        return TmuxPane(what, Surroundings(self.environ | environ, shapes))

    def paste(self, what: str, text: str, shape: Shape | None = None) -> Outcome:
        """Deliver a text to a pane."""
        return asyncio.run(self.target(what, shape).deliver(text))


def until(holds: Callable[[], object]) -> None:
    """Wait until a condition holds."""
    deadline = time.monotonic() + TIME_OUT_S
    while not holds():
        assert time.monotonic() < deadline, f"it did not come to hold within {TIME_OUT_S:g} s"
        time.sleep(0.01)


def read_until(file: Path, expected: bytes) -> bytes:
    """Give what is in a file once it is as long as expected, or holds still."""
    deadline = time.monotonic() + TIME_OUT_S
    while not (file.exists() and len(file.read_bytes()) >= len(expected)) and time.monotonic() < deadline:
        time.sleep(0.01)
    return file.read_bytes()


@contextmanager
def tmux_panes(folder: Path) -> Iterator[Panes]:
    """A server that lives in `folder`, whose path is short enough for a socket."""
    opened = Panes(folder)
    try:
        yield opened
    finally:
        opened.run("kill-server")
