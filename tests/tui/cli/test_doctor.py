"""`utter doctor`: the report, its machine-readable form, and its exit code."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from engine.findings import Finding
from tui.cli.doctor import report

FINDINGS = [
    Finding("PortAudio", "ok", "PortAudio 19."),
    Finding("model", "warning", "It is not \x1b[2Jon disk.", "Fetch it."),
    Finding("microphone", "missing", "There is none.", "Connect one."),
]


def test_the_report_says_everything_without_colour() -> None:
    assert report(FINDINGS, colour=False).splitlines() == [
        "✓ PortAudio   PortAudio 19.",
        "! model       It is not on disk.",
        "              → Fetch it.",
        "✗ microphone  There is none.",
        "              → Connect one.",
        "",
        "Dictation cannot work here yet.",
    ]
    assert report(FINDINGS[:2], colour=False).endswith("Dictation can work here.")


def test_colour_is_only_added() -> None:
    coloured = report(FINDINGS, colour=True)
    plain = coloured
    for code in ("32", "33", "31", "0"):
        plain = plain.replace(f"\033[{code}m", "")
    assert coloured != plain
    assert plain == report(FINDINGS, colour=False)


@pytest.mark.parametrize(("text", "valid"), [("", True), ("[audio]\npreroll_s = 99\n", False)])
def test_the_whole_command_with_a_good_and_a_bad_configuration(
    tmp_path: Path, text: str, valid: bool
) -> None:
    config = tmp_path / "own.toml"
    config.write_text(text)
    child = subprocess.run(
        [sys.executable, "-m", "tui.cli", "doctor", "--json", "--config", str(config)],
        capture_output=True,
        check=False,
    )
    answer = json.loads(child.stdout)
    assert child.stderr == b""
    assert child.returncode == (0 if answer["can_dictate"] else 1)
    statuses = {finding["topic"]: finding["status"] for finding in answer["findings"]}
    assert statuses["settings"] == ("ok" if valid else "missing")
    assert statuses["PocketSphinx"] == "ok"
    assert answer["can_dictate"] is ("missing" not in statuses.values())
