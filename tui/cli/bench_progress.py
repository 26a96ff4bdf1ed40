"""Says on standard error what is measured now, and how long it will take."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Coroutine
from typing import Any, TypeVar

from tui.cli.options import say
from tui.cli.overwritten import OverwrittenLine

Result = TypeVar("Result")

REDRAW_S = 1.0
"""Seconds between two looks at the clock; drawing more often would be measured along."""


class Progress(OverwrittenLine):
    """One line that is written over on a terminal, a line for each step otherwise."""

    def __init__(self) -> None:
        """Show nothing yet."""
        super().__init__()
        self._what = ""
        self._ends_at = 0.0

    def step(self, what: str, left_s: float) -> None:
        """Show a step that begins now.

        Args:
            what: The step.
            left_s: Seconds that the whole will still take, approximately.
        """
        self._what, self._ends_at = what, time.monotonic() + left_s
        self._draw() if self.on_terminal else say(self._line())

    async def beside(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Do `work`, and keep the line up to date meanwhile."""
        ticking = asyncio.create_task(self._tick())
        try:
            return await work
        finally:
            ticking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await ticking

    async def _tick(self) -> None:
        while self.on_terminal:
            await asyncio.sleep(REDRAW_S)
            self._draw()

    def _draw(self) -> None:
        from engine.deliver.sanitize import for_terminal

        self.overwrite(for_terminal(self._line()).replace("\n", " "))

    def _line(self) -> str:
        return f"{self._what}; {_lasting(self._ends_at - time.monotonic())}"


def _lasting(seconds: float) -> str:
    if seconds < 1:
        return "nearly done"
    minutes, rest = divmod(round(seconds), 60)
    return f"about {minutes} min {rest} s left" if minutes else f"about {rest} s left"
