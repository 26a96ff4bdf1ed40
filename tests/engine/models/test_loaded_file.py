"""What processes tell each other of the models they have loaded."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from engine import paths
from engine.models.loaded import LoadedModel
from engine.models.loaded_file import LoadedFile, loaded_elsewhere, read_all
from tests.support.other_utter import other_utter

BASE = LoadedModel("base.en", "ready", "cpu int8", "memory", 300_000_000, 1.9, 12, True, 1e9, 1e9 + 1800)
LOADING = LoadedModel("tiny", "loading")


@pytest.fixture
def other() -> Iterator[subprocess.Popen[str]]:
    """Another process that has told of a model."""
    with other_utter(LoadedModel("small", "ready", "cpu int8")) as process:
        yield process


def test_what_is_written_is_read() -> None:
    assert LoadedFile().write([BASE, LOADING])
    (told,) = read_all()
    assert (told.process, told.models) == (os.getpid(), (BASE, LOADING))


def test_the_last_word_holds() -> None:
    file = LoadedFile()
    file.write([BASE])
    file.write([LOADING])
    (told,) = read_all()
    assert told.models == (LOADING,)
    assert file.remove()
    assert file.remove()
    assert read_all() == []


def test_with_no_models_there_is_no_file() -> None:
    file = LoadedFile()
    file.write([BASE])
    assert file.write([])
    assert list(paths.loaded().iterdir()) == []


def test_nothing_was_ever_written() -> None:
    assert read_all() == []


def test_another_process_is_heard_until_it_ends(other: subprocess.Popen[str]) -> None:
    LoadedFile().write([BASE])
    assert {told.process for told in read_all()} == {os.getpid(), other.pid}
    assert [(process, model.name) for process, model in loaded_elsewhere()] == [(other.pid, "small")]
    other.kill()
    other.wait()
    assert list(loaded_elsewhere()) == []
    assert [path.name for path in paths.loaded().iterdir()] == [f"{os.getpid()}.json"]


def test_a_number_that_was_given_again_is_another_process() -> None:
    LoadedFile().write([BASE])
    path = paths.loaded() / f"{os.getpid()}.json"
    told = json.loads(path.read_text())
    assert told["since"] == pytest.approx(psutil.Process().create_time(), abs=1.0)
    path.write_text(json.dumps(told | {"since": told["since"] - 60.0}))
    assert read_all() == []
    assert not path.exists()


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        '{"process": -5, "since": 0, "models": []}',
        '{"process": 99999999999999999999, "since": 0, "models": []}',
        '{"process": 1, "since": 1e999, "models": "many"}',
        '{"process": 1, "since": 0, "models": [{"name": "base", "state": "asleep"}]}',
        "\x00" * 100,
        "[" * 100_000,
    ],
)
def test_nonsense_is_passed_over(content: str) -> None:
    LoadedFile().write([BASE])
    (paths.loaded() / "1.json").write_text(content)
    (told,) = read_all()
    assert told.models == (BASE,)


def test_a_folder_that_cannot_be_written_is_no_failure(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    assert not LoadedFile(tmp_path / "taken" / "1.json").write([BASE])


def test_a_reader_never_sees_half_a_file() -> None:
    file = LoadedFile()
    many = [BASE] * 200
    file.write(many)
    over = threading.Event()

    def write() -> None:
        while not over.is_set():
            file.write(many)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(50):
            (told,) = read_all()
            assert len(told.models) == 200
    finally:
        over.set()
        writer.join()
