"""A real terminal: a tmux server of its own, in which a program is started, typed at and looked at."""

from __future__ import annotations

import os
import shlex
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.support.debian import require


class Terminal:
    """One tmux pane with one program in it."""

    def __init__(self, folder: Path, columns: int, rows: int) -> None:
        self._tmux = [require("tmux", package="tmux"), "-S", str(folder / "tmux.sock"), "-f", "/dev/null"]
        self._size = ("-x", str(columns), "-y", str(rows))

    def start(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        """Run `command` with `environment` added to ours; the pane stays when it has ended."""
        settings = [f"{name}={value}" for name, value in environment.items()]
        line = shlex.join(["env", *settings, *command])
        self._run("new-session", "-d", *self._size, f"{line}; echo ended with $?; sleep 1000")

    def type(self, *keys: str) -> None:
        """Press keys, in tmux's names."""
        self._run("send-keys", *keys)

    def screen(self) -> str:
        """What is on the screen, a line a row."""
        return self._run("capture-pane", "-p")

    def buffer(self) -> str:
        """What a program in the pane gave to tmux to be pasted."""
        return self._run("show-buffer")

    def resize(self, columns: int, rows: int) -> None:
        """Change the size of the terminal."""
        self._run("resize-window", "-x", str(columns), "-y", str(rows))

    def wait_for(self, seen: str | Callable[[str], bool], timeout_s: float = 20.0) -> str:
        """Wait until a text is on the screen, or a condition on it holds, and give the screen."""
        deadline = time.monotonic() + timeout_s
        while True:
            screen = self.screen()
            if seen in screen if isinstance(seen, str) else seen(screen):
                return screen
            if time.monotonic() > deadline:
                wanted = repr(seen) if isinstance(seen, str) else "the condition"
                raise AssertionError(f"{wanted} did not come to the screen in {timeout_s} s:\n{screen}")
            time.sleep(0.05)

    def close(self) -> None:
        """End the program and the server."""
        subprocess.run([*self._tmux, "kill-server"], capture_output=True, check=False)

    def _run(self, *command: str) -> str:
        environment = {name: value for name, value in os.environ.items() if name not in ("TMUX", "TMUX_PANE")}
        done = subprocess.run(
            [*self._tmux, *command], capture_output=True, text=True, check=True, timeout=20, env=environment
        )
        return done.stdout


def panel(screen: str, title: str) -> str:
    """The text of one framed panel on a screen, its rows joined with single spaces.

    Cut out by its frame, so that what a neighbour shows does not count.
    """
    rows = screen.splitlines()
    top = next(at for at, row in enumerate(rows) if f"╭─ {title} " in row)
    left = rows[top].index(f"╭─ {title} ")
    right = rows[top].index("╮", left)
    texts = []
    for row in rows[top + 1 :]:
        if row[left] == "╰":
            break
        texts.append(row[left + 1 : right].strip())
    return " ".join(text for text in texts if text)


@contextmanager
def terminal(folder: Path, columns: int = 100, rows: int = 30) -> Iterator[Terminal]:
    """A terminal whose server lives in `folder`."""
    opened = Terminal(folder, columns, rows)
    try:
        yield opened
    finally:
        opened.close()
