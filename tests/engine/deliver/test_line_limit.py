"""How much of a line a real pseudo-terminal takes."""

from __future__ import annotations

import os
import pty
import tty
from collections.abc import Iterator

import pytest

from engine.deliver.inject.line_limit import line_limit, longest_line


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    """A pseudo-terminal: the end of the keyboard and screen, and the end of the program."""
    ends = pty.openpty()
    yield ends
    for end in ends:
        os.close(end)


def test_a_line_as_long_as_the_limit_arrives_and_a_longer_one_does_not(terminal: tuple[int, int]) -> None:
    keyboard, program = terminal
    limit = line_limit(os.ttyname(program))
    assert limit is not None
    for size in (limit, limit + 1):
        os.write(keyboard, b"x" * size)
        os.write(keyboard, b"\r")
        assert os.read(program, 100_000) == b"x" * limit + b"\n"


def test_a_program_that_edits_its_own_line_has_no_limit(terminal: tuple[int, int]) -> None:
    tty.setcbreak(terminal[1])
    assert line_limit(os.ttyname(terminal[1])) is None


@pytest.mark.parametrize("device", ["/nowhere", "/dev/null"])
def test_what_is_no_terminal_has_none(device: str) -> None:
    assert line_limit(device) is None


def test_lines_are_measured_in_bytes() -> None:
    assert longest_line("ab\nééé\n\nx") == 6
