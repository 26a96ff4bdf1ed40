"""Signals that ask a command to end: one wish may come as several of them, but for Ctrl-C."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from signal import SIGINT, Signals

TOGETHER_S = 1.0
"""Seconds within which more signals are the same wish: `timeout` sends SIGTERM to the program and then to its
group, and of a terminal that is closed SIGHUP comes from the shell and from the system."""


def let_go_of(signals: Iterable[Signals], after_s: float) -> None:
    """After a while let signals that the event loop handles end the process at once, as usual.

    Until then the process can end in order, and take its sockets with it. SIGINT is let go of now: somebody
    presses Ctrl-C, and presses it again for the end at once.

    Args:
        signals: The signals.
        after_s: Seconds until then.
    """
    loop = asyncio.get_running_loop()
    for one in signals:
        if one is SIGINT:
            _let_go(loop, one)
        else:
            loop.call_later(after_s, _let_go, loop, one)


def _let_go(loop: asyncio.AbstractEventLoop, one: Signals) -> None:
    with suppress(NotImplementedError):  # Windows
        loop.remove_signal_handler(one)
