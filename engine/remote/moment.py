"""When a process began, on a clock that all processes of a machine share; standard library alone.

A key that is pressed and let go begins two processes, and the later one may be the first to speak. When
each began tells them apart: Linux keeps it (`starttime` of proc_pid_stat(5), to a hundredth of a second);
elsewhere the moment of asking has to do.
"""

from __future__ import annotations

import os
import sys
import time

_START_TIME = 19
"""Place of `starttime` behind the name in brackets, which may hold anything."""


def now() -> float:
    """Seconds since the machine began, in its sleep too where `began` counts that."""
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


def began() -> float:
    """When this process began, by `now`."""
    if sys.platform != "linux":
        return now()
    try:
        with open("/proc/self/stat", "rb") as stat:
            return int(stat.read().rpartition(b")")[2].split()[_START_TIME]) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError):
        return now()
