"""Lets one test have the machine for itself while several processes run tests."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def turn(folder: Path, *, alone: bool) -> Iterator[None]:
    """Take part in a run of tests: beside others, or, once they have come to an end, alone.

    Args:
        folder: What all processes of the run know each other by.
        alone: Whether no other test may run meanwhile.
    """
    with (folder / "door").open("w") as door, (folder / "room").open("w") as room:
        # Who waits to be alone stands in the door, so that those in the room grow fewer.
        fcntl.flock(door, fcntl.LOCK_EX)
        fcntl.flock(room, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        fcntl.flock(door, fcntl.LOCK_UN)
        yield
