"""How long a line may be that is pasted into a pseudo-terminal, before its end is lost unseen.

A program that edits its line itself, as bash, zsh and vim do, reads byte for byte and has no limit. Others,
such as cat, dash, or whatever runs in the foreground of a shell, leave their line to the system, which keeps
so many bytes of it until enter is pressed. Nobody tells how many wait there (FIONREAD counts ended lines
alone), so what was pasted is written down, for all programs of this user: `engine.runtime_folder`.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from pathlib import Path

from engine import runtime_folder
from engine.errors import DeliveryError

LINUX_BYTES = 4095
"""Linux keeps a line of 4096 bytes with its newline and drops the rest (termios(3), Canonical mode)."""

OTHER_BYTES = 1023
"""The same on macOS, whose line has 1024 bytes (MAX_CANON in its sys/syslimits.h)."""

SYSTEM_BYTES = LINUX_BYTES if sys.platform == "linux" else OTHER_BYTES
"""The same here."""

READS_APART_S = 8
"""Linux writes down that a terminal was read where the time of the last read lies so far back, or in another
such span of the clock (tty_update_time in its drivers/tty/tty_io.c)."""


def line_limit(tty: str) -> int | None:
    """Find out how many bytes of one line a terminal takes from its keyboard.

    Args:
        tty: The terminal's device.

    Returns:
        The limit; None where there is none, or where nothing can be found out.
    """
    if sys.platform == "win32":
        return None
    import termios

    try:
        descriptor = os.open(tty, os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        whole_lines = termios.tcgetattr(descriptor)[3] & termios.ICANON
    except termios.error:
        return None
    finally:
        os.close(descriptor)
    return SYSTEM_BYTES if whole_lines else None


def longest_line(text: str) -> int:
    """Bytes of UTF-8 in the longest line of `text`."""
    return max(len(line.encode()) for line in text.split("\n"))


def refuse_loss(tty: str, text: str, reader: str) -> None:
    """Refuse a text of which a terminal would drop the end of a line.

    Args:
        tty: The terminal's device.
        text: What is to be pasted.
        reader: The program that runs there, as people know it.

    Raises:
        DeliveryError: It would; says how long the line is.
    """
    limit = line_limit(tty)
    if limit is None:
        return
    size = longest_line(text)
    if size > limit:
        raise DeliveryError(
            f"{reader} takes {limit:,} bytes a line, and the text has a line of {size:,}: nothing was pasted;"
            " choose another target."
        )
    waiting = unended(tty)
    if waiting + len(text.split("\n", 1)[0].encode()) > limit:
        raise DeliveryError(
            f"{reader} takes {limit:,} bytes a line, and {waiting:,} wait on it already: nothing was pasted.",
            "Press enter there, or choose another target.",
        )


def unended(tty: str) -> int:
    """Bytes that were pasted into a terminal since a program read a line there."""
    try:
        size, *marks = _note(tty).read_text(encoding="ascii").split()
        # Another terminal has the name by now, or a program got its line: it gets none before its end.
        return int(size) if marks == _marks(os.stat(tty)) else 0
    except (OSError, ValueError):
        return 0


def remember(tty: str, text: str, *, entered: bool) -> None:
    """Write down what waits on the line of a terminal now.

    Args:
        tty: The terminal's device.
        text: What was pasted.
        entered: Whether enter was pressed behind it.
    """
    if line_limit(tty) is None:
        return
    *ended, last = text.split("\n")
    size = 0 if entered else len(last.encode()) + (0 if ended else unended(tty))
    with contextlib.suppress(OSError):  # then a line that is too long is not noticed, no more
        note = _note(tty)
        note.unlink(missing_ok=True)
        if size:
            found = os.stat(tty)
            # So that the next read is written down, however soon it comes.
            read = min(found.st_atime_ns, time.time_ns() - READS_APART_S * 1_000_000_000)
            os.utime(tty, ns=(read, found.st_mtime_ns))
            note.write_text(" ".join([str(size), *_marks(os.stat(tty))]), encoding="ascii")


def _marks(device: os.stat_result) -> list[str]:
    """What changes when a terminal is read, and when another one gets its name."""
    return [str(device.st_atime_ns), str(device.st_ctime_ns)]


def _note(tty: str) -> Path:
    return Path(runtime_folder.own()) / f"line{tty.replace('/', '-')}"
