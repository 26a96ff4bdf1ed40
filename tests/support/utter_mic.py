"""`utter mic --to` as it is started on a laptop: through a real ssh, to an SSH server of the test's own."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil

from tests.support.ssh_server import SshServer

ROOT = Path(__file__).parents[2]
UTTER = [sys.executable, "-m", "tui.cli"]
OVER_THERE = f"cd {shlex.quote(str(ROOT))} && {shlex.join(UTTER)}"
"""What runs utter in a login shell, which begins in the home folder."""

PATIENCE_S = 60


class UtterMic:
    """One run of `utter mic`.

    Attributes:
        process: The run.
    """

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self._lines: list[str] = []
        self._changed = threading.Condition()
        self._over = False
        self._reading = threading.Thread(target=self._read)
        self._reading.start()

    @property
    def told(self) -> str:
        """What it has said on standard error."""
        with self._changed:
            return "".join(self._lines)

    def wait_for(self, words: str, times: int = 1) -> None:
        """Wait until it has said some words, so many times."""
        with self._changed:
            self._changed.wait_for(lambda: self._over or self._said(words) >= times, PATIENCE_S)
            assert self._said(words) >= times, f"{words!r} was not said {times} times: {self._lines}"

    def ssh(self) -> list[psutil.Process]:
        """Its processes of ssh."""
        return [child for child in psutil.Process(self.process.pid).children() if child.name() == "ssh"]

    def interrupt(self, number: int = signal.SIGINT) -> int:
        """Press Ctrl-C, which is for its ssh too, or send another signal so; gives its exit code."""
        os.killpg(self.process.pid, number)
        return self.process.wait(PATIENCE_S)

    def end(self) -> None:
        """End it, if it still runs."""
        self.process.kill()
        self.process.wait()
        self._reading.join()

    def _said(self, words: str) -> int:
        return sum(words in line for line in self._lines)

    def _read(self) -> None:
        assert self.process.stderr is not None
        with self.process.stderr as stream:
            for line in stream:
                with self._changed:
                    self._lines.append(line)
                    self._changed.notify_all()
        with self._changed:
            self._over = True
            self._changed.notify_all()


@contextmanager
def utter_mic(
    server: SshServer,
    *options: str,
    over_there: str = OVER_THERE,
    ssh: str | None = None,
    environment: Mapping[str, str] | None = None,
) -> Iterator[UtterMic]:
    """A run of `utter mic` to the host of `server`, with what it says on standard error read."""
    command = [
        *(*UTTER, "mic", "--to", server.host),
        *("--ssh", ssh or shlex.join(server.ssh), "--remote-command", over_there),
        *options,
    ]
    running = UtterMic(
        subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **server.environment, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            process_group=0,
        )
    )
    try:
        yield running
    finally:
        running.end()
