"""`utter models`: finds, fetches and removes models as a user would do it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine import paths
from engine.models.on_disk import find
from tests.support.model_folders import keep_part, put_in_hub, put_model
from tests.support.pty_screen import PtyScreen
from tests.tui.cli.conftest import out
from tui.cli.main import main

pytestmark = pytest.mark.usefixtures("cache")

COMMAND = [sys.executable, "-m", "tui.cli", "models"]


def test_the_folder_of_a_model_can_be_handed_on(capsys: pytest.CaptureFixture[str], cache: Path) -> None:
    own = put_model(paths.models() / "tiny")
    snapshot = put_in_hub(cache, "someone/whisper-ct2")
    assert out(capsys, "path", "tiny") == f"{own}\n"
    assert out(capsys, "path", "someone/whisper-ct2") == f"{snapshot}\n"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("base.en", "utter: base.en is not on this machine. Run: utter models pull base.en (about 148 MB)."),
        ("bse.en", 'Did you mean "base.en"?'),
        ("/nowhere", "tokenizer.json"),
    ],
)
def test_a_model_that_is_not_here_has_no_folder(
    capsys: pytest.CaptureFixture[str], name: str, said: str
) -> None:
    assert main(["models", "path", name]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    (line,) = told.err.splitlines()
    assert said in line


def test_a_model_that_is_cut_short_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    folder = put_model(paths.models() / "base.en")
    with (folder / "model.bin").open("r+b") as file:
        file.truncate(100)
    assert main(["models", "path", "base.en"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert f"{folder} is incomplete" in line
    assert "utter models pull base.en" in line


def test_a_model_is_removed(capsys: pytest.CaptureFixture[str], cache: Path) -> None:
    put_model(paths.models() / "tiny")
    put_in_hub(cache, "Systran/faster-whisper-tiny")
    assert out(capsys, "rm", "tiny").startswith("tiny is removed; ")
    assert main(["models", "rm", "tiny"]) == 1
    assert "--shared" in capsys.readouterr().err
    assert out(capsys, "rm", "--shared", "tiny").startswith("tiny is removed; ")
    assert find("tiny") is None


@pytest.mark.parametrize("name", ["base.en", "bse.en", "..", "/tmp"])
def test_what_cannot_be_removed_is_one_line(capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert main(["models", "rm", name]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert len(told.err.splitlines()) == 1


def test_what_cannot_be_fetched_is_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert main(["models", "pull", "base.en"]) == 1
    assert "base.en" in capsys.readouterr().err


def test_of_a_download_that_was_cut_off_only_a_part_is_removed(capsys: pytest.CaptureFixture[str]) -> None:
    keep_part("medium.en", 1_990_000)
    assert out(capsys, "rm", "medium.en").startswith("What had come of medium.en is removed; 1.99 MB")


def test_a_model_that_goes_by_another_of_its_names_is_said_to_be_that(
    capsys: pytest.CaptureFixture[str],
) -> None:
    put_model(paths.models() / "large-v3-turbo")
    assert out(capsys, "rm", "turbo").startswith("turbo is removed (it lay there as large-v3-turbo); ")


def test_several_models_are_removed_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    put_model(paths.models() / "tiny")
    put_model(paths.models() / "base")
    assert len(out(capsys, "rm", "tiny", "base").splitlines()) == 2
    put_model(paths.models() / "tiny")
    assert main(["models", "rm", "small", "tiny"]) == 1
    assert find("tiny") is None


def test_the_built_in_recogniser_has_a_folder_and_cannot_be_fetched_or_removed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert Path(out(capsys, "path", "built-in").strip()).is_dir()
    for action in ("pull", "rm"):
        assert main(["models", action, "built-in"]) == 1
        assert capsys.readouterr().err.startswith("utter: built-in ")


def test_the_address_of_a_models_page_is_its_name(capsys: pytest.CaptureFixture[str], cache: Path) -> None:
    put_in_hub(cache, "Systran/faster-whisper-small")
    address = "https://hub.example/Systran/faster-whisper-small"
    assert (
        out(capsys, "path", address)
        == out(capsys, "path", f"{address}/tree/main")
        == out(capsys, "path", "small")
    )


def test_a_path_is_exact_for_a_script_and_harmless_on_a_terminal(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder = put_model(tmp_path / "bad\033]0;title\007 \udcff")
    done = subprocess.run([*COMMAND, "path", os.fsencode(folder)], capture_output=True, check=True)
    assert done.stdout == os.fsencode(folder) + b"\n"
    with PtyScreen([*COMMAND, "path", str(folder)], {}, 200, 24) as screen:
        drawn = screen.read_to_end()
        assert screen.process.wait(60) == 0
    assert "bad " in drawn
    assert "\033" not in drawn
    put_model(paths.models() / "bad\033name")
    assert out(capsys, "rm", "bad\033name").startswith("badname is removed")


def test_a_mistyped_command_is_answered_with_the_right_one(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, near in ((["models", "pul", "tiny"], "pull"), (["modles"], "models")):
        with pytest.raises(SystemExit) as caught:
            main(arguments)
        assert caught.value.code == 2
        assert f'did you mean "{near}"?' in capsys.readouterr().err
