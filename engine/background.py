"""Blocking work that the event loop waits for, and that an exit does not."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import ParamSpec, TypeVar

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

QUICK_CHARACTERS = 800
"""Length of a text, before and after an edit, up to which whatever is done with it takes under 2 ms: some 70
words each. Another thread takes as long to get its turn, and many times that on a busy machine."""


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


async def in_thread_if_long(
    text: str, work: Callable[Parameters, Result], *args: Parameters.args, **kwargs: Parameters.kwargs
) -> Result:
    """Do `work`, whose time grows with the length of `text`: at once, or on a thread where that is long."""
    if len(text) <= QUICK_CHARACTERS:
        return work(*args, **kwargs)
    return await asyncio.to_thread(work, *args, **kwargs)
