from __future__ import annotations

import os
import random
import re
import subprocess
import sys
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from engine import paths
from engine.errors import ModelError
from engine.models.download import Download
from engine.models.hub_cache import hub_cache
from engine.models.part_file import SUFFIX
from engine.models.progress import Progress
from engine.models.staging import LOCKS, MANIFEST, Staging
from tests.engine.models.downloading import FOLDER, Watched
from tests.support.hub_server import API, COMMIT, REPOSITORY, Hub, Kind

KINDS: tuple[Kind, ...] = get_args(Kind)


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def left(folder: Path) -> list[str]:
    """What lies beside models, but for the locks."""
    return sorted(path.name for path in folder.iterdir() if path.name != LOCKS)


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


def test_a_break_is_gone_on_from(hub: Hub, folder: Path, model_files: dict[str, bytes]) -> None:
    hub.fail("model.bin", "break", 200_000)
    watched = Watched(folder)
    path = watched.run()
    assert path is not None
    assert content(path) == model_files
    assert [one.headers.get("range") for one in hub.asked("model.bin", "cdn")] == [None, "bytes=200000-"]
    waiting = next(one for one in watched.reports if one.state == "waiting")
    assert f"127.0.0.1:{hub.port('cdn')}" in waiting.remark
    assert waiting.done_bytes > 200_000


def test_breaks_that_bring_something_are_never_too_many(hub: Hub, folder: Path) -> None:
    hub.fail("model.bin", "break", 1000, times=30)
    watched = Watched(folder, pauses_s=(0.0,))
    assert watched.run() is not None
    assert len(hub.asked("model.bin", "cdn")) == 31


def test_a_server_that_always_breaks_is_given_up_and_what_came_is_kept(hub: Hub, folder: Path) -> None:
    hub.fail("model.bin", "break", 300_000)
    hub.fail("model.bin", "break", 0, times=None)
    watched = Watched(folder)
    with pytest.raises(ModelError, match="3 times") as caught:
        watched.run()
    assert watched.last.state == "failed"
    assert watched.last.remark == str(caught.value)
    assert watched.download.kept_bytes > 300_000
    assert left(folder) == [f".{FOLDER}.partial"]
    hub.faults.clear()
    assert Watched(folder).run() is not None
    assert hub.asked("model.bin", "cdn")[-1].headers["range"] == "bytes=300000-"


def test_a_new_version_on_the_hub_begins_anew(hub: Hub, folder: Path, model_files: dict[str, bytes]) -> None:
    hub.fail("model.bin", "break", 300_000)
    hub.fail("model.bin", "break", 0, times=None)
    with pytest.raises(ModelError):
        Watched(folder).run()
    hub.faults.clear()
    hub.commit = "f" * 40
    newer = bytearray(model_files["model.bin"])
    newer[-100] ^= 1
    hub.files["model.bin"] = bytes(newer)
    path = Watched(folder).run()
    assert path is not None
    assert content(path)["model.bin"] == bytes(newer)
    assert "range" not in hub.asked("model.bin", "cdn")[-1].headers


@pytest.mark.parametrize("kind", ["whole", "elsewhere"])
def test_a_server_that_knows_no_ranges_sends_the_file_anew(
    hub: Hub, folder: Path, model_files: dict[str, bytes], kind: str
) -> None:
    hub.fail("model.bin", "break", 200_000)
    hub.fail("model.bin", kind)  # type: ignore[arg-type]
    watched = Watched(folder)
    path = watched.run()
    assert path is not None
    assert content(path) == model_files
    assert watched.last.done_bytes == watched.last.total_bytes


def test_bytes_that_turned_bad_on_disk_are_fetched_anew(
    hub: Hub, folder: Path, model_files: dict[str, bytes]
) -> None:
    hub.fail("model.bin", "break", 200_000)
    hub.fail("model.bin", "break", 0, times=None)
    with pytest.raises(ModelError):
        Watched(folder).run()
    hub.faults.clear()
    part = Staging(folder, REPOSITORY).folder / f"model.bin{SUFFIX}"
    part.write_bytes(b"?" * 150_000)
    path = Watched(folder).run()
    assert path is not None
    assert content(path) == model_files


