"""Locks of paths: held by one program, and looked at without being in the way of others."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine import path_lock, runtime_folder


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "s.sock")


def test_a_lock_is_held_until_it_is_given_up(path: str) -> None:
    assert not path_lock.is_held(path)
    lock = path_lock.take(path)
    assert path_lock.is_held(path)
    lock.give_up()
    assert not path_lock.is_held(path)


def test_to_look_whether_it_is_held_does_not_take_it(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def take(_: str) -> path_lock.PathLock:
        raise AssertionError("it was taken")

    monkeypatch.setattr(path_lock, "take", take)
    assert not path_lock.is_held(path)


def test_what_somebody_who_died_has_left_is_held_by_nobody(path: str) -> None:
    os.close(path_lock.take(path).descriptor)
    assert len(os.listdir(runtime_folder.own())) == 1
    assert not path_lock.is_held(path)
    assert os.listdir(runtime_folder.own()) == []


def test_where_no_lock_can_be_nobody_holds_one(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.runtime_folder._named", lambda: iter([f"{__file__}/utter"]))
    assert not path_lock.is_held(path)
