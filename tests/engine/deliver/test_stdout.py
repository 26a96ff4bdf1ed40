"""Standard output as a target: harmless text, and an honest word where it cannot be written."""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Iterator

import pytest

from engine.deliver import patient_write, stdout
from engine.deliver.stdout import StandardOutput
from engine.deliver.surroundings import Surroundings
from engine.deliver.target import Delivery
from tests.support.pty_screen import PtyScreen


class FullDisk(io.BytesIO):
    """Refuses what is flushed, as /dev/full does."""

    def write(self, data: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


async def test_text_is_printed_without_what_a_terminal_obeys(capsys: pytest.CaptureFixture[str]) -> None:
    outcome = await StandardOutput().deliver("one \x1b[2Jtwo")
    assert outcome.status is Delivery.DELIVERED
    assert capsys.readouterr().out == "one two\n"


async def test_a_letter_that_the_encoding_lacks_is_a_failed_delivery(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), "ascii"))
    outcome = await StandardOutput().deliver("caf\u00e9")
    assert outcome.status is Delivery.FAILED
    assert "ascii" in outcome.detail


async def test_an_output_that_is_closed_or_absent_is_a_failed_delivery(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    closed = io.StringIO()
    closed.close()
    for stream in (closed, None):
        monkeypatch.setattr(sys, "stdout", stream)
        outcome = await StandardOutput().deliver("text")
        assert outcome.status is Delivery.FAILED
        assert "closed" in outcome.detail


async def test_a_full_disk_is_a_failed_delivery(monkeypatch: pytest.MonkeyPatch) -> None:
    full = io.TextIOWrapper(FullDisk())
    monkeypatch.setattr(sys, "stdout", full)
    outcome = await StandardOutput().deliver("text")
    assert outcome.status is Delivery.FAILED
    assert "No space left" in outcome.detail


@pytest.fixture
def pipe(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The reading end of a pipe that is the standard output, while a screen shows everything else printed."""
    reading, writing = os.pipe()
    with os.fdopen(writing, "w"):
        monkeypatch.setattr(stdout, "DESCRIPTOR", writing)
        monkeypatch.setattr(sys, "stdout", io.StringIO())
        yield reading
    os.close(reading)


def with_a_screen() -> StandardOutput:
    return StandardOutput("", Surroundings(writer=lambda sequence: None))


async def test_below_a_screen_a_pipe_gets_the_text_at_once(pipe: int) -> None:
    outcome = await with_a_screen().deliver("caf\u00e9")
    assert outcome.status is Delivery.DELIVERED
    assert os.read(pipe, 100) == "caf\u00e9\n".encode()


async def test_a_reader_that_stands_still_is_not_waited_for_for_ever(
    pipe: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patient_write, "TIME_OUT_S", 0.05)
    outcome = await with_a_screen().deliver("x" * 300_000)
    assert (outcome.status, outcome.detail) == (
        Delivery.FAILED,
        "It cannot be written: it took nothing for 0.05 s. A part of the text is in it.",
    )


HOLDING = """
import asyncio, sys
from engine.deliver.stdout import StandardOutput
from engine.deliver.surroundings import Surroundings
target = StandardOutput("", Surroundings(writer=print))
for text in ("one", "two"):
    outcome = asyncio.run(target.deliver(text))
    print(outcome.status, outcome.detail)
asyncio.run(target.close())
print("the screen is gone")
"""


def test_where_the_screen_is_in_the_way_texts_are_printed_when_it_is_gone() -> None:
    with PtyScreen([sys.executable, "-c", HOLDING], {}, 80, 24) as screen:
        lines = screen.read_to_end().splitlines()
    assert lines == [*["sent It is printed when utter ends."] * 2, "the screen is gone", "one", "two"]
