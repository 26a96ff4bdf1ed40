"""`utter models` in the process of the tests, on a machine without models."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.cli.main import main


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A hub's cache of its own, not made yet."""
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path / "hub"


def out(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What `utter models` prints where it succeeds and has nothing to say besides."""
    assert main(["models", *arguments]) == 0
    told = capsys.readouterr()
    assert told.err == ""
    return told.out
