"""The console script `utter`: a short way to `utter ctl`, and the parser of the command line for all else."""

from __future__ import annotations

import sys


def main() -> int:
    """Run `utter` with the arguments of the process. Returns the exit code."""
    if sys.argv[1:2] == ["ctl"]:
        from tui.cli.ctl import command

        return command(sys.argv[2:])
    from tui.cli.main import main as parse

    return parse()
