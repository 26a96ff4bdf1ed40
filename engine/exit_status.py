"""How a child process ended, in words."""

from __future__ import annotations

import signal


def how_it_ended(status: int) -> str:
    """Name an exit status, as in "exit code 3", "SIGKILL" or "signal 250".

    Args:
        status: The exit code, or the negative number of the signal that ended it.
    """
    if status >= 0:
        return f"exit code {status}"
    try:
        return signal.Signals(-status).name
    except ValueError:
        return f"signal {-status}"
