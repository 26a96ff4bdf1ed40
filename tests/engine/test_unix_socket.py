"""Sockets in a folder: one listener at a time, and a dead one makes room."""

from __future__ import annotations

import os
import socket
import stat
import threading
from pathlib import Path

import pytest

from engine.errors import RemoteError
from engine.unix_socket import LONGEST, claim, connect, release


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "s.sock")


def test_a_claimed_socket_is_for_this_user_alone_and_takes_connections(path: str) -> None:
    with claim(path) as listener:
        assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
        client = connect(path)
        assert client is not None
        with client, listener.accept()[0] as served:
            client.sendall(b"x")
            assert served.recv(1) == b"x"
        release(path, listener)
    assert not os.path.lexists(path)
    assert connect(path) is None


def test_a_socket_whose_program_died_is_replaced(path: str) -> None:
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(path)
        dead.listen()
    assert os.path.exists(path)
    listener = claim(path)
    client = connect(path)
    assert client is not None
    client.close()
    release(path, listener)
    release(path, listener)


def test_who_listens_there_is_named_and_left_alone(path: str) -> None:
    listener = claim(path)
    with pytest.raises(RemoteError, match=f"process {os.getpid()} listens"):
        claim(path)
    client = connect(path)
    assert client is not None
    client.close()
    release(path, listener)


def test_of_many_that_claim_a_dead_socket_at_once_one_gets_it(path: str) -> None:
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(path)
    won: list[socket.socket] = []
    refused: list[RemoteError] = []

    def try_it() -> None:
        try:
            won.append(claim(path))
        except RemoteError as error:
            refused.append(error)

    threads = [threading.Thread(target=try_it) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(won), len(refused)) == (1, 7)
    release(path, won[0])


def test_another_socket_that_lies_there_meanwhile_is_not_removed(path: str) -> None:
    first = claim(path)
    os.unlink(path)
    second = claim(path)
    release(path, first)
    client = connect(path)
    assert client is not None
    client.close()
    release(path, second)
    assert not os.path.lexists(path)


def test_a_file_is_left_alone(path: str) -> None:
    Path(path).write_text("mine")
    with pytest.raises(RemoteError, match="is no socket"):
        claim(path)
    assert Path(path).read_text() == "mine"


def test_a_path_that_cannot_be_is_explained(tmp_path: Path) -> None:
    with pytest.raises(RemoteError, match=rf"too long for a socket: .*{LONGEST} is the most"):
        claim("/tmp/" + "x" * LONGEST)
    with pytest.raises(RemoteError, match="there is no folder"):
        claim(str(tmp_path / "none" / "s.sock"))
