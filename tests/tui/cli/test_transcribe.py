"""`utter transcribe`: text that no terminal obeys, one line a fault, stand-ins for what is broken."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.audio.sample import sample_path

EVIL = "caf\u00e9 \x1b[2J\x1b]52;c;aGk=\x07 \x9b31m \u202eover"

# What it says, or how it fails, is in the environment.
SAYING = """
import os
from engine.speech.recognizer import Hypothesis, Segment, Transcript

class Saying:
    name, model, streams, remark, runs_on = "pocketsphinx", "none", True, "", "paper"
    def __init__(self, **options): self.trouble = os.environ.get("TROUBLE", "")
    def load(self):
        if self.trouble: raise eval(self.trouble)
    def unload(self): ...
    def memory_bytes(self): return 0
    def open(self, context): return self
    def feed(self, samples): ...
    def partial(self, *, timed=False): return Hypothesis()
    def finish(self): return Transcript((Segment(os.environ["SAYS"], 0.0, 1.0),))
    def discard(self): ...
"""

Run = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.fixture
def transcribe() -> Run:
    """Runs `utter transcribe` in a process of its own."""

    def run(*arguments: str | bytes | Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, "-m", "tui.cli", "transcribe", *arguments],
            capture_output=True,
            env=os.environ | environment,
            timeout=300,
            check=False,
        )

    return run


@pytest.fixture
def saying(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a recogniser into the place of PocketSphinx that says `EVIL`."""
    folder = tmp_path / "saying"
    folder.mkdir()
    (folder / "saying_recognizer.py").write_text(SAYING)
    (folder / "sitecustomize.py").write_text(
        "from engine.registry import RECOGNIZERS\nRECOGNIZERS['pocketsphinx'] = 'saying_recognizer:Saying'\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(folder))
    monkeypatch.setenv("SAYS", EVIL)


@pytest.mark.usefixtures("saying")
def test_what_is_printed_is_harmless(transcribe: Run) -> None:
    done = transcribe("--recognizer", "pocketsphinx", sample_path(), PYTHONIOENCODING="utf-8")
    assert done.returncode == 0, done.stderr
    text = done.stdout.decode()
    assert "af\u00e9" in text
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(text)


@pytest.mark.usefixtures("saying")
def test_json_is_harmless_and_loses_nothing(transcribe: Run) -> None:
    done = transcribe("--json", "--recognizer", "pocketsphinx", sample_path())
    assert done.stdout.isascii()
    assert b"\x1b" not in done.stdout
    said = json.loads(done.stdout)
    assert [segment["text"] for segment in said["segments"]] == [EVIL, EVIL]
    assert "\x1b" not in said["text"]


@pytest.mark.usefixtures("saying")
@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_letter_that_the_encoding_lacks_is_no_failure(transcribe: Run, encoding: str) -> None:
    done = transcribe(sample_path(), PYTHONIOENCODING=encoding, SAYS="caf\u00e9 \u20ac")
    assert done.returncode == 0, done.stderr
    assert (
        done.stdout.strip()
        == {
            "ascii": b"Caf? ?. Caf? ?.",
            "latin-1": b"Caf\xe9 ?. Caf\xe9 ?.",
        }[encoding]
    )


@pytest.mark.usefixtures("saying")
@pytest.mark.parametrize("json_too", [False, True])
def test_a_name_that_is_not_utf_8_is_no_obstacle(transcribe: Run, tmp_path: Path, json_too: bool) -> None:
    odd = os.fsencode(tmp_path) + b"/odd \xff.flac"
    shutil.copy(sample_path(), os.fsdecode(odd))
    options = ["--json"] if json_too else []
    done = transcribe(*options, "--recognizer", "pocketsphinx", odd, odd + b"x", SAYS="hello")
    assert done.returncode == 2
    assert b"Hello" in done.stdout
    (line,) = done.stderr.splitlines()
    assert b"does not exist" in line
    if json_too:
        assert json.loads(done.stdout)["file"].endswith("odd \ufffd.flac")


@pytest.mark.usefixtures("saying")
@pytest.mark.parametrize("trouble", ["RuntimeError('of all things')", "MemoryError()"])
def test_what_is_unforeseen_is_one_line_and_the_log_has_the_rest(
    transcribe: Run, home: Path, trouble: str
) -> None:
    done = transcribe("--recognizer", "pocketsphinx", sample_path(), TROUBLE=trouble)
    assert done.returncode == 2
    (line,) = done.stderr.decode().splitlines()
    assert str(sample_path()) in line
    assert trouble.partition("(")[0] in line
    (log,) = home.rglob("utter.log")
    assert "Traceback" in log.read_text()


def test_a_language_that_was_found_out_is_told_once_a_file(transcribe: Run, tmp_path: Path) -> None:
    other = tmp_path / "other.flac"
    shutil.copy(sample_path(), other)
    found = transcribe("--json", "--language", "auto", sample_path(), other)
    assert found.returncode == 0, found.stderr
    told = [line for line in found.stderr.decode().splitlines() if "sure" in line]
    assert told == [f"utter: {name}: English (en), 100 % sure." for name in (sample_path().name, other.name)]
    for line in found.stdout.splitlines():
        said = json.loads(line)
        assert (said["language"], said["language_probability"]) == ("en", 1.0)
        assert said["translated"] is False
    given = transcribe("--json", sample_path())
    assert "sure" not in given.stderr.decode()
    assert json.loads(given.stdout)["language"] == "en"


def test_a_language_that_the_model_does_not_know_is_one_line(transcribe: Run) -> None:
    done = transcribe("--recognizer", "pocketsphinx", "--language", "de", sample_path())
    assert done.returncode == 2
    (line,) = done.stderr.decode().splitlines()
    assert "PocketSphinx knows English only, not German" in line
    assert done.stdout == b""


def test_a_fault_of_the_recogniser_names_each_file(transcribe: Run, tmp_path: Path) -> None:
    other = tmp_path / "other.flac"
    shutil.copy(sample_path(), other)
    done = transcribe("--model", str(tmp_path / "none"), sample_path(), other)
    assert done.returncode == 2
    lines = done.stderr.decode().splitlines()
    assert [str(path) in line for path, line in zip((sample_path(), other), lines, strict=True)] == [True] * 2


def test_with_auto_pocketsphinx_stands_in_for_broken_weights(transcribe: Run, home: Path) -> None:
    broken = home / "data" / "utter" / "models" / "base.en"
    broken.mkdir(parents=True)
    for name in ("model.bin", "config.json", "tokenizer.json", "vocabulary.txt", "vocabulary.json"):
        (broken / name).write_text("{}")
    done = transcribe("--json", sample_path(), sample_path())
    assert done.returncode == 0, done.stderr
    one, other = map(json.loads, done.stdout.splitlines())
    assert one["recognizer"] == "pocketsphinx"
    assert one["raw"] == other["raw"]
    (line,) = done.stderr.decode().splitlines()
    assert "base.en" in line
    assert "its accuracy is limited" in line


def test_a_full_disk_is_one_line(transcribe: Run) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "tui.cli", "transcribe", sample_path()],
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=300,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr.decode().splitlines()[-1].endswith("cannot be printed: No space left on device.")
    assert b"Traceback" not in done.stderr


@pytest.mark.usefixtures("saying")
def test_a_closed_output_is_one_line() -> None:
    done = subprocess.run(
        ["sh", "-c", '"$@" >&-', "sh", sys.executable, "-m", "tui.cli", "transcribe", str(sample_path())],
        capture_output=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.decode().endswith("cannot be printed: standard output is closed.\n")


@pytest.mark.usefixtures("saying")
def test_a_file_without_words_is_told_and_no_failure(transcribe: Run) -> None:
    done = transcribe("--recognizer", "pocketsphinx", sample_path(), SAYS="")
    assert (done.returncode, done.stdout) == (0, b"\n")
    assert done.stderr.decode() == f"utter: No words were heard in {sample_path()}.\n"
