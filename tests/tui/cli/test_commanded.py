"""The end of an engine that is commanded: who listens hears of it, and a fault is told."""

from __future__ import annotations

import asyncio
import logging

import pytest

from engine.events import Notice
from engine.remote.control import Control
from tests.support.commanding import connected
from tests.support.enhanced_session import at_desk
from tui.cli.commanded import one_engine


async def test_a_reader_that_pauses_has_time_to_hear_of_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    async with at_desk(monkeypatch) as desk:
        with one_engine("daemon") as commanded:
            commanded.attend(desk.session)
            reader = await connected()
            await reader.ask("subscribe")
            reader.writer.transport.pause_reading()  # type: ignore[attr-defined]
            for number in range(100):
                desk.session._bus.publish(Notice("information", f"{number} {'x' * 10_000}"))
            await desk.session.close()
            finishing = asyncio.create_task(commanded.finish())
            await asyncio.sleep(0.05)
            reader.writer.transport.resume_reading()  # type: ignore[attr-defined]
            assert await reader.until("closed") == {"event": "closed"}
            reader.close()
            await finishing


async def test_a_fault_in_answering_is_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(_: Control) -> None:
        raise RuntimeError("not foreseen")

    monkeypatch.setattr(Control, "run", fail)
    async with at_desk(monkeypatch) as desk:
        with one_engine("daemon") as commanded, caplog.at_level(logging.ERROR):
            commanded.attend(desk.session)
            await commanded.finish()
    assert "not foreseen" in caplog.text


async def test_where_nothing_is_commanded_nothing_is_waited_for() -> None:
    with one_engine("daemon") as commanded:
        await commanded.finish()
