"""Sockets in a folder: one listener at a time, and a dead one makes room."""

from __future__ import annotations

import fcntl
import os
import socket
import stat
import threading
from pathlib import Path

import pytest

from engine import path_lock, runtime_folder
from engine.errors import RemoteError
from engine.unix_socket import LONGEST, TakenError, claim, connect, peer_user, release


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
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(path)
        release(path, first)
        assert os.path.lexists(path)


def test_a_path_that_was_released_is_not_released_again_from_who_came_after(path: str) -> None:
    first = claim(path)
    release(path, first)
    second = claim(path)
    first.file = second.file  # type: ignore[attr-defined]  # a disk uses the number of a file again
    release(path, first)
    assert os.path.lexists(path)
    release(path, second)
    assert os.listdir(runtime_folder.own()) == []


def test_who_holds_the_lock_is_not_dead_because_it_refuses(path: str) -> None:
    listener = claim(path)
    os.unlink(path)
    with socket.socket(socket.AF_UNIX) as full:
        full.bind(path)  # it does not listen: who connects is refused
        with pytest.raises(TakenError, match="another program listens there"):
            claim(path)
        assert os.path.lexists(path)
    release(path, listener)


def test_who_only_looks_whether_a_path_is_claimed_is_not_taken_for_its_listener(
    path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    looking = path_lock.take(path)
    monkeypatch.setattr("engine.path_lock.time.sleep", lambda _: looking.give_up())
    release(path, claim(path))


def test_other_users_cannot_hold_what_a_claim_needs(path: str) -> None:
    folder = os.open(os.path.dirname(path), os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_EX)
    release(path, claim(path))
    os.close(folder)


def test_where_no_lock_can_be_it_is_said(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.runtime_folder._named", lambda: iter([f"{__file__}/utter"]))
    with pytest.raises(RemoteError, match="The folder for sockets cannot be used"):
        claim(path)


def test_the_user_at_the_other_end_is_told(path: str) -> None:
    listener = claim(path)
    client = connect(path)
    assert client is not None
    with client:
        assert peer_user(client) == os.getuid()
    release(path, listener)


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
