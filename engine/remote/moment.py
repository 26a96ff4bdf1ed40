"""When a process began, on a clock that all processes of a machine share; standard library alone.

A key that is pressed and let go begins two processes, and the later one may be the first to speak. When
each began tells them apart: Linux keeps it (`starttime` of proc_pid_stat(5), to a hundredth of a second);
elsewhere the moment of asking has to do. It has to do as well for a process that has done other work before
it became this program: a shell that runs a script replaces itself by the last command of it. On the same
clock a process says until when it waits for an answer.
"""

from __future__ import annotations

import os
import sys
import time

_CHILDREN_FAULTS, _START_TIME = 8, 19
"""Places of `cminflt` and `starttime` behind the name in brackets, which may hold anything. The first counts
pages that children have needed: none runs without."""


def now() -> float:
    """Seconds since the machine began, in its sleep too; elsewhere than on Linux and macOS perhaps without.

    On macOS `time.monotonic` stands still in sleep, and CLOCK_MONOTONIC does not (clock_gettime(3) there).
    """
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    if sys.platform == "darwin":
        return time.clock_gettime(time.CLOCK_MONOTONIC)
    return time.monotonic()


def began() -> float:
    """When this process began, by `now`; the moment of asking where it has waited for children before."""
    if sys.platform != "linux":
        return now()
    try:
        with open("/proc/self/stat", "rb") as stat:
            fields = stat.read().rpartition(b")")[2].split()
        if int(fields[_CHILDREN_FAULTS]):
            return now()
        return int(fields[_START_TIME]) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError):
        return now()
