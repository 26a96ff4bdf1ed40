"""How `utter bench` shows a report, and two of them side by side, whatever they hold."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.bench_reports import length, report
from tui.cli.bench_table import table
from tui.cli.main import main


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
