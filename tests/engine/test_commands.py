"""Programs with a limit of time: answers, ends, and one that will not go."""

from __future__ import annotations

import os
import subprocess
import sys

import psutil
import pytest

from engine import commands
from engine.commands import answer_of


def python(script: str) -> list[str]:
    return [sys.executable, "-c", script]


def test_an_answer_comes_with_its_errors_and_its_end() -> None:
    answer = answer_of(python("import sys; print('out'); sys.stderr.write('err'); sys.exit(3)"), 60)
    assert (answer.stdout, answer.stderr, answer.returncode) == (b"out\n", b"err", 3)


def test_it_has_nothing_to_read_and_the_environment_that_it_is_given() -> None:
    script = "import os, sys; print(repr(sys.stdin.read()), os.environ['A'])"
    assert answer_of(python(script), 60, {**os.environ, "A": "b"}).stdout == b"'' b\n"


def test_much_of_an_answer_is_no_hindrance() -> None:
    script = "import sys; sys.stderr.write('e' * 300_000); sys.stdout.write('o' * 300_000)"
    answer = answer_of(python(script), 60)
    assert (len(answer.stdout), len(answer.stderr)) == (300_000, 300_000)


def test_what_takes_too_long_is_killed() -> None:
    before = set(psutil.Process().children())
    with pytest.raises(subprocess.TimeoutExpired):
        answer_of(["sleep", "600"], 0.2)
    assert set(psutil.Process().children()) <= before


def test_what_cannot_be_killed_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """As one that waits for a driver: here, nobody kills it before the test is over."""
    monkeypatch.setattr(commands, "LAST_S", 0.2)
    left: list[subprocess.Popen[bytes]] = []
    monkeypatch.setattr(subprocess.Popen, "kill", lambda process: left.append(process))
    with pytest.raises(subprocess.TimeoutExpired):
        answer_of(["sleep", "600"], 0.2)
    (process,) = left
    os.kill(process.pid, 9)
    os.waitpid(process.pid, 0)


def test_a_program_that_is_not_there_is_an_error_of_the_system() -> None:
    with pytest.raises(OSError, match="no-such-program"):
        answer_of(["no-such-program"], 1)
