"""A download in good order: what it fetches, checks, tells, and leaves where."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from engine import paths
from engine.errors import ModelError
from engine.models.download import Download
from engine.models.hub_cache import hub_cache
from engine.models.progress import Progress
from engine.models.staging import Staging
from tests.engine.models.downloading import FOLDER, Watched, content, left
from tests.support.hub_server import API, COMMIT, REPOSITORY, Hub


def test_the_hub_of_the_tests_is_one_to_the_hubs_own_client(
    hub: Hub, model_files: dict[str, bytes], tmp_path: Path
) -> None:
    from huggingface_hub import HfApi

    api = HfApi(endpoint=hub.url)
    info = api.model_info(REPOSITORY, files_metadata=True)
    sizes = {one.rfilename: one.size for one in info.siblings or []}
    assert info.sha == COMMIT
    assert sizes["model.bin"] == len(model_files["model.bin"])
    for name in ("config.json", "model.bin"):
        got = api.hf_hub_download(REPOSITORY, name, local_dir=tmp_path / "theirs")
        assert Path(got).read_bytes() == model_files[name]


def test_a_model_comes_whole_and_checked_and_can_be_used(
    hub: Hub, folder: Path, model_files: dict[str, bytes]
) -> None:
    from engine.speech.recognizer import Context
    from engine.speech.whisper import Whisper

    watched = Watched(folder)
    path = watched.run()
    assert path == folder / FOLDER
    assert content(path) == model_files
    assert left(folder) == [FOLDER]
    assert watched.states[0] == "asking"
    assert watched.states[-1] == "done"
    assert "downloading" in watched.states
    assert watched.last.done_bytes == watched.last.total_bytes == sum(map(len, model_files.values()))
    recognizer = Whisper(str(path), device="cpu", compute_type="int8", threads=1)
    recognizer.load()
    utterance = recognizer.open(Context())
    utterance.feed(np.random.default_rng(0).normal(0, 0.1, 16000).astype(np.float32))
    utterance.finish()
    recognizer.unload()


def test_only_what_a_model_needs_is_fetched(hub: Hub, folder: Path, model_files: dict[str, bytes]) -> None:
    Watched(folder).run()
    assert {one.file for one in hub.requests} == {API, *model_files}


def test_nothing_is_asked_or_told_beside_the_model(hub: Hub, folder: Path) -> None:
    """In a process of its own: the hub's client keeps what it has found out for as long as that lives."""
    script = "import sys; from engine.models.download import Download; Download(sys.argv[1], print).run()"
    done = subprocess.run(
        [sys.executable, "-c", script, REPOSITORY], capture_output=True, text=True, timeout=100, check=False
    )
    assert done.returncode == 0, done.stderr
    assert {one.file for one in hub.requests} == {API, *content(paths.models() / FOLDER)}
    agents = [one.headers["user-agent"] for one in hub.requests]
    assert all(re.match(r"utter/[\w.+]+; hf_hub/", agent) for agent in agents), agents
    assert not any("None" in agent or "agent/" in agent for agent in agents)


def test_the_token_goes_to_the_hub_and_to_nobody_else(
    hub: Hub, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    Watched(folder).run()
    assert hub.asked("model.bin", "cdn")
    assert {one.headers.get("authorization") for one in hub.requests if one.server == "hub"} == {
        "Bearer hf_secret"
    }
    assert not any("hf_secret" in str(one.headers) for one in hub.requests if one.server == "cdn")


def test_a_model_that_is_there_is_not_asked_for(hub: Hub, folder: Path) -> None:
    path = Watched(folder).run()
    asked = len(hub.requests)
    again = Watched(folder)
    assert again.run() == path
    assert again.states == ["done"]
    assert "there already" in again.last.remark
    assert len(hub.requests) == asked


def test_a_model_that_the_hubs_own_client_fetched_is_there(hub: Hub, folder: Path) -> None:
    from huggingface_hub import HfApi

    for name in hub.files:
        HfApi(endpoint=hub.url).hf_hub_download(REPOSITORY, name, cache_dir=hub_cache())
    asked = len(hub.requests)
    path = Watched(folder).run()
    assert path is not None
    assert path.is_relative_to(hub_cache())
    assert len(hub.requests) == asked


def test_a_model_that_is_there_under_another_name_is_there(
    hub: Hub, folder: Path, model_files: dict[str, bytes]
) -> None:
    other = folder / "large-v3-turbo"
    other.mkdir(parents=True)
    for name, data in model_files.items():
        (other / name).write_bytes(data)
    assert Download("turbo", lambda progress: None, folder).run() == other
    assert hub.requests == []


@pytest.mark.parametrize("spoil", ["missing", "short", "link"])
def test_an_unusable_folder_of_that_name_is_replaced(
    hub: Hub, folder: Path, model_files: dict[str, bytes], tmp_path: Path, spoil: str
) -> None:
    target = folder / FOLDER
    folder.mkdir()
    if spoil == "link":
        target.symlink_to(tmp_path / "nowhere")
    else:
        target.mkdir()
        for name, data in model_files.items():
            (target / name).write_bytes(data[: len(data) // 2] if name == "model.bin" else data)
        if spoil == "missing":
            (target / "model.bin").unlink()
    Watched(folder).run()
    assert content(target) == model_files
    assert left(folder) == [FOLDER]


def test_a_name_of_the_catalogue_is_its_folder(hub: Hub, folder: Path) -> None:
    reports: list[Progress] = []
    with pytest.raises(ModelError, match=r"Systran/faster-whisper-base\.en"):
        Download("base.en", reports.append, folder).run()
    assert reports[-1].model == "base.en"
    assert Staging(folder, "base.en").target == folder / "base.en"


def test_the_models_folder_is_utters_own(hub: Hub) -> None:
    from engine import paths

    assert Download(REPOSITORY, lambda progress: None).run() == paths.models() / FOLDER


def test_the_disk_has_the_files_before_the_name(
    hub: Hub, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A power cut after the renaming finds everything on disk: each file is synced before."""
    real, order = os.fsync, list[str]()

    def noting(descriptor: int) -> None:
        order.append("renamed" if (folder / FOLDER).exists() else "growing")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", noting)
    Watched(folder).run()
    assert order.count("growing") >= len(list((folder / FOLDER).iterdir()))
