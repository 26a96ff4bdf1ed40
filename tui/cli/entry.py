"""The console script `utter`: short ways to `utter ctl` and to the relay, and the parser for all else."""

from __future__ import annotations

import sys

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it: 128 and the number of SIGINT."""


def main() -> int:
    """Run `utter` with the arguments of the process, which ends then. Returns the exit code."""
    if sys.argv[1:2] == ["ctl"]:
        from tui.cli.ctl import command

        return command(sys.argv[2:])
    if sys.argv[1:] == ["mic", "--relay"]:
        from engine.remote.relay import main as relay

        return relay()
    try:
        _ignore_ctrl_c_after_all()
        from tui.cli.main import main as parse

        code = parse()
    except KeyboardInterrupt:
        code = INTERRUPTED
    _end_with(code)
    return code


def _ignore_ctrl_c_after_all() -> None:
    """Have Ctrl-C ignored once everything that is registered from now on has run at the exit.

    Only Python itself is taken down after that. It would give the signal its usual effect again, but for one
    that is ignored.
    """
    import atexit
    import signal

    atexit.register(signal.signal, signal.SIGINT, signal.SIG_IGN)


def _end_with(code: int) -> None:
    """Let Ctrl-C, while Python is on its way out, change nothing of the exit code, and print no traceback.

    As long as threads are waited for it ends the waiting: what is registered for the exit runs, such as the
    printing of texts that were held, and the process ends. While that runs it ends the process at once.
    """
    import atexit
    import os
    import signal

    def end_at_once(*_: object) -> None:
        os._exit(code)

    def wait_no_longer(*_: object) -> None:
        signal.signal(signal.SIGINT, end_at_once)
        atexit._run_exitfuncs()
        os._exit(code)

    signal.set_wakeup_fd(-1)  # an event loop that was interrupted as it closed has left its own
    signal.signal(signal.SIGINT, wait_no_longer)
    atexit.register(signal.signal, signal.SIGINT, end_at_once)  # the last one registered runs first
