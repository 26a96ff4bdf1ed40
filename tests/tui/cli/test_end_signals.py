"""Signals that ask for the end, when several of them are one wish."""

from __future__ import annotations

import asyncio
import os
import signal

import pytest

from engine.session import DictationSession
from tests.support.enhanced_session import until
from tests.support.shipped_settings import shipped_settings
from tui.cli import end_signals
from tui.cli.one_dictation import OneDictation


async def test_a_second_signal_of_the_same_moment_does_not_cut_the_end_short(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(end_signals, "TOGETHER_S", 3600.0)
    session = DictationSession(shipped_settings())
    with OneDictation(session, None, prints_lost=False).ended_by_signals() as ended:
        os.kill(os.getpid(), signal.SIGTERM)
        assert await ended == 128 + signal.SIGTERM
    assert signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL
    os.kill(os.getpid(), signal.SIGTERM)
    await session.close()
    assert capsys.readouterr().err.count("Ended by SIGTERM.") == 1
    asyncio.get_running_loop().remove_signal_handler(signal.SIGTERM)


async def test_a_later_signal_ends_the_process_at_once() -> None:
    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, lambda: None)
    end_signals.let_go_of([signal.SIGHUP], 0.01)
    assert signal.getsignal(signal.SIGHUP) is not signal.SIG_DFL
    await until(lambda: signal.getsignal(signal.SIGHUP) is signal.SIG_DFL)


async def test_another_ctrl_c_is_another_wish() -> None:
    loop = asyncio.get_running_loop()
    for one in (signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(one, lambda: None)
    end_signals.let_go_of([signal.SIGINT, signal.SIGHUP], 3600.0)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert signal.getsignal(signal.SIGHUP) is not signal.SIG_DFL
    loop.remove_signal_handler(signal.SIGHUP)
