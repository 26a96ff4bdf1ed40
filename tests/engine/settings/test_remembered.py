"""The state file: written whole or not at all, shared by several utters, never fatal."""

from __future__ import annotations

import os
import stat
import threading
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import SettingsError
from engine.settings.remembered import Entry, Remembered, read_state


def test_what_is_set_can_be_read_back(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "state.toml"
    Remembered(path, {"enhancement.mode": "clean"}).set("enhancement.mode", "verbatim")
    assert read_state(path) == ({"enhancement.mode": Entry("verbatim", "clean")}, "")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text(encoding="utf-8").startswith("# Written by utter")


def test_a_later_change_keeps_the_others(tmp_path: Path) -> None:
    path = tmp_path / "state.toml"
    one, other = Remembered(path), Remembered(path)
    one.set("audio.device", "USB")
    other.set("interface.theme", "utter-light")
    one.set("audio.device", "Built-in")
    entries, _ = read_state(path)
    assert entries == {"audio.device": Entry("Built-in"), "interface.theme": Entry("utter-light")}


def test_going_back_to_what_the_file_says_forgets_the_change(tmp_path: Path) -> None:
    path = tmp_path / "state.toml"
    remembered = Remembered(path, {"enhancement.mode": "clean"})
    remembered.set("enhancement.mode", "verbatim")
    remembered.set("enhancement.mode", "clean")
    assert read_state(path) == ({}, "")


def test_false_is_a_value(tmp_path: Path) -> None:
    path = tmp_path / "state.toml"
    Remembered(path, {}).set("enhancement.enabled", False)
    assert read_state(path)[0] == {"enhancement.enabled": Entry(False)}


def test_a_broken_file_is_replaced_by_the_next_change(tmp_path: Path) -> None:
    path = tmp_path / "state.toml"
    path.write_text("broken")
    Remembered(path).set("audio.auto_stop", True)
    assert read_state(path) == ({"audio.auto_stop": Entry(True)}, "")


def test_a_folder_that_cannot_be_written_warns_once(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    remembered = Remembered(tmp_path / "file" / "state.toml")
    with pytest.raises(SettingsError, match=r"audio\.auto_stop cannot be remembered.*state\.toml") as raised:
        remembered.set("audio.auto_stop", True)
    assert "until you quit" in raised.value.remedy
    remembered.set("audio.auto_stop", False)


def test_nothing_but_the_file_and_its_lock_is_left_behind(tmp_path: Path) -> None:
    Remembered(tmp_path / "state.toml").set("audio.auto_stop", True)
    assert sorted(os.listdir(tmp_path)) == ["state.lock", "state.toml"]


def test_writers_at_the_same_time_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "state.toml"

    def write(number: int) -> None:
        for turn in range(10):
            Remembered(path).set(f"section.key{number}", turn)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert read_state(path) == ({f"section.key{number}": Entry(9) for number in range(4)}, "")


@given(text=st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_survives(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("state") / "state.toml"
    Remembered(path).set("audio.device", text)
    assert tomllib.loads(path.read_text(encoding="utf-8"))["audio.device"]["value"] == text
