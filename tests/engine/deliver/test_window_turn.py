"""Several utters that paste into windows: each in its turn."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator

import pytest

from engine.deliver.surroundings import Surroundings
from engine.deliver.target import Delivery
from engine.deliver.window import FocusedWindow
from tests.support.x_windows import ShownWindow, copy, pasted

_FOREIGN_PASTE = """
import asyncio, sys
from engine.deliver.window_turn import WindowTurn
async def main():
    await WindowTurn().take()
    print("has it", flush=True)
    sys.stdin.read()
asyncio.run(main())
"""


@pytest.fixture
def foreign() -> Iterator[subprocess.Popen[bytes]]:
    """Another program that pastes for ever."""
    command = [sys.executable, "-c", _FOREIGN_PASTE]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"has it\n"
        yield process
        process.kill()


async def test_another_utter_is_waited_for_and_told_of(
    field: ShownWindow, foreign: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.deliver.window_turn.TURN_S", 0.05)
    await asyncio.to_thread(field.focus)
    before = field.text()
    target = FocusedWindow("", Surroundings(environ=field.environ))
    outcome = await target.deliver("in its turn")
    assert outcome.status is Delivery.FAILED
    assert outcome.detail.startswith("Another utter has been pasting into a window")
    foreign.kill()
    await asyncio.to_thread(foreign.wait)
    assert (await target.deliver("in its turn")).status is Delivery.DELIVERED
    await target.close()
    await asyncio.to_thread(field.wait_for, before + "in its turn")


async def test_two_targets_at_once_lose_nothing(field: ShownWindow) -> None:
    copy(field.environ, b"earlier")
    await asyncio.to_thread(field.focus)
    before = field.text()
    targets = [FocusedWindow("", Surroundings(environ=field.environ)) for _ in range(2)]
    outcomes = await asyncio.gather(*(target.deliver("same ") for target in targets))
    assert {outcome.status for outcome in outcomes} == {Delivery.DELIVERED}
    await asyncio.gather(*(target.close() for target in targets))
    await asyncio.to_thread(field.wait_for, before + "same same ")
    assert pasted(field.environ) == b"earlier"
