"""`utter models`: lists models as a user would ask for them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engine import paths
from engine.models.catalog import MODELS
from engine.models.loaded import LoadedModel
from engine.models.loaded_file import LoadedFile
from engine.models.on_disk import find
from tests.support.model_folders import keep_part, put_in_hub, put_model
from tests.support.other_utter import other_utter
from tests.tui.cli.conftest import out
from tui.cli.main import main

pytestmark = pytest.mark.usefixtures("cache")


def rows(text: str) -> dict[str, list[str]]:
    """Lines of a list by the model's name: mark and cells."""
    found = {}
    for line in text.splitlines():
        cells = [line[0].strip(), *line[2:].split("  ")] if len(line) > 2 else []
        if len(cells) > 1 and (cells[1] in MODELS or cells[1] == "built-in"):
            found[cells[1]] = [cells[0], *(cell.strip() for cell in cells[2:] if cell.strip())]
    return found


def test_an_empty_machine_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    text = out(capsys, "list")
    found = rows(text)
    assert list(found) == ["built-in", *MODELS]
    assert found["built-in"][0] == "●"
    assert all(cells[0] == "" for name, cells in found.items() if name != "built-in")
    assert found["large-v3-turbo"][1] == "1.62 GB"
    assert found["large-v3-turbo"][3:] == ["100 languages", "middling"]
    assert max(map(len, text.splitlines())) <= 80
    assert text == out(capsys)


def test_what_is_here_and_what_is_in_use_is_marked(capsys: pytest.CaptureFixture[str], cache: Path) -> None:
    put_model(paths.models() / "small.en")
    put_in_hub(cache, "Systran/faster-whisper-tiny")
    paths.config_file().parent.mkdir(parents=True)
    paths.config_file().write_text('[recognition]\nmodel = "small.en"\n')
    found = rows(out(capsys, "list"))
    assert (found["small.en"][0], found["small.en"][-1]) == ("●", "utter")
    assert (found["tiny"][0], found["tiny"][-1]) == ("✓", "hub cache")
    assert found["built-in"][0] == "✓"


