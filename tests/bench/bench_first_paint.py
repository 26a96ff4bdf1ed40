"""How long until utter's first paint, against an empty Textual app.

Both start in a pseudo-terminal of 100×30; the clock stops when a known word is on the screen.
Runs alternate, so that both meet the same machine. Run: `python -m tests.bench.bench_first_paint`.
"""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from pathlib import Path

ROUNDS = 7
DEADLINE_S = 30.0
ROWS, COLUMNS = 30, 100
EMPTY = """
from textual.app import App
from textual.widgets import Static
class Empty(App):
    def compose(self):
        yield Static("transcript")
Empty().run()
"""
EMPTY_COMMAND = [sys.executable, "-c", EMPTY]
UTTER_COMMAND = [sys.executable, "-m", "tui.cli"]
MARKER = b"transcript"


def seconds_until_marker(command: list[str], home: Path) -> float:
    """Start `command` in a pseudo-terminal and measure until it shows `MARKER`.

    Raises:
        TimeoutError: The marker did not appear within `DEADLINE_S`.
    """
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    environment = {**os.environ, "TERM": "xterm-256color", "HOME": str(home), "XDG_CONFIG_HOME": str(home)}
    began = time.perf_counter()
    process = subprocess.Popen(
        command,
        stdin=follower,
        stdout=follower,
        stderr=follower,
        env=environment,
        start_new_session=True,
        close_fds=True,
    )
    os.close(follower)
    try:
        return _wait_for_marker(leader, began)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
        os.close(leader)


def _wait_for_marker(leader: int, began: float) -> float:
    seen = b""
    while MARKER not in seen:
        remaining = began + DEADLINE_S - time.perf_counter()
        if remaining <= 0 or not select.select([leader], [], [], remaining)[0]:
            raise TimeoutError(f"{MARKER.decode()!r} did not appear within {DEADLINE_S:.0f} s")
        seen = seen[-len(MARKER) :] + os.read(leader, 65536)
    return time.perf_counter() - began


def measure(rounds: int = ROUNDS) -> tuple[float, float]:
    """Median seconds to first paint of the empty app and of utter, after one warm-up each."""
    times: dict[str, list[float]] = {"empty": [], "utter": []}
    with tempfile.TemporaryDirectory() as folder:
        for index in range(rounds + 1):
            for name, command in (("empty", EMPTY_COMMAND), ("utter", UTTER_COMMAND)):
                taken = seconds_until_marker(command, Path(folder))
                if index:
                    times[name].append(taken)
    return statistics.median(times["empty"]), statistics.median(times["utter"])


def main() -> None:
    """Measure and print both times and their ratio."""
    empty, utter = measure()
    print(
        f"first paint: empty app {empty * 1e3:.0f} ms, utter {utter * 1e3:.0f} ms, ratio {utter / empty:.2f}"
    )


if __name__ == "__main__":
    main()
