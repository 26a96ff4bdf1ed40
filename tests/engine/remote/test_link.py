"""Links to sockets of this machine: what is said where nobody takes sound."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import RemoteError
from engine.remote.link import HopelessLinkError, open_socket
from engine.runtime_folder import MICROPHONE, own
from tui.cli.main import main


async def test_who_finds_nobody_is_told_where_sound_is_taken(tmp_path: Path) -> None:
    with pytest.raises(RemoteError) as raised:
        await open_socket(str(tmp_path / "sound"))
    usual = Path(own()) / MICROPHONE
    assert str(raised.value) == (
        f"Nobody takes sound at {tmp_path / 'sound'}: No such file or directory. "
        f"Start `utter --source remote` on this machine; it takes sound at {usual} alone."
    )
    with pytest.raises(RemoteError, match=r"No such file or directory\. Start `utter .*` on this machine.$"):
        await open_socket(str(usual))


async def test_what_is_no_socket_is_not_tried_again(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(HopelessLinkError, match="is no socket"):
        await open_socket(str(tmp_path / "file"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--to", "unix:"], "--to unix: names no socket."),
        (["--to", "host", "--remote-command", ""], "--remote-command names no program."),
    ],
)
def test_empty_names_are_refused(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mic", *arguments]) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"utter: {said}")
    assert told.count("\n") == 1
