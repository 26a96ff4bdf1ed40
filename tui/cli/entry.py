"""The console script `utter`: short ways to `utter ctl` and to the relay, and the parser for all else."""

from __future__ import annotations

import sys


def main() -> int:
    """Run `utter` with the arguments of the process. Returns the exit code."""
    if sys.argv[1:2] == ["ctl"]:
        from tui.cli.ctl import command

        return command(sys.argv[2:])
    if sys.argv[1:] == ["mic", "--relay"]:
        from engine.remote.relay import main as relay

        return relay()
    from tui.cli.main import main as parse

    return parse()
