from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

import pytest

from engine.models.part_file import PartFile, RemoteFile

DATA = bytes(range(256)) * 9000


def remote(data: bytes = DATA) -> RemoteFile:
    return RemoteFile("model.bin", len(data), sha256=hashlib.sha256(data).hexdigest())


def look() -> None:
    pass


def test_it_grows_and_gets_its_name_when_its_sum_holds(tmp_path: Path) -> None:
    part = PartFile(remote(), tmp_path)
    for start in range(0, len(DATA), 70_000):
        assert not part.is_intact
        assert part.append(DATA[start : start + 70_000])
    assert part.is_intact
    assert not part.is_finished
    part.finish()
    assert part.is_finished
    assert part.path.read_bytes() == DATA
    assert [path.name for path in tmp_path.iterdir()] == ["model.bin"]


def test_what_an_earlier_run_left_is_summed_up_and_gone_on_with(tmp_path: Path) -> None:
    first = PartFile(remote(), tmp_path)
    first.append(DATA[:1_500_000])
    first.close()
    second = PartFile(remote(), tmp_path)
    assert second.there() == 1_500_000
    second.reopen(look)
    assert second.size == 1_500_000
    second.append(DATA[1_500_000:])
    assert second.is_intact
    second.close()


def test_another_start_is_found_out(tmp_path: Path) -> None:
    (tmp_path / "model.bin.part").write_bytes(b"x" * 1000)
    part = PartFile(remote(), tmp_path)
    part.reopen(look)
    part.append(DATA[1000:])
    assert part.is_whole
    assert not part.is_intact
    part.restart()
    assert part.size == 0
    part.append(DATA)
    assert part.is_intact
    part.close()


def test_more_than_the_whole_is_not_taken(tmp_path: Path) -> None:
    part = PartFile(remote(b"abc"), tmp_path)
    assert part.append(b"ab")
    assert not part.append(b"cd")
    assert part.size == 2
    part.close()
    assert part.part.read_bytes() == b"ab"


def test_more_on_disk_than_the_whole_counts_for_nothing(tmp_path: Path) -> None:
    (tmp_path / "model.bin.part").write_bytes(DATA + b"more")
    part = PartFile(remote(), tmp_path)
    assert part.there() == 0
    part.reopen(look)
    assert part.size == 0
    assert not part.part.exists()


def test_summing_up_can_be_ended(tmp_path: Path) -> None:
    (tmp_path / "model.bin.part").write_bytes(DATA)

    def stop() -> None:
        raise InterruptedError

    part = PartFile(remote(), tmp_path)
    with pytest.raises(InterruptedError):
        part.reopen(stop)
    assert part.part.stat().st_size == len(DATA)


def test_the_sum_of_a_small_file_is_that_of_git(tmp_path: Path) -> None:
    data = b'{"alignment_heads": []}\n'
    told = subprocess.run(
        ["git", "hash-object", "--stdin"], input=data, capture_output=True, check=True, timeout=60
    )
    part = PartFile(RemoteFile("config.json", len(data), git_sha1=told.stdout.decode().strip()), tmp_path)
    part.append(data)
    assert part.is_intact
    part.close()
