"""How long a line may be that is pasted into a pseudo-terminal, before its end is lost unseen."""

from __future__ import annotations

import os
import sys

LINUX_BYTES = 4095
"""Linux keeps a line of 4096 bytes with its newline and drops the rest (termios(3), Canonical mode)."""

OTHER_BYTES = 1023
"""The same on macOS, whose line has 1024 bytes (MAX_CANON in its sys/syslimits.h)."""


def line_limit(tty: str) -> int | None:
    """Find out how many bytes of one line a terminal takes from its keyboard.

    A program that edits its line itself, as bash, zsh and vim do, reads byte for byte and has no
    limit. Others, such as cat, dash, or whatever runs in the foreground of a shell, leave their line to
    the system.

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
    if not whole_lines:
        return None
    return LINUX_BYTES if sys.platform == "linux" else OTHER_BYTES


def longest_line(text: str) -> int:
    """Bytes of UTF-8 in the longest line of `text`."""
    return max(len(line.encode()) for line in text.split("\n"))
