"""Taking models off the disk: all of it or nothing, never what others need or own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import paths
from engine.errors import ModelError
from engine.models.hub_cache import hub_cache, hub_folder
from engine.models.loaded import LoadedModel
from engine.models.loaded_file import LoadedFile
from engine.models.on_disk import find, size_of
from engine.models.removal import remove
from engine.models.staging import Staging
from tests.support.model_folders import put_in_hub, put_model
from tests.support.other_utter import other_utter

TINY = "Systran/faster-whisper-tiny"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    paths.models().mkdir(parents=True)
    return tmp_path / "hub"


def names() -> list[str]:
    """What is in utter's own folder but locks."""
    return sorted(path.name for path in paths.models().iterdir() if path.name != ".locks")


def refusal(model: str, *, shared: bool = False) -> ModelError:
    with pytest.raises(ModelError) as caught:
        remove(model, shared=shared)
    return caught.value


def test_a_model_goes_with_all_its_files() -> None:
    folder = put_model(paths.models() / "base.en")
    put_model(paths.models() / "tiny")
    size = size_of(folder)
    removed = remove("base.en")
    assert (removed.folders, removed.bytes) == ((folder,), size)
    assert find("base.en") is None
    assert names() == ["tiny"]


@pytest.mark.parametrize("name", ["large-v3-turbo", "mobiuslabsgmbh/faster-whisper-large-v3-turbo"])
def test_a_model_goes_by_any_of_its_names(name: str) -> None:
    put_model(paths.models() / "turbo")
    remove(name)
    assert names() == []


def test_a_repository_goes_by_its_name() -> None:
    put_model(paths.models() / "someone--whisper-ct2")
    remove("someone/whisper-ct2")
    assert names() == []


def test_an_incomplete_model_goes_too() -> None:
    put_model(paths.models() / "tiny", without="model.bin")
    remove("tiny")
    assert names() == []


def test_what_is_left_of_downloads_and_removals_goes_too() -> None:
    put_model(paths.models() / "tiny")
    for end in ("partial", "old", "removed"):
        put_model(paths.models() / f".tiny.{end}")
    put_model(paths.models() / ".base.partial")
    remove("tiny")
    assert names() == [".base.partial"]
    assert len(remove("base").folders) == 1
    assert names() == []


def test_a_download_that_goes_on_is_left_alone() -> None:
    put_model(paths.models() / ".tiny.partial")
    with Staging(paths.models(), "tiny").alone():
        script = "from engine.models.removal import remove; remove('tiny')"
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
        with pytest.raises(ModelError) as caught:
            remove("tiny")
    assert "tiny is being fetched by another utter" in done.stderr
    assert caught.value.what == "tiny is being fetched already."
    assert names() == [".tiny.partial"]


def test_of_a_link_only_the_link_goes(tmp_path: Path) -> None:
    target = put_model(tmp_path / "elsewhere")
    (paths.models() / "mine").symlink_to(target)
    assert remove("mine").bytes == 0
    assert names() == []
    assert find(str(target)) == target


def test_a_model_that_is_not_there_is_told_with_the_nearest_name() -> None:
    assert 'Did you mean "base.en"?' in str(refusal("bse.en"))
    assert "utter models list" in str(refusal("base.en"))


@pytest.mark.parametrize("path", ["..", ".", "~", "/", "../models", "a/b/c", ""])
def test_a_path_is_refused(path: str, tmp_path: Path) -> None:
    put_model(paths.models() / "tiny")
    assert str(paths.models()) in refusal(path).what
    assert names() == ["tiny"]


def test_a_folder_by_its_path_is_the_users_own(tmp_path: Path) -> None:
    folder = put_model(tmp_path / "mine")
    assert "yourself" in refusal(str(folder)).remedy
    assert find(str(folder)) == folder


def test_the_hubs_cache_is_left_alone_unless_asked_for(cache: Path) -> None:
    put_in_hub(cache, TINY)
    error = refusal("tiny")
    assert str(hub_folder(TINY)) in error.what
    assert "utter models rm --shared tiny" in error.remedy
    assert find("tiny") is not None
    freed = sum(path.stat().st_size for path in (hub_folder(TINY) / "blobs").iterdir())
    assert remove("tiny", shared=True).bytes == freed
    assert find("tiny") is None
    assert list(hub_cache().iterdir()) == []


def test_without_being_asked_only_utters_own_copy_goes(cache: Path) -> None:
    snapshot = put_in_hub(cache, TINY)
    put_model(paths.models() / "tiny")
    remove("tiny")
    assert find("tiny") == snapshot


@pytest.fixture
def other() -> Iterator[subprocess.Popen[str]]:
    """Another utter that has tiny in memory."""
    with other_utter(LoadedModel("tiny", "ready", "cpu int8")) as process:
        yield process


def test_a_model_in_the_memory_of_another_utter_stays_until_that_has_ended(
    other: subprocess.Popen[str],
) -> None:
    put_model(paths.models() / "tiny")
    put_model(paths.models() / "base")
    assert str(other.pid) in refusal(TINY).what
    remove("base")
    assert names() == ["tiny"]
    other.kill()
    other.wait()
    remove("tiny")
    assert names() == []


def test_the_hubs_copy_in_the_memory_of_another_utter_stays(
    other: subprocess.Popen[str], cache: Path
) -> None:
    snapshot = put_in_hub(cache, TINY)
    assert str(other.pid) in refusal("tiny", shared=True).what
    assert find("tiny") == snapshot


def test_what_this_process_has_loaded_is_its_own_affair() -> None:
    put_model(paths.models() / "tiny")
    LoadedFile().write([LoadedModel("tiny", "ready")])
    remove("tiny")
    assert names() == []


@pytest.mark.skipif(sys.platform == "win32" or shutil.which("setpriv") is None, reason="needs setpriv")
@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can become another user"
)
def test_a_folder_of_somebody_else_is_told() -> None:
    put_model(paths.models() / "tiny")
    for parent in paths.models().parents:
        if parent.stat().st_uid == os.geteuid() and parent.is_relative_to("/tmp"):
            parent.chmod(parent.stat().st_mode | 0o055)
    script = (
        "from engine.errors import ModelError\nfrom engine.models.removal import remove\n"
        "try:\n    remove('tiny')\nexcept ModelError as error:\n    print(error.what)\n"
    )
    done = subprocess.run(
        ["setpriv", "--reuid=65534", "--clear-groups", sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == f"{paths.models() / 'tiny'} cannot be deleted: Permission denied.\n", done.stderr
    assert find("tiny") is not None


@pytest.mark.parametrize("loaded", ["turbo", "large-v3-turbo", "path", "link"])
def test_what_this_process_has_loaded_stays_under_whichever_name(loaded: str, tmp_path: Path) -> None:
    folder = put_model(paths.models() / "turbo")
    (tmp_path / "link").symlink_to(folder)
    used = find({"path": str(folder), "link": str(tmp_path / "link")}.get(loaded, loaded))
    assert used is not None
    with pytest.raises(ModelError) as caught:
        remove("large-v3-turbo", in_use=[used])
    assert str(caught.value) == "large-v3-turbo is loaded. Unload it first, then remove it."
    assert names() == ["turbo"]


def test_whether_there_was_a_whole_model_is_told(cache: Path) -> None:
    put_model(paths.models() / "tiny")
    put_model(paths.models() / ".base.partial")
    put_in_hub(cache, "Systran/faster-whisper-small")
    assert remove("tiny").whole
    assert not remove("base").whole
    assert remove("small", shared=True).whole
