"""Standard output as a target: harmless text, and an honest word where it cannot be written."""

from __future__ import annotations

import errno
import io
import os
import sys

import pytest

from engine.deliver.stdout import StandardOutput
from engine.deliver.target import Delivery


class FullDisk(io.BytesIO):
    """Refuses what is flushed, as /dev/full does."""

    def write(self, data: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


async def test_text_is_printed_without_what_a_terminal_obeys(capsys: pytest.CaptureFixture[str]) -> None:
    outcome = await StandardOutput().deliver("one \x1b[2Jtwo")
    assert outcome.status is Delivery.DELIVERED
    assert capsys.readouterr().out == "one [2Jtwo\n"


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
