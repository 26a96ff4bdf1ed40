"""Runs work that may never return beside the event loop, such as a look at a network folder that is gone.

The threads of `asyncio.to_thread` are waited for when the program ends; these are daemons, which are not.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


async def beside(work: Callable[[], Result]) -> Result:
    """Run `work` on a daemon thread of its own; raises what it raises.

    Whoever is cancelled while it waits leaves at once, and the thread behind.
    """
    loop = asyncio.get_running_loop()
    result: asyncio.Future[Result] = loop.create_future()

    def settle(settled: Callable[[], None]) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(lambda: None if result.done() else settled())

    def run() -> None:
        try:
            found = work()
        except Exception as error:  # handed over: it is raised where somebody waits for it
            fault = error
            settle(lambda: result.set_exception(fault))
        else:
            settle(lambda: result.set_result(found))

    threading.Thread(target=run, name="utter-beside", daemon=True).start()
    return await result
