"""The folder of sockets: the same one for every program of a user, and nobody else's."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from engine.runtime_folder import APP, candidates, own


def test_another_folder_for_temporary_files_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    before = candidates()
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    assert candidates() == before
    assert f"/tmp/{APP}-{os.getuid()}" in before


def test_on_macos_it_lies_in_the_folder_that_the_system_keeps_for_the_user(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(os, "confstr", {65537: "/var/folders/x/y/T/"}.__getitem__)
    assert candidates()[-1] == f"/var/folders/x/y/T/{APP}-{os.getuid()}"


def test_a_folder_that_others_may_write_to_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    folder = Path(own())
    assert folder == tmp_path / APP
    folder.chmod(0o777)
    assert str(folder) not in candidates()
