"""`utter bench`: figures that a script reads and a person pastes, and one sentence for what goes wrong."""

from __future__ import annotations

import copy
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.support.random_whisper import shared
from tests.support.sound_files import write_wav
from tests.support.voices import SENTENCES, Voices
from tui.cli.bench_table import table
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


def length(**figures: Any) -> dict[str, Any]:
    found: dict[str, Any] = {
        "audio_s": 2.53,
        "runs": 3,
        "stop_to_text_ms": {"p50": 356.2, "p95": 12345.6},
        "after_quiet_ms": {"p50": 2.3, "p95": 4.1},
        "plain_ms": 12354.6,
        "ratio": 34.7,
        "real_time_factor": 0.275,
        "first_partial_ms": 305.4,
        "speculation": {"used": 6, "discarded": 1},
        "text": "the quarterly report",
        "plain_text": "the quarterly report",
        "agreement": 1.0,
    }
    return found | figures


def report(**fields: Any) -> dict[str, Any]:
    found: dict[str, Any] = {
        "date": "2026-01-02T03:04:05+0000",
        "machine": {
            "cpu": "Some Processor",
            "cores": 2,
            "memory_bytes": 8_000_000_000,
            "system": "Linux 6",
            "python": "3.11.7",
            "versions": {"utter": "0.1.0", "textual": "8.2.8"},
            "load": 0.1,
        },
        "source": "the built-in sample",
        "recognizer": "pocketsphinx",
        "model": "en-us",
        "performance": "balanced",
        "settings": {"audio.tail_s": 0.35, "performance.beam_size": 0},
        "load_s": 0.4,
        "memory_bytes": 125_000_000,
        "lengths": [length()],
        "others": [],
        "left_out": [],
    }
    return copy.deepcopy(found) | fields


@pytest.fixture
def compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Compares two reports and gives what is printed."""

    def run(first: Any, second: Any) -> str:
        files = [tmp_path / "a.json", tmp_path / "b.json"]
        for file, content in zip(files, (first, second), strict=True):
            file.write_text(json.dumps(content))
        assert main(["bench", "--compare", *map(str, files)]) == 0
        return capsys.readouterr().out

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
    assert rest == ["utter: Stopped before the measurement was complete."]


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


def test_the_table_has_80_columns_and_every_figure() -> None:
    errors = {"word_error_rate": 0.123, "plain_word_error_rate": 1.0}
    other = {"recognizer": "whisper", "model": "/home/me/secret/base.en", "lengths": [length(audio_s=300.4)]}
    left = {"recognizer": "whisper", "model": "small", "why": "There was no time for it."}
    shown = table(report(lengths=[length(**errors)], others=[other], left_out=[left]))
    for part in ("356", "12346", "2", "4", "12355", "34.7", "305", "0.28", "6", "1", "100.0 %", "12.3 %"):
        assert f" {part}" in shown
    assert "whisper base.en" in shown
    assert "secret" not in shown
    assert "Left out: whisper small. There was no time for it." in shown
    assert "Some Processor · 2 cores · 8.0 GB" in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_two_runs_stand_side_by_side(compared: Callable[..., str]) -> None:
    faster = length(stop_to_text_ms={"p50": 178.1, "p95": 12345.6}, audio_s=2.6)
    machine = report()["machine"] | {"cpu": "Another Processor", "load": 3.0}
    second = report(
        lengths=[faster, length(audio_s=60.0)],
        machine=machine,
        performance="speed",
        settings={"audio.tail_s": 0.35, "performance.beam_size": 1},
        date="later",
    )
    lines = compared(report(), second).splitlines()
    (stop,) = [line for line in lines if "stop→text, p50" in line]
    assert stop.split()[-3:] == ["356.2", "178.1", "0.50"]
    marked = [line.split()[1] for line in lines if line.startswith("≠")]
    assert marked == ["mode", "cpu", "performance.beam_size:", "A:"]
    assert "    60.0  only in B" in lines
    assert max(map(len, lines)) <= 80


def test_a_recognizer_is_compared_with_its_like_and_a_stranger_with_what_there_is(
    compared: Callable[..., str],
) -> None:
    whisper = {"recognizer": "whisper", "model": "base.en", "lengths": [length(plain_ms=1.0)]}
    shown = compared(report(others=[whisper]), report(**whisper))
    assert "whisper base.en" in shown
    assert "Only in A: pocketsphinx en-us" in shown
    assert "≠ A: pocketsphinx en-us · balanced   B: whisper base.en" in compared(report(), report(**whisper))


@pytest.mark.parametrize(
    "second",
    [
        {"lengths": [{}]},
        {"lengths": [{"audio_s": 2.5}]},
        {"lengths": [{"audio_s": 10**400, "ratio": float("nan"), "plain_ms": True, "stop_to_text_ms": 3}]},
        report(machine=None, settings=[], others=7, left_out=None),
        report(machine={"versions": []}, lengths=[None, length()]),
    ],
)
def test_what_is_missing_or_odd_is_a_dash(compared: Callable[..., str], second: Any) -> None:
    assert "B/A" in compared(report(), second)
    assert "B/A" in compared(second, report())


def test_what_a_file_says_is_harmless(compared: Callable[..., str]) -> None:
    evil = "\x1b[2J\x1b]52;c;aGk=\x07\n\u202eover"
    machine = report()["machine"] | {"cpu": evil, "versions": {evil: evil}}
    odd = report(
        model=evil, performance=evil, machine=machine, settings={evil: evil}, left_out=[{"why": evil}]
    )
    for shown in (compared(report(), odd), table(odd)):
        assert "over" in shown
        assert not {"\x1b", "\x07", "\u202e"} & set(shown)


def test_a_full_disk_is_one_line(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text(json.dumps(report()))
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [*COMMAND, "--compare", file, file], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 2
    assert done.stderr == "utter: The figures cannot be printed: No space left on device.\n"
