"""How a model gets its name on disk: nothing of anybody else is touched, and no kill costs a model."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.errors import ModelError
from engine.models.download import Download
from engine.models.hub import RemoteModel
from engine.models.part_file import RemoteFile
from engine.models.staging import LOCKS, Staging
from tests.engine.models.downloading import FOLDER, Watched, failure
from tests.support.hub_server import API, COMMIT, REPOSITORY, Hub

MODEL = RemoteModel(REPOSITORY, COMMIT, (RemoteFile("model.bin", 3, git_sha1="0" * 40),))


def grown(folder: Path) -> Staging:
    """A model that has come whole, and has no name yet."""
    staging = Staging(folder, REPOSITORY)
    folder.mkdir(exist_ok=True)
    staging.open(MODEL)
    (staging.folder / "model.bin").write_bytes(b"new")
    return staging


def test_a_folder_with_files_of_the_users_own_is_left_alone_before_anything_is_fetched(
    hub: Hub, folder: Path, model_files: dict[str, bytes]
) -> None:
    target = folder / FOLDER
    target.mkdir(parents=True)
    (target / "model.bin").write_bytes(b"damaged")
    (target / "my-notes.txt").write_text("mine")
    watched = Watched(folder)
    with pytest.raises(ModelError, match=r"my-notes\.txt") as caught:
        watched.run()
    assert str(target) in caught.value.what
    assert "Move it" in caught.value.remedy
    assert sorted(path.name for path in target.iterdir()) == ["model.bin", "my-notes.txt"]
    assert {one.file for one in hub.requests} == {API}
    target.rename(folder / "mine")
    assert Watched(folder).run() == target
    assert (folder / "mine" / "my-notes.txt").read_text() == "mine"


@pytest.mark.parametrize("inside", ["notes/of/mine", "model.bin/of/mine"])
def test_folders_in_the_place_of_a_model_are_left_alone(folder: Path, inside: str) -> None:
    staging = grown(folder)
    (staging.target / inside).mkdir(parents=True)
    with pytest.raises(ModelError, match="in the way"):
        staging.publish(MODEL)
    assert (staging.target / inside).is_dir()
    assert staging.kept_bytes() == 3


def test_a_file_in_the_place_of_a_model_is_left_alone(hub: Hub, folder: Path) -> None:
    folder.mkdir()
    (folder / FOLDER).write_text("mine")
    with pytest.raises(ModelError, match="in the way"):
        Watched(folder).run()
    assert (folder / FOLDER).read_text() == "mine"


@pytest.mark.parametrize("done", [0, 1, 2])
def test_a_kill_at_any_step_of_the_naming_leaves_all_that_the_next_run_needs(
    folder: Path, monkeypatch: pytest.MonkeyPatch, done: int
) -> None:
    """The process ends after so many renamings; the next run publishes without fetching anything."""
    staging = grown(folder)
    staging.target.mkdir()
    (staging.target / "model.bin").write_bytes(b"damaged")
    rename, steps = os.rename, iter(range(9))

    def killed(before: Path, after: Path) -> None:
        if next(steps) >= done:
            raise KeyboardInterrupt
        rename(before, after)

    monkeypatch.setattr(os, "rename", killed)
    monkeypatch.setattr(Path, "unlink", lambda path, **options: killed(path, path))
    with pytest.raises(KeyboardInterrupt):
        staging.publish(MODEL)
    monkeypatch.undo()
    again = Staging(folder, REPOSITORY)
    if done < 2:
        again.open(MODEL)
        again.publish(MODEL)
    assert (again.target / "model.bin").read_bytes() == b"new"


def test_all_names_of_a_repository_are_one_download(folder: Path) -> None:
    one, other = Staging(folder, "turbo"), Staging(folder, "large-v3-turbo")
    assert (one.folder, one.target != other.target) == (other.folder, True)
    with one.alone(), pytest.raises(ModelError) as caught, other.alone():
        pass
    assert caught.value.what == "large-v3-turbo is being fetched already."
    assert "another utter" not in str(caught.value)
    with other.alone():
        pass


def test_what_is_kept_under_one_name_counts_for_the_other(
    hub: Hub, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    staging = Staging(folder, "turbo")
    staging.folder.mkdir(parents=True)
    (staging.folder / "model.bin.part").write_bytes(b"12345")
    assert Download("large-v3-turbo", lambda progress: None, folder).kept_bytes == 5


def test_locks_lie_out_of_the_way(hub: Hub, folder: Path) -> None:
    hub.fail(API, "refuse", status=404, headers={"x-error-code": "RepoNotFound"})
    failure(folder)
    assert [path.name for path in folder.iterdir()] == [LOCKS]
