"""A download that is interrupted goes on, and never brings other bytes than the hub's."""

from __future__ import annotations

import random
from pathlib import Path
from typing import get_args

import pytest

from engine.errors import ModelError
from engine.models.part_file import SUFFIX
from engine.models.staging import MANIFEST, Staging
from tests.engine.models.downloading import FOLDER, Watched, content, left
from tests.support.hub_server import REPOSITORY, Hub, Kind

KINDS: tuple[Kind, ...] = get_args(Kind)


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
    hub.fail("model.bin", kind)
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
