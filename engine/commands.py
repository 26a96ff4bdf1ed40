"""Runs a program with a limit of time that holds even where the program cannot be killed."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence

LAST_S = 1.0
"""How long a killed program may take to go. One that waits for a broken driver is deaf to SIGKILL."""


def answer_of(
    command: Sequence[str], time_out_s: float, environ: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run `command` with nothing on its standard input.

    `subprocess.run` waits without limit for a program that it killed for its time; this does not.

    Args:
        command: The program and its arguments.
        time_out_s: How long it may take, in seconds.
        environ: Its environment; None is our own.

    Returns:
        How it ended, with all it wrote.

    Raises:
        OSError: It cannot be started.
        subprocess.TimeoutExpired: It did not end in time; it was killed.
    """
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ if environ is None else environ,
    )
    try:
        output, errors = process.communicate(timeout=time_out_s)
    except BaseException:  # its time is over, or ours
        _abandon(process)
        raise
    return subprocess.CompletedProcess(command, process.returncode, output, errors)


def _abandon(process: subprocess.Popen[bytes]) -> None:
    """Kill it, and go on without it if it does not go."""
    process.kill()
    for pipe in (process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()
    try:
        process.wait(LAST_S)
    except subprocess.TimeoutExpired:
        process.returncode = -9  # nobody waits for it any more; the system takes it when it can go
