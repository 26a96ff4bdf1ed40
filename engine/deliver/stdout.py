"""Standard output as a target, so that a dictation works in a pipe."""

from __future__ import annotations

import sys

from engine.deliver.sanitize import for_terminal
from engine.deliver.shape import Shapes
from engine.deliver.surroundings import Surroundings
from engine.deliver.target import Delivery, Outcome, Target


class StandardOutput(Target):
    """Prints each text on standard output."""

    def __init__(self, _what: str = "", around: Surroundings | None = None) -> None:
        """Print nothing yet; a text has a newline behind it unless its shape says otherwise."""
        self._shape = (around.shapes if around else Shapes()).stdout

    @property
    def replaces(self) -> bool:
        """Texts come one after the other."""
        return False

    @property
    def name(self) -> str:
        """What people call it."""
        return "standard output"

    def can_deliver(self) -> str | None:
        """It always can."""
        return None

    async def deliver(self, text: str) -> Outcome:
        """Print `text`, without anything that a terminal could execute."""
        if sys.stdout is None:
            return Outcome(Delivery.FAILED, self.name, "It is closed.")
        try:
            print(self._shape.text(for_terminal(text)), end="", flush=True)
        except OSError as error:
            # It is gone: keep the interpreter from failing again when it flushes at exit.
            sys.stdout = None
            return Outcome(Delivery.FAILED, self.name, f"It cannot be written: {error.strerror or error}.")
        except Exception as error:  # closed, or of an encoding that cannot hold the text
            return Outcome(Delivery.FAILED, self.name, f"It cannot be written: {error}.")
        return Outcome(Delivery.DELIVERED, self.name)

    async def prepare(self) -> None:
        """Nothing to prepare."""

    async def close(self) -> None:
        """Nothing to close."""
