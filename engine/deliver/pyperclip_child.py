"""Copies standard input to the clipboard with pyperclip; run as a script by `engine.deliver.clipboard`.

pyperclip starts xclip and its like with our own standard output and error. xclip stays behind to
serve the clipboard, so it would hold a pipe open for hours (`utter record | wc` would not end) and
write its errors over the screen; it may also hang. In a process of its own all that is contained.

Exit codes: `VERIFIED`, `COPIED`, `NOTHING`, else failure with the reason as last line of stderr.
"""

from __future__ import annotations

import sys
import time

import pyperclip

VERIFIED = 0
"""The clipboard was read back and holds the text."""

FAILED = 1
"""It did not work; this is also Python's code for an uncaught exception."""

COPIED = 10
"""The text was handed over; this mechanism was not to be read back."""

NOTHING = 11
"""No text came before standard input was closed; the clipboard is untouched."""

READ_BACK_TRIES = 10
"""xclip answers from a forked process, which may take a moment to serve the first reader."""

READ_BACK_PAUSE_S = 0.02


def main(mechanism: str, verify: bool, selection: str) -> int:
    """Copy standard input (UTF-8) with one of pyperclip's mechanisms.

    Args:
        mechanism: A name for `pyperclip.set_clipboard`; "" lets pyperclip choose.
        verify: Whether to read the clipboard back.
        selection: "clipboard" or "primary", which only the mechanisms of X11 and Wayland know.
    """
    which = {"primary": True} if selection == "primary" else {}
    if mechanism:
        pyperclip.set_clipboard(mechanism)
    text = sys.stdin.buffer.read().decode()
    if not text:
        return NOTHING
    pyperclip.copy(text, **which)
    if not verify:
        return COPIED
    for _ in range(READ_BACK_TRIES):
        if _lines(pyperclip.paste(**which)) == _lines(text):
            return VERIFIED
        time.sleep(READ_BACK_PAUSE_S)
    return FAILED


def _lines(text: str) -> str:
    """Disregard how a system ends its lines."""
    return text.replace("\r\n", "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2] == "verify", sys.argv[3]))
