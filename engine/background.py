"""Blocking work that the event loop waits for, and that an exit does not."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

Result = TypeVar("Result")


async def in_background(work: Callable[[], Result], name: str) -> Result:
    """Do `work` on a thread of its own, which holds up no exit.

    Unlike `asyncio.to_thread`, whose threads are waited for when the loop is closed: a decoder that
    works on a window of sound cannot be interrupted, and whoever presses ctrl-c does not want to
    wait for it. When the caller is cancelled the work goes on unheard; tell it to stop.

    Args:
        work: Called once; what it raises is raised here.
        name: Of the thread.
    """
    future: Future[Result] = Future()
    future.set_running_or_notify_cancel()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # raised again where it is waited for
            future.set_exception(error)

    threading.Thread(target=run, name=name, daemon=True).start()
    return await asyncio.wrap_future(future)
