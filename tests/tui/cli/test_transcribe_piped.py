"""`utter transcribe -`: the command line around sound from a pipe."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from engine.audio.codec import decode
from engine.audio.sample import sample_path

TRANSCRIBE = [sys.executable, "-m", "tui.cli", "transcribe", "--recognizer", "pocketsphinx"]


def transcribed(*arguments: str, sound: bytes = b"") -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [*TRANSCRIBE, *arguments], input=sound, capture_output=True, timeout=120, check=False
    )
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def test_a_file_from_a_pipe_as_json() -> None:
    done = transcribed("--json", "-", sound=sample_path().read_bytes())
    assert (done.returncode, done.stderr) == (0, "")
    said = json.loads(done.stdout)
    assert said["file"] == "-"
    assert "report is due on Friday" in said["text"]


def test_bare_samples_from_a_pipe() -> None:
    samples = (decode(sample_path()) * 32767).astype("<i2").tobytes()
    done = transcribed("--raw", "-", sound=samples)
    assert (done.returncode, done.stderr) == (0, "")
    assert "report is due on Friday" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-"], "There is no sound on standard input: it ended at once."),
        (["-", "-"], "Standard input can be read once."),
        (["--raw", "talk.wav"], "--raw speaks of standard input."),
        (["--rate", "8000", "-"], "--rate, --channels and --format are for bare samples."),
        ([], "No file is named. Name one; standard input is: utter transcribe -"),
        (["--raw"], "No file is named. Name one; standard input is: utter transcribe --raw -"),
    ],
)
def test_what_cannot_be_is_told_in_one_line(arguments: list[str], said: str) -> None:
    done = transcribed(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"utter: {said}")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("option", "value"), [("--rate", "5"), ("--rate", "fast"), ("--channels", "0"), ("--format", "mp3")]
)
def test_a_form_that_cannot_be_is_refused(option: str, value: str) -> None:
    done = transcribed("--raw", option, value, "-")
    assert done.returncode == 2
    assert f"argument {option}: " in done.stderr


def test_a_closed_standard_input_is_told() -> None:
    done = subprocess.run(
        ["sh", "-c", '"$@" - <&-', "sh", *TRANSCRIBE], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("utter: Standard input is closed.")
