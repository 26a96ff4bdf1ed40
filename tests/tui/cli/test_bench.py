"""`utter bench`: figures that a script reads and a person pastes, and one sentence for what goes wrong."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.support.bench_reports import length, report
from tests.support.random_whisper import shared
from tests.support.sound_files import write_wav
from tests.support.voices import SENTENCES, Voices
from tui.cli.main import main

Run = Callable[..., subprocess.CompletedProcess[str]]

COMMAND = [sys.executable, "-m", "tui.cli", "bench"]


@pytest.fixture
def bench() -> Run:
    """Runs `utter bench` in a process of its own."""

    def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*COMMAND, *arguments], capture_output=True, text=True, timeout=100, check=False
        )

    return run


def test_a_file_with_its_words_as_json(bench: Run, voices: Voices, tmp_path: Path) -> None:
    talk = voices.talk(tmp_path / "talk.wav", count=2)
    words = tmp_path / "talk.txt"
    words.write_text(f"{SENTENCES[0].capitalize()}. {SENTENCES[1].capitalize()}!\n")
    options = ("--json", "--recognizer", "pocketsphinx", "--performance", "speed", "--runs", "1")
    done = bench(*options, "--source", talk, "--reference", words)
    assert done.returncode == 0, done.stderr
    assert done.stdout.isascii()
    found = json.loads(done.stdout)
    assert (found["source"], found["recognizer"], found["performance"]) == (
        talk.name,
        "pocketsphinx",
        "speed",
    )
    assert found["others"] == []
    first, whole = found["lengths"]
    for one in (first, whole):
        assert set(length()) < set(one)
        assert one["word_error_rate"] <= 0.3
        assert one["plain_word_error_rate"] <= 0.3
    assert first["audio_s"] == pytest.approx(3.0, abs=1.0)
    assert whole["audio_s"] > first["audio_s"] + 1.0
    assert len(whole["text"].split()) > len(first["text"].split())
    assert "run 1 of 1" in done.stderr
    assert "\r" not in done.stderr


def test_a_model_that_is_named_is_measured_alone_and_as_a_table(bench: Run) -> None:
    done = bench("--model", shared(), "--performance", "speed", "--lengths", "2.5", "--runs", "1")
    assert done.returncode == 0, done.stderr
    assert f"whisper {shared().name} · speed" in done.stdout
    assert "pocketsphinx en-us" not in done.stdout
    assert str(shared().parent) not in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_ctrl_c_ends_it_with_a_sentence() -> None:
    with subprocess.Popen(COMMAND, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        assert child.stderr is not None
        assert child.stdout is not None
        for line in child.stderr:
            if "stop at the last word" in line:
                break
        child.send_signal(signal.SIGINT)
        rest = child.stderr.read().splitlines()
        assert (child.wait(timeout=30), child.stdout.read()) == (130, "")
    assert rest[-1:] == ["utter: Stopped before the measurement was complete."]
    assert not [line for line in rest if "Traceback" in line]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--source", "none.wav"], "none.wav does not exist"),
        (["--source", "words.txt"], "words.txt is not audio"),
        (["--source", "silent.wav"], "No speech was found in silent.wav"),
        (["--reference", "none.txt"], "The reference none.txt cannot be read"),
        (["--reference", "silent.wav"], "silent.wav is not UTF-8 text"),
        (["--reference", "empty.txt"], "The reference empty.txt holds no words"),
        (["--recognizer", "dragon"], 'recognition.recognizer is "dragon"'),
        (["--performance", "fast"], 'recognition.performance is "fast"'),
        (["--model", "none"], 'The Whisper model "none" is not on this machine'),
        (["--compare", "none.json", "words.txt"], "none.json cannot be read"),
        (["--compare", "words.txt", "words.txt"], "words.txt holds no measurement"),
        (["--compare", "a.json", "a.json", "--json"], "--json does not go with --compare"),
    ],
)
def test_what_goes_wrong_is_one_sentence(tmp_path: Path, options: list[str], said: str) -> None:
    silent = write_wav(tmp_path / "silent.wav", np.zeros(16000))
    silent.write_bytes(silent.read_bytes()[:-1] + b"\xff")
    (tmp_path / "words.txt").write_text("some words")
    (tmp_path / "empty.txt").write_text(" .\n")
    path = str(Path(__file__).parents[3])
    done = subprocess.run(
        [*COMMAND, *options],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    told = [line for line in done.stderr.splitlines() if "loading" not in line]
    assert len(told) == 1
    assert told[0].startswith("utter: ")
    assert said in told[0]


@pytest.mark.parametrize(
    "options", [["--lengths", "0"], ["--lengths", "3,"], ["--lengths", "nan"], ["--runs", "0"]]
)
def test_a_wrong_number_is_refused(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as raised:
        main(["bench", *options])
    assert raised.value.code == 2
    assert options[0] in capsys.readouterr().err


def test_a_full_disk_is_one_line(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text(json.dumps(report()))
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [*COMMAND, "--compare", file, file], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 2
    assert done.stderr == "utter: The figures cannot be printed: No space left on device.\n"
