"""Where `utter mic` sends sound, by its command line, and what ends it."""

from __future__ import annotations

import os
import signal
from argparse import Namespace
from functools import partial
from pathlib import Path

from tests.support.sending import until
from tui.cli import mic


def test_the_home_folder_may_be_written_short_in_a_sockets_path(home: Path) -> None:
    way = mic._way(Namespace(to="unix:~/sound", ssh="ssh", remote_command="utter"), print)
    assert isinstance(way, partial)
    assert way.args == (f"{home}/sound",)


async def test_under_nohup_the_end_of_the_terminal_is_not_its_end() -> None:
    heard: list[int] = []
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with mic._handled(heard.append):
            os.kill(os.getpid(), signal.SIGHUP)
            os.kill(os.getpid(), signal.SIGTERM)
            await until(lambda: signal.SIGTERM in heard)
        assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)
    assert heard == [signal.SIGTERM]
