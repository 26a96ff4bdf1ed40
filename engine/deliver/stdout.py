"""Standard output as a target, so that a dictation works in a pipe, with a screen of ours or without."""

from __future__ import annotations

import asyncio
import atexit
import sys
from contextlib import suppress
from typing import TextIO

from engine.deliver.patient_write import NotTakenError, write_all
from engine.deliver.sanitize import for_terminal
from engine.deliver.shape import Shapes
from engine.deliver.surroundings import Surroundings
from engine.deliver.target import Delivery, Outcome, Target

DESCRIPTOR = 1
"""The number that the system has for standard output."""


class StandardOutput(Target):
    """Prints each text on standard output.

    The screen is drawn on standard error, so that both go together. Where both are the terminal, a text
    would end up in the middle of the screen: it is held, and printed when the program ends.
    """

    def __init__(self, _what: str = "", around: Surroundings | None = None) -> None:
        """Print nothing yet; a text has a newline behind it unless its shape says otherwise."""
        self._shape = (around.shapes if around else Shapes()).stdout
        self._below_screen = around is not None and around.writer is not None
        self._held: list[str] = []

    @property
    def replaces(self) -> bool:
        """Texts come one after the other."""
        return False

    @property
    def name(self) -> str:
        """What people call it."""
        return "standard output"

    def can_deliver(self) -> str | None:
        """Say so where there is none."""
        return None if self._stream() is not None else "Standard output is closed."

    async def deliver(self, text: str) -> Outcome:
        """Print `text`, without anything that a terminal could execute."""
        stream = self._stream()
        if stream is None:
            return Outcome(Delivery.FAILED, self.name, "It is closed.")
        text = self._shape.text(for_terminal(text))
        try:
            if self._below_screen and stream.isatty():
                self._hold(text)
                return Outcome(Delivery.SENT, self.name, "It is printed when utter ends.", standing=True)
            await asyncio.to_thread(_print, stream, text)
        except OSError as error:
            if sys.stdout is stream:
                # It is gone: keep the interpreter from failing again when it flushes at exit.
                sys.stdout = None
            part = " A part of the text is in it." if isinstance(error, NotTakenError) and error.taken else ""
            why = f"It cannot be written: {error.strerror or error}.{part}"
            return Outcome(Delivery.FAILED, self.name, why)
        except Exception as error:  # closed, or of an encoding that cannot hold the text
            return Outcome(Delivery.FAILED, self.name, f"It cannot be written: {error}.")
        return Outcome(Delivery.DELIVERED, self.name)

    async def close(self) -> None:
        """Nothing to close: a screen may still be there."""

    def _stream(self) -> TextIO | None:
        """Below a screen that is not `sys.stdout`, which shows there what is printed by chance."""
        if not self._below_screen:
            return sys.stdout
        try:
            return None if sys.__stdout__ is None else open(DESCRIPTOR, "w", errors="replace", closefd=False)
        except OSError:
            return None

    def _hold(self, text: str) -> None:
        if not self._held:
            atexit.register(self._print_held)
        self._held.append(text)

    def _print_held(self) -> None:
        stream = self._stream()
        with suppress(OSError, ValueError):
            if stream is not None:
                _print(stream, "".join(self._held))


def _print(stream: TextIO, text: str) -> None:
    """Print `text`, and wait no longer than is decent for whoever reads it.

    Raises:
        OSError: It was not taken, or not in time.
        ValueError: The stream is closed, or its encoding lacks a letter.
    """
    try:
        descriptor = stream.fileno()
    except OSError:  # not of the system
        descriptor = -1
    if descriptor < 0 or sys.platform == "win32":
        print(text, end="", file=stream, flush=True)
        return
    stream.flush()
    data = text.encode(stream.encoding, stream.errors or "strict")
    write_all(descriptor, data, at_once=False)
