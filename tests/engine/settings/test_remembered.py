"""The state file: written whole or not at all, shared by several utters, never in anybody's way."""

from __future__ import annotations

import fcntl
import os
import stat
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import SettingsError
from engine.settings import remembered as module
from engine.settings.remembered import Entry, Remembered, read_state


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the lock of a state file, as another utter that is stuck would."""
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def test_what_is_set_can_be_read_back(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "state.toml"
    with closing(Remembered(path, {"enhancement.mode": "clean"})) as remembered:
        remembered.set("enhancement.mode", "verbatim")
    assert read_state(path) == ({"enhancement.mode": Entry("verbatim", "clean")}, "")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text(encoding="utf-8").startswith("# Written by utter")


def test_a_later_change_keeps_the_others(tmp_path: Path) -> None:
    path = tmp_path / "state.toml"
    with closing(Remembered(path)) as one, closing(Remembered(path)) as other:
        one.set("audio.device", "USB")
        one.flush()
        other.set("interface.theme", "utter-light")
        other.flush()
        one.set("audio.device", "Built-in")
    entries, _ = read_state(path)
    assert entries == {"audio.device": Entry("Built-in"), "interface.theme": Entry("utter-light")}


@pytest.mark.parametrize("at_once", [True, False])
def test_going_back_to_what_the_file_says_forgets_the_change(tmp_path: Path, at_once: bool) -> None:
    path = tmp_path / "state.toml"
    with closing(Remembered(path, {"enhancement.mode": "clean"})) as remembered:
        remembered.set("enhancement.mode", "verbatim")
        if not at_once:
            remembered.flush()
        remembered.set("enhancement.mode", "clean")
    assert read_state(path) == ({}, "")


def test_false_is_a_value(tmp_path: Path) -> None:
    path = tmp_path / "state.toml"
    with closing(Remembered(path, {})) as remembered:
        remembered.set("enhancement.enabled", False)
    assert read_state(path)[0] == {"enhancement.enabled": Entry(False)}


def test_a_broken_file_is_replaced_by_the_next_change(tmp_path: Path) -> None:
    path = tmp_path / "state.toml"
    path.write_text("broken")
    with closing(Remembered(path)) as remembered:
        remembered.set("audio.auto_stop", True)
    assert read_state(path) == ({"audio.auto_stop": Entry(True)}, "")


def test_a_folder_that_cannot_be_written_warns_once(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    problems: list[SettingsError] = []
    with closing(Remembered(tmp_path / "file" / "state.toml", on_problem=problems.append)) as remembered:
        remembered.set("audio.auto_stop", True)
        remembered.flush()
        remembered.set("audio.auto_stop", False)
    (problem,) = problems
    assert "audio.auto_stop cannot be remembered" in problem.what
    assert "state.toml" in problem.what
    assert "until you quit" in problem.remedy


def test_a_text_that_no_file_can_hold_is_a_problem_too(tmp_path: Path) -> None:
    problems: list[SettingsError] = []
    with closing(Remembered(tmp_path / "state.toml", on_problem=problems.append)) as remembered:
        remembered.set("audio.device", "\udcff")
    assert len(problems) == 1
    assert os.listdir(tmp_path) == ["state.lock"]


def test_who_changes_a_setting_never_waits_for_the_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "state.toml"
    waiting, free = threading.Event(), threading.Event()

    def wait(seconds: float) -> None:
        waiting.set()
        free.wait()

    monkeypatch.setattr(module.time, "sleep", wait)
    with closing(Remembered(path)) as remembered:
        with held(path):
            remembered.set("audio.auto_stop", True)
            assert waiting.wait(30)
            remembered.set("audio.device", "USB")
        free.set()
    assert read_state(path) == ({"audio.auto_stop": Entry(True), "audio.device": Entry("USB")}, "")


def test_a_lock_that_stays_taken_is_told_and_the_change_is_written_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOCK_PAUSES_S", (0.0, 0.0))
    path = tmp_path / "state.toml"
    problems: list[SettingsError] = []
    with closing(Remembered(path, on_problem=problems.append)) as remembered:
        with held(path):
            remembered.set("audio.auto_stop", True)
            remembered.flush()
        assert "another program holds its lock" in problems[0].what
    assert read_state(path) == ({"audio.auto_stop": Entry(True)}, "")


def test_the_last_change_is_not_lost_where_nobody_closes(tmp_path: Path) -> None:
    path = tmp_path / "state.toml"
    code = (
        "import sys; from pathlib import Path; from engine.settings.remembered import Remembered\n"
        "Remembered(Path(sys.argv[1])).set('audio.auto_stop', True)"
    )
    subprocess.run([sys.executable, "-c", code, str(path)], check=True, timeout=60)
    assert read_state(path) == ({"audio.auto_stop": Entry(True)}, "")


def test_nothing_but_the_file_and_its_lock_is_left_behind(tmp_path: Path) -> None:
    with closing(Remembered(tmp_path / "state.toml")) as remembered:
        remembered.set("audio.auto_stop", True)
    remembered.close()
    assert sorted(os.listdir(tmp_path)) == ["state.lock", "state.toml"]


def test_writers_at_the_same_time_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "state.toml"
    writers = [Remembered(path) for _ in range(4)]
    for turn in range(10):
        for number, writer in enumerate(writers):
            writer.set(f"section.key{number}", turn)
    for writer in writers:
        writer.close()
    assert read_state(path) == ({f"section.key{number}": Entry(9) for number in range(4)}, "")


@given(text=st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_survives(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("state") / "state.toml"
    with closing(Remembered(path)) as remembered:
        remembered.set("audio.device", text)
    assert tomllib.loads(path.read_text(encoding="utf-8"))["audio.device"]["value"] == text
