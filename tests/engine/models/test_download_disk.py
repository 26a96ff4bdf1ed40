"""What a download does to the disk, and the disk to a download: no room, no right, a kill in the middle."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from engine.errors import ModelError
from engine.models.part_file import SUFFIX, PartFile
from engine.models.staging import SPARE_BYTES, Staging, disk_error
from tests.engine.models.downloading import Watched, failure
from tests.support.hub_server import API, REPOSITORY, Hub


def test_too_small_a_disk_is_said_before_anything_comes(
    hub: Hub, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = SimpleNamespace(total=10**9, used=0, free=SPARE_BYTES + 5_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    error = failure(folder)
    assert "10.0 MB" in error.what
    assert "205 MB are free" in error.what
    assert str(folder) in error.what
    assert {one.file for one in hub.requests} == {API}


def test_what_is_there_needs_no_room_again(hub: Hub, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hub.fail("model.bin", "break", 8_000_000)
    hub.fail("model.bin", "break", times=None)
    failure(folder)
    hub.faults.clear()
    usage = SimpleNamespace(total=10**9, used=0, free=SPARE_BYTES + 5_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    assert Watched(folder).run() is not None


# A limit on the size of files, as a disk that is full in the middle: the system itself refuses the write.
FULL = """
import resource, signal, sys
from pathlib import Path
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (3_000_000, 3_000_000))
from engine.errors import ModelError
from engine.models.download import Download
try:
    Download(sys.argv[1], lambda progress: None, Path(sys.argv[2])).run()
except ModelError as error:
    print(error)
"""


def test_a_write_that_the_system_refuses_is_one_sentence(hub: Hub, folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL, REPOSITORY, str(folder)],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{REPOSITORY} could not be written to {folder}")
    assert Watched(folder).run() is not None
    assert hub.asked("model.bin", "cdn")[-1].headers["range"] == "bytes=3000000-"


def test_a_disk_that_fills_up_in_the_middle_is_one_sentence_and_what_came_is_kept(
    hub: Hub, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No disk of this machine may be filled, so the write is told to fail as on one."""
    append = PartFile.append

    def full(part: PartFile, data: bytes) -> bool:
        if part.file.name == "model.bin" and part.size > 1_000_000:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return append(part, data)

    with monkeypatch.context() as patch:
        patch.setattr(PartFile, "append", full)
        error = failure(folder)
    assert "disk is full" in error.what
    assert str(folder) in error.what
    assert Staging(folder, REPOSITORY).kept_bytes() > 1_000_000
    assert Watched(folder).run() is not None
    assert "range" in hub.asked("model.bin", "cdn")[-1].headers


@pytest.mark.parametrize(
    ("code", "says"),
    [(errno.ENOSPC, "disk is full"), (errno.EROFS, "cannot be written"), (errno.EIO, "could not be written")],
)
def test_what_a_disk_refuses_is_said(code: int, says: str) -> None:
    error = disk_error(OSError(code, os.strerror(code)), "base.en", Path("/models"))
    assert says in error.what
    assert "/models" in error.what
    assert "base.en" in error.what


def test_a_folder_that_cannot_be_made_is_named(hub: Hub, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    error = failure(tmp_path / "file" / "models")
    assert str(tmp_path / "file" / "models") in error.what


def test_what_nobody_foresaw_ends_the_download_too(
    hub: Hub, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(part: PartFile, data: bytes) -> bool:
        raise ZeroDivisionError("unforeseen")

    monkeypatch.setattr(PartFile, "append", broken)
    watched = Watched(folder)
    with pytest.raises(ZeroDivisionError):
        watched.run()
    assert watched.last.state == "failed"
    assert "unforeseen" in watched.last.remark


CHILD = """
import sys
from pathlib import Path
from engine.models.download import Download
Download(sys.argv[1], lambda progress: print(progress.done_bytes, flush=True), Path(sys.argv[2])).run()
"""


def test_a_kill_in_the_middle_costs_no_more_than_what_was_on_its_way(
    hub: Hub, folder: Path, model_files: dict[str, bytes]
) -> None:
    hub.fail("model.bin", "stall", 4_000_000)
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, REPOSITORY, str(folder)], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    others = sum(len(data) for name, data in model_files.items() if name != "model.bin")
    for line in child.stdout:
        if int(line) == others + 4_000_000:
            break
    with pytest.raises(ModelError, match="another utter"):
        Watched(folder).run()
    child.send_signal(signal.SIGKILL)
    child.wait(60)
    child.stdout.close()
    staging = Staging(folder, REPOSITORY)
    assert (staging.folder / f"model.bin{SUFFIX}").stat().st_size == 4_000_000
    assert not staging.target.exists()
    asked = len(hub.requests)
    watched = Watched(folder)
    path = watched.run()
    assert path is not None
    assert {name: (path / name).read_bytes() for name in model_files} == model_files
    assert [one.file for one in hub.requests[asked:]] == [API, "model.bin", "model.bin"]
    assert hub.requests[-1].headers["range"] == "bytes=4000000-"
    begun = next(one for one in watched.reports if one.total_bytes)
    assert begun.done_bytes == others + 4_000_000


def test_the_manifest_names_the_version(hub: Hub, folder: Path) -> None:
    hub.fail("model.bin", "break", times=None)
    failure(folder)
    manifest = json.loads((Staging(folder, REPOSITORY).folder / "manifest.json").read_text())
    assert manifest["commit"] == hub.commit
    assert manifest["repository"] == REPOSITORY
    assert {one["name"] for one in manifest["files"]} == {
        one["rfilename"]
        for one in hub.info()["siblings"]
        if one["rfilename"] not in ("README.md", "flax_model.msgpack")
    }
