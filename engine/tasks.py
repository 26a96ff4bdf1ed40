"""Work that runs beside everything else on the event loop, until its owner is closed."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from engine import paths
from engine.events import Event, Notice

T = TypeVar("T")

PATIENCE_S = 2.0
"""Seconds that closing waits for the recognition and delivery of what was said before it."""


class Tasks:
    """Runs coroutines, and lets nothing that goes wrong in them go unseen."""

    def __init__(self, publish: Callable[[Event], None]) -> None:
        """Run nothing yet; `publish` is told of faults."""
        self._publish = publish
        self._running: set[asyncio.Task[Any]] = set()
        self._awaited: set[asyncio.Task[Any]] = set()

    @property
    def busy(self) -> bool:
        """Whether something is to be seen through."""
        return bool(self._awaited)

    def spawn(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Run `work` beside everything else, until `cancel`."""
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._end)
        return task

    def see_through(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """The same, for work that closing waits for: see `settle`."""
        task = self.spawn(work)
        self._awaited.add(task)
        task.add_done_callback(self._awaited.discard)
        return task

    async def settle(self) -> None:
        """Give what is to be seen through the time to end, and what follows from it: `PATIENCE_S` at most."""
        deadline = time.monotonic() + PATIENCE_S
        while self._awaited:
            left = deadline - time.monotonic()
            if left <= 0:
                return
            await asyncio.wait(self._awaited, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.sleep(0)

    async def cancel(self) -> None:
        """Cancel all that runs, and wait until it has ended."""
        running = tuple(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _end(self, task: asyncio.Task[Any]) -> None:
        """A defect is told, and its details are logged."""
        self._running.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            logging.getLogger(__name__).error("a task of the session", exc_info=error)
            fault = f"{type(error).__name__}: {error}"
            remedy = f"Please report it; the details are in {paths.log_file()}."
            self._publish(Notice("error", f"utter met an unexpected fault ({fault}).", remedy))
