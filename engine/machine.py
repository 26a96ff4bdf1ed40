"""What this machine lends to this process: cores and memory, with the limits of a container.

A container sees all cores and all memory of its host, and is slowed down or killed beyond its own
share. The share is in the control group of the process and in those above it: files, whose names
differ between version 1 and version 2 (Linux, Documentation/admin-guide/cgroup-v1 and
cgroup-v2.rst), in folders that /proc/self/mountinfo and /proc/self/cgroup name.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from engine.errors import SettingsError

PROC = Path("/proc")
"""Where the kernel tells of processes; elsewhere than on Linux it does not exist."""

AUTO_SHARE = 0.5
"""Share of the memory that loaded models may take with "auto": the other half is for the programs
that one dictates into."""

UNITS = {"MB": 1_000_000, "GB": 1_000_000_000, "TB": 1_000_000_000_000}


@dataclass(frozen=True, slots=True)
class Group:
    """One control group that holds this process.

    Attributes:
        folder: Where its files are.
        version: Of the interface, 1 or 2.
    """

    folder: Path
    version: int


def usable_cores(proc: Path = PROC) -> int:
    """Physical cores that this process may use, at least 1.

    The least of its affinity, the physical cores (a second thread on a core slows a decoder), and the
    quotas of its control groups. A broken quota is rounded down: a group that has used up its quota
    stands still as a whole, and what is left over keeps sound and screen going while a model decodes.
    """
    import psutil

    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    cores = min(allowed, psutil.cpu_count(logical=False) or allowed)
    quotas = (_quota(group) for group in _groups("cpu", proc))
    return max(1, math.floor(min((cores, *quotas))))


def memory_bytes(proc: Path = PROC) -> int:
    """Memory that there is for this process and its neighbours: the machine's, or its container's."""
    import psutil

    limits = (_number(group.folder / _LIMIT[group.version]) for group in _groups("memory", proc))
    return min((int(psutil.virtual_memory().total), *(limit for limit in limits if limit is not None)))


def available_bytes(proc: Path = PROC) -> int:
    """Memory that could still be taken without swapping, or being killed for it, at least 0."""
    import psutil

    left = [int(psutil.virtual_memory().available)]
    for group in _groups("memory", proc):
        limit = _number(group.folder / _LIMIT[group.version])
        used = _number(group.folder / _USED[group.version])
        if limit is not None and used is not None:
            left.append(limit - used + _reclaimable(group))
    return max(0, min(left))


def parse_memory(text: str, total: int) -> int:
    """Bytes that `models.memory` stands for.

    Args:
        text: "auto", or an amount such as "3 GB" or "800 MB", in powers of ten.
        total: Memory of which "auto" takes its share, in bytes.

    Raises:
        SettingsError: It is neither.
    """
    if text == "auto":
        return int(total * AUTO_SHARE)
    amount = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?) ?([MGT]B)", text)
    if amount is None:
        raise SettingsError(f'models.memory is "{text}".', 'Write "auto", or an amount such as "3 GB".')
    return round(float(amount[1]) * UNITS[amount[2]])


_LIMIT = {1: "memory.limit_in_bytes", 2: "memory.max"}
_USED = {1: "memory.usage_in_bytes", 2: "memory.current"}
_CACHE = {1: "total_inactive_file", 2: "inactive_file"}
"""Line of memory.stat with the pages of files that the kernel drops first."""


def _quota(group: Group) -> float:
    """Cores' worth of time that a group may use; infinite without a limit."""
    if group.version == 2:
        words = _text(group.folder / "cpu.max").split()
    else:
        words = [_text(group.folder / f"cpu.cfs_{name}_us").strip() for name in ("quota", "period")]
    if len(words) != 2 or not all(word.isdecimal() for word in words) or int(words[1]) == 0:
        return math.inf  # "max" in version 2, -1 in version 1, or no such file: the root has none
    return int(words[0]) / int(words[1])


def _reclaimable(group: Group) -> int:
    for line in _text(group.folder / "memory.stat").splitlines():
        name, _, value = line.partition(" ")
        if name == _CACHE[group.version] and value.isdecimal():
            return int(value)
    return 0


def _groups(controller: str, proc: Path) -> Iterator[Group]:
    """The groups that may limit this process by `controller`: its own and all above it that are seen.

    Both versions are gone through, since a system can have some controllers on either.
    """
    own: dict[str, PurePosixPath] = {}
    for line in _text(proc / "self" / "cgroup").splitlines():
        _, _, rest = line.partition(":")
        controllers, _, group = rest.partition(":")
        own.update(dict.fromkeys(controllers.split(","), PurePosixPath(group)))
    for line in _text(proc / "self" / "mountinfo").splitlines():
        fields, _, kind = line.partition(" - ")
        words, of = fields.split(" "), kind.split(" ")
        if len(words) < 5 or len(of) < 3:
            continue
        if of[0] == "cgroup2":
            version, path = 2, own.get("")
        elif of[0] == "cgroup" and controller in of[2].split(","):
            version, path = 1, own.get(controller)
        else:
            continue
        if path is not None:
            for folder in _upwards(PurePosixPath(_plain(words[3])), Path(_plain(words[4])), path):
                yield Group(folder, version)


def _upwards(root: PurePosixPath, mount: Path, path: PurePosixPath) -> Iterator[Path]:
    """Folders from a group's own up to the mount point.

    Args:
        root: The group that is mounted.
        mount: Where.
        path: The group of the process; one outside of `root` is told by a container that sees the
            host's names, and then the mount point itself is its group.
    """
    inside = path.relative_to(root) if path.is_relative_to(root) else PurePosixPath()
    if ".." in inside.parts:
        inside = PurePosixPath()
    for folder in (inside, *inside.parents):
        yield mount / folder


def _plain(field: str) -> str:
    """A field of mountinfo without its octal escapes: a space is written as backslash and 040."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), field)


def _number(path: Path) -> int | None:
    text = _text(path).strip()
    return int(text) if text.isdecimal() else None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
