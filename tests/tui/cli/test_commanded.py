"""The end of an engine that is commanded: who listens hears of it, and a fault is told."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from pathlib import Path
from typing import cast

import pytest
from textual.app import App

from engine.events import Notice
from engine.remote.control import Control
from engine.session import DictationSession
from tests.support.commanding import connected
from tests.support.enhanced_session import at_desk, until
from tui.app import UtterApp
from tui.cli import daemon, workstation
from tui.cli.commanded import Commanded, one_engine


async def test_a_reader_that_pauses_has_time_to_hear_of_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.remote.control.FAREWELL_S", 20.0)
    monkeypatch.setattr("tui.cli.commanded.LEAVE_S", 20.0)
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


@pytest.fixture
def finished(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether the session was closed by then, each time that readers were to take leave."""
    seen: list[bool] = []

    async def note(_: Commanded) -> None:
        seen.append(closed.is_set())

    closed = asyncio.Event()
    close = DictationSession.close

    async def close_and_note(session: DictationSession) -> Path | None:
        kept = await close(session)
        closed.set()
        return kept

    monkeypatch.setattr(DictationSession, "close", close_and_note)
    monkeypatch.setattr(Commanded, "finish", note)
    return seen


async def test_a_daemon_has_its_readers_take_leave(
    monkeypatch: pytest.MonkeyPatch, finished: list[bool]
) -> None:
    async with at_desk(monkeypatch) as desk:
        serving = asyncio.create_task(daemon._serve(lambda _: desk.session, Commanded(None)))
        await until(lambda: signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGTERM)
        assert await serving == 0
        assert finished == [True]


async def test_a_workstation_has_its_readers_take_leave(finished: list[bool]) -> None:
    class Broken(App[None]):
        async def run_async(self, **_: object) -> None:
            raise RuntimeError("not foreseen")

    with pytest.raises(RuntimeError):
        await workstation._show(cast(UtterApp, Broken()), Commanded(None))
    assert len(finished) == 1
