"""What a container lends, read from trees of control groups as the kernel lays them out."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from engine.errors import SettingsError
from engine.machine import available_bytes, memory_bytes, parse_memory, usable_cores

GIB = 1 << 30
CORES = usable_cores(Path("/nowhere"))
"""Cores where no control group says anything."""

OF_TWO = pytest.mark.skipif(CORES < 2, reason="a limit below the cores shows from two cores on")


class Tree:
    """A /proc and the control groups it tells of, in a folder."""

    def __init__(self, folder: Path) -> None:
        self.proc = folder / "proc"
        self.mount = folder / "sys fs" / "cgroup"
        (self.proc / "self").mkdir(parents=True)
        self.tell([], "0::/\n")

    def tell(self, mounts: list[str], groups: str) -> None:
        (self.proc / "self" / "mountinfo").write_text("".join(f"{line}\n" for line in mounts))
        (self.proc / "self" / "cgroup").write_text(groups)

    def v2(self, path: str, root: str = "/") -> None:
        at = str(self.mount).replace(" ", "\\040")
        self.tell([f"41 31 0:38 {root} {at} rw,nosuid shared:4 - cgroup2 cgroup2 rw"], f"0::{path}\n")

    def v1(self, path: str, root: str = "/") -> None:
        at = str(self.mount).replace(" ", "\\040")
        mounts = [
            f"32 31 0:29 {root} {at}/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct",
            f"35 31 0:32 {root} {at}/memory rw - cgroup cgroup rw,memory",
            f"41 31 0:38 / {at}/unified rw - cgroup2 cgroup2 rw",
        ]
        self.tell(mounts, f"5:cpu,cpuacct:{path}\n4:memory:{path}\n1:name=systemd:/\n0::/\n")

    def put(self, name: str, text: str) -> None:
        path = self.mount / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return Tree(tmp_path)


def test_without_limits_there_is_what_the_machine_has(tree: Tree) -> None:
    tree.v2("/")
    assert 1 <= usable_cores(tree.proc) == CORES <= (psutil.cpu_count() or 1)
    assert memory_bytes(tree.proc) == psutil.virtual_memory().total
    assert 0 < available_bytes(tree.proc) <= psutil.virtual_memory().total


def test_a_system_without_control_groups_has_no_limits(tmp_path: Path) -> None:
    assert memory_bytes(tmp_path) == psutil.virtual_memory().total


@OF_TWO
def test_the_quota_of_version_2_is_rounded_down(tree: Tree) -> None:
    tree.v2("/own")
    tree.put("own/cpu.max", "199999 100000\n")
    assert usable_cores(tree.proc) == 1


def test_a_quota_below_one_core_leaves_one(tree: Tree) -> None:
    tree.v2("/own")
    tree.put("own/cpu.max", "5000 100000\n")
    assert usable_cores(tree.proc) == 1


def test_a_quota_above_the_cores_adds_none(tree: Tree) -> None:
    tree.v2("/own")
    tree.put("own/cpu.max", "6400000 100000\n")
    assert usable_cores(tree.proc) == CORES


@OF_TWO
def test_a_group_above_limits_those_below(tree: Tree) -> None:
    tree.v2("/slice/own")
    tree.put("slice/own/cpu.max", "max 100000\n")
    tree.put("slice/cpu.max", "100000 100000\n")
    assert usable_cores(tree.proc) == 1


@OF_TWO
def test_a_sibling_limits_nothing(tree: Tree) -> None:
    tree.v2("/slice/own")
    tree.put("slice/other/cpu.max", "100000 100000\n")
    assert usable_cores(tree.proc) == CORES


@OF_TWO
@pytest.mark.parametrize("path", ["/docker/abc", "/", "/elsewhere/of/the/host", "/../../outside"])
def test_a_container_finds_its_own_group_at_the_mount_point(tree: Tree, path: str) -> None:
    tree.v2(path, root="/docker/abc")
    tree.put("cpu.max", "100000 100000\n")
    tree.put("memory.max", f"{GIB}\n")
    assert usable_cores(tree.proc) == 1
    assert memory_bytes(tree.proc) == GIB


@OF_TWO
def test_the_quota_of_version_1(tree: Tree) -> None:
    tree.v1("/docker/abc")
    tree.put("cpu,cpuacct/docker/abc/cpu.cfs_quota_us", "150000\n")
    tree.put("cpu,cpuacct/docker/abc/cpu.cfs_period_us", "100000\n")
    assert usable_cores(tree.proc) == 1


def test_version_1_without_a_quota_says_so_with_a_negative_one(tree: Tree) -> None:
    tree.v1("/docker/abc")
    tree.put("cpu,cpuacct/docker/abc/cpu.cfs_quota_us", "-1\n")
    tree.put("cpu,cpuacct/docker/abc/cpu.cfs_period_us", "100000\n")
    assert usable_cores(tree.proc) == CORES


def test_the_memory_of_version_2_is_the_least_limit_on_the_way_up(tree: Tree) -> None:
    tree.v2("/slice/own")
    tree.put("slice/own/memory.max", f"{2 * GIB}\n")
    tree.put("slice/memory.max", f"{GIB}\n")
    tree.put("memory.max", "max\n")
    assert memory_bytes(tree.proc) == GIB


def test_the_memory_of_version_1(tree: Tree) -> None:
    tree.v1("/docker/abc")
    tree.put("memory/docker/abc/memory.limit_in_bytes", f"{GIB}\n")
    tree.put("memory/memory.limit_in_bytes", "9223372036854771712\n")
    assert memory_bytes(tree.proc) == GIB


@pytest.mark.parametrize("version", [1, 2])
def test_what_is_available_counts_the_cache_of_files_as_free(tree: Tree, version: int) -> None:
    getattr(tree, f"v{version}")("/own")
    limit, used = {1: ("limit_in_bytes", "usage_in_bytes"), 2: ("max", "current")}[version]
    own = "memory/own" if version == 1 else "own"
    tree.put(f"{own}/memory.{limit}", "100000000\n")
    tree.put(f"{own}/memory.{used}", "90000000\n")
    assert available_bytes(tree.proc) == 10_000_000
    cached = "inactive_file 1\ntotal_inactive_file 30000000\n"
    tree.put(f"{own}/memory.stat", cached if version == 1 else "anon 5\ninactive_file 30000000\n")
    assert available_bytes(tree.proc) == 40_000_000


def test_more_used_than_allowed_leaves_nothing(tree: Tree) -> None:
    tree.v2("/own")
    tree.put("own/memory.max", "100\n")
    tree.put("own/memory.current", "200\n")
    assert available_bytes(tree.proc) == 0


@pytest.mark.parametrize("garbage", ["", "max\n", "0 0\n", "100000 0\n", "one two\n", "\x00\xff", "1 2 3\n"])
def test_what_makes_no_sense_is_no_limit(tree: Tree, garbage: str) -> None:
    tree.v2("/own")
    tree.put("own/cpu.max", garbage)
    tree.put("own/memory.max", "what?\n")
    (tree.proc / "self" / "cgroup").write_text(f"{garbage}\n0::/own\nx\n")
    assert usable_cores(tree.proc) == CORES
    assert memory_bytes(tree.proc) == psutil.virtual_memory().total


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system binds no process to a core")
def test_the_affinity_is_kept_to() -> None:
    script = (
        "import os\nos.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:1])\n"
        "from engine.machine import usable_cores\nprint(usable_cores())"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert said.stdout == "1\n"


@pytest.fixture
def one_core_group() -> Iterator[Path]:
    """A real control group with a quota of one core, below that of this process."""
    folder = Path("/sys/fs/cgroup/cpu") / f"utter-test-{os.getpid()}"
    try:
        folder.mkdir()
    except OSError as error:
        pytest.skip(f"no control group can be made here: {error}")
    try:
        (folder / "cpu.cfs_quota_us").write_text("100000")
        yield folder
    finally:
        folder.rmdir()


@OF_TWO
@pytest.mark.skipif(shutil.which("sh") is None, reason="needs a shell")
def test_a_real_quota_of_the_kernel_is_seen(one_core_group: Path) -> None:
    script = "from engine.machine import usable_cores; print(usable_cores())"
    enter = f'echo $$ > "{one_core_group}/cgroup.procs" && exec "$0" "$@"'
    command = ["sh", "-c", enter, sys.executable, "-c", script]
    said = subprocess.run(command, capture_output=True, text=True, check=True)
    assert said.stdout == "1\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("auto", 8_000_000_000),
        ("3 GB", 3_000_000_000),
        ("1.5GB", 1_500_000_000),
        ("800 MB", 800_000_000),
        ("1 TB", 1_000_000_000_000),
        ("0 MB", 0),
    ],
)
def test_amounts_of_memory(text: str, expected: int) -> None:
    assert parse_memory(text, 16_000_000_000) == expected


@pytest.mark.parametrize("text", ["", "3", "3 PB", "-1 GB", "three GB", "3 GB or so"])
def test_what_is_no_amount_of_memory_is_told(text: str) -> None:
    with pytest.raises(SettingsError, match=r"models\.memory"):
        parse_memory(text, GIB)