def test_a_manifest_that_is_cut_off_begins_anew(
    hub: Hub, folder: Path, model_files: dict[str, bytes]
) -> None:
    staging = Staging(folder, REPOSITORY)
    staging.folder.mkdir(parents=True)
    (staging.folder / MANIFEST).write_bytes(b'{"repository": "so\xff')
    (staging.folder / f"model.bin{SUFFIX}").write_bytes(b"old")
    path = Watched(folder).run()
    assert path is not None
    assert content(path) == model_files


def test_a_file_that_comes_corrupt_is_fetched_once_more(
    hub: Hub, folder: Path, model_files: dict[str, bytes]
) -> None:
    hub.fail("model.bin", "corrupt")
    hub.fail("config.json", "corrupt")
    watched = Watched(folder)
    path = watched.run()
    assert path is not None
    assert content(path) == model_files
    assert watched.last.done_bytes == watched.last.total_bytes


@pytest.mark.parametrize("name", ["model.bin", "config.json"])
def test_a_file_that_always_comes_corrupt_is_thrown_away_with_a_sentence(
    hub: Hub, folder: Path, name: str
) -> None:
    hub.fail(name, "corrupt", times=None)
    with pytest.raises(ModelError, match="corrupt") as caught:
        Watched(folder).run()
    assert name in caught.value.what
    assert hub.host in caught.value.what
    assert len(hub.asked(name)) == (4 if name == "model.bin" else 2)
    assert not any(path.name.startswith(name) for path in Staging(folder, REPOSITORY).folder.iterdir())
    assert left(folder) == [f".{FOLDER}.partial"]


def test_a_server_that_sends_more_than_it_said_is_stopped(hub: Hub, folder: Path) -> None:
    hub.fail("model.bin", "long", times=None)
    with pytest.raises(ModelError, match="corrupt"):
        Watched(folder).run()
    assert not (folder / FOLDER).exists()


def test_a_server_that_has_less_than_it_said_is_given_up(hub: Hub, folder: Path) -> None:
    hub.fail("model.bin", "short", 150_000, times=None)
    with pytest.raises(ModelError, match="3 times"):
        Watched(folder).run()
    assert not (folder / FOLDER).exists()


def test_two_at_once_are_told_apart(hub: Hub, folder: Path) -> None:
    hub.fail("model.bin", "stall", 1000)
    first = Watched(folder)
    first.start()
    assert hub.reached.wait(60)
    with pytest.raises(ModelError, match="being fetched already"):
        Watched(folder).run()
    first.download.cancel()
    first.wait()
    assert Watched(folder).run() is not None


@pytest.mark.parametrize("seed", range(8))
def test_whatever_goes_wrong_in_whatever_order_the_model_comes_as_it_is(
    hub: Hub, folder: Path, model_files: dict[str, bytes], seed: int
) -> None:
    """Faults by chance, cancels by chance, runs until it is there: never another byte than the hub's."""
    chance = random.Random(seed)
    for _ in range(25):
        name = chance.choice(["model.bin", "model.bin", "config.json", "tokenizer.json"])
        hub.fail(name, chance.choice(KINDS), chance.randrange(100_000, 3_000_000))
    for _ in range(100):
        watched = Watched(folder, stall_s=0.2, pauses_s=(0.0,))
        watched.start()
        if chance.random() < 0.4:
            hub.reached.wait(0.2)
            watched.download.cancel()
        watched.wait()
        assert watched.error is None or isinstance(watched.error, ModelError)
        assert watched.last.is_over
        assert (watched.path is None) == (not (folder / FOLDER).exists())
        if watched.path is not None:
            break
    assert content(folder / FOLDER) == model_files
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
