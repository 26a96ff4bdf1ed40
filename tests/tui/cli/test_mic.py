"""Where `utter mic` takes sound, by its command line."""

from __future__ import annotations

from argparse import Namespace
from functools import partial
from pathlib import Path

from tui.cli import mic


def test_the_home_folder_may_be_written_short_in_a_sockets_path(home: Path) -> None:
    way = mic._way(Namespace(to="unix:~/sound", ssh="ssh", remote_command="utter"), print)
    assert isinstance(way, partial)
    assert way.args == (f"{home}/sound",)