def test_other_settings_can_be_asked_about(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[recognition]\ncompute_type = "float32"\ndevice = "cpu"\n')
    plain, other = out(capsys, "list", "--json"), out(capsys, "list", "--json", "--config", str(own))
    assert other == out(capsys, "--config", str(own), "list", "--json")
    needed = [
        next(row["memory_bytes"] for row in json.loads(text)["models"] if row["name"] == "base")
        for text in (plain, other)
    ]
    assert needed[0] < needed[1]
    assert "with float32" in out(capsys, "list", "--config", str(own))


def test_a_long_name_is_never_cut_and_controls_never_reach_the_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    name = "somebody-with-a-long-name/a-whisper-of-a-kind-ct2"
    put_model(paths.models() / name.replace("/", "--"))
    put_model(paths.models() / "bad\033[2Jname")
    text = out(capsys, "list")
    assert f"✓ {name}\n" in text
    assert "\033" not in text
    assert max(map(len, text.splitlines())) <= 80


def test_the_memory_for_each_kind_of_arithmetic(capsys: pytest.CaptureFixture[str]) -> None:
    text = out(capsys, "list", "--all-types")
    assert max(map(len, text.splitlines())) <= 80
    head = text.splitlines()[0].split()
    assert head == ["model", "int8", "float32", "int8_float16", "float16", "float32"]
    assert all(len(cells) == 6 for name, cells in rows(text).items() if name != "built-in")


def test_the_json_says_all_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    folder = put_model(paths.models() / "tiny")
    models = {row["name"]: row for row in json.loads(out(capsys, "list", "--json"))["models"]}
    tiny, turbo = models["tiny"], models["turbo"]
    assert (tiny["path"], tiny["own"], tiny["translates"]) == (str(folder), True, True)
    assert (turbo["path"], turbo["own"], turbo["translates"]) == (None, False, False)
    assert turbo["disk_bytes"] == 1_622_000_000
    assert turbo["memory_bytes_by_type"]["cuda"]["float16"] > turbo["memory_bytes_by_type"]["cpu"]["int8"]
    assert models["built-in"]["in_use"]


@pytest.fixture
def workstation() -> Iterator[subprocess.Popen[str]]:
    """Another process with models in memory, as a workstation tells of them."""
    now = time.time()
    card = LoadedModel("", "ready", "cuda int8_float16", "cuda", 1_300_000_000, 3.0, 1200, True, now, None)
    with other_utter(
        LoadedModel(
            "tiny", "ready", "cpu int8", "memory", 201_000_000, 1.94, 12, False, now - 130, now + 1690
        ),
        replace(card, name="distil-large-v3.5"),
        LoadedModel("base", "loading"),
        LoadedModel("built-in", "ready", "", "memory", 131_000_000, 0.3, 2, False, now - 7350, None),
    ) as process:
        yield process


def test_what_runs_elsewhere_is_listed_with_its_figures(
    capsys: pytest.CaptureFixture[str], workstation: subprocess.Popen[str]
) -> None:
    put_model(paths.models() / "tiny")
    text = out(capsys, "list")
    assert max(map(len, text.splitlines())) <= 80
    table, _, loaded = text.partition("In memory of the utter")
    assert rows(table)["tiny"][0] == "○"
    assert loaded.startswith(f" that runs as process {workstation.pid}:")
    lines = loaded.splitlines()
    assert " ".join(lines[2].split()) == "○ tiny cpu int8 201 MB 12 2 min ago in 28 min 1.9 s"
    assert "now" in loaded
    assert "loading…" in loaded
    assert " ".join(lines[-1].split()) == "○ built-in 131 MB 2 2 h 2 min ago stays 0.3 s"
    (told,) = json.loads(out(capsys, "list", "--json"))["loaded"]
    assert told["process"] == workstation.pid
    assert [model["name"] for model in told["models"]] == ["tiny", "distil-large-v3.5", "base", "built-in"]
    workstation.kill()
    workstation.wait()
    assert "In memory" not in out(capsys, "list")


def test_a_model_that_runs_elsewhere_is_not_removed(
    capsys: pytest.CaptureFixture[str], workstation: subprocess.Popen[str]
) -> None:
    put_model(paths.models() / "tiny")
    assert main(["models", "rm", "tiny"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert f"process {workstation.pid}" in line
    assert find("tiny") is not None


def test_what_this_process_holds_is_listed_too(capsys: pytest.CaptureFixture[str]) -> None:
    LoadedFile().write([LoadedModel("tiny", "ready", "cpu int8")])
    assert f"process {os.getpid()}:" in out(capsys, "list")


def test_listing_needs_no_network_and_loads_nothing() -> None:
    put_model(paths.models() / "tiny")
    script = (
        "import socket, sys\n"
        "def refuse(*_: object) -> None:\n"
        "    raise AssertionError('the network was touched')\n"
        "socket.socket.connect = refuse\n"
        "from tui.cli.main import main\n"
        "assert main(['models', 'list']) == 0\n"
        "heavy = ('ctranslate2', 'faster_whisper', 'huggingface_hub', 'pocketsphinx', 'av', 'textual')\n"
        "print([name for name in heavy if name in sys.modules])\n"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert said.stdout.splitlines()[-1] == "[]"


def test_names_of_one_model_are_said_to_be_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    put_model(paths.models() / "turbo")
    keep_part("small", 24_000_000)
    text = out(capsys, "list")
    found = rows(text)
    assert (found["large"][-1], found["turbo"][-1]) == ("= large-v3", "= large-v3-turbo")
    assert (found["turbo"][0], found["large-v3-turbo"][-1]) == ("✓", "utter")
    assert (found["small"][0], found["small"][-1]) == ("", "24.0 MB of it")
    assert max(map(len, text.splitlines())) <= 80
