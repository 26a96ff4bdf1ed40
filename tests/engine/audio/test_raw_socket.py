"""Raw sound from any program over a socket: one that connects, and one that listens."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from engine.audio.format import AudioFormat, RawBlock
from engine.audio.raw_socket import SocketSource
from engine.errors import AudioError
from engine.path_lock import is_held
from tests.support.scripted_sender import TIMEOUT_S, KeptSound, until


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "raw.sock")


@pytest.fixture
def source(path: str) -> Iterator[SocketSource]:
    made = SocketSource(path)
    yield made
    made.close()


def sound(samples: int) -> RawBlock:
    return (np.arange(samples) - 3_000).astype("<i2")


def program(path: str) -> socket.socket:
    made = socket.socket(socket.AF_UNIX)
    made.settimeout(TIMEOUT_S)
    made.connect(path)
    return made


def test_any_program_connects_and_writes(source: SocketSource, path: str) -> None:
    kept = KeptSound()
    assert source.open(kept) == AudioFormat(16_000, 1, "int16")
    assert source.link().state == "waiting"
    data = sound(2_000).tobytes()
    with program(path) as first:
        first.sendall(data[:1])
        first.sendall(data[1:1_001])
        first.sendall(data[1_001:])
        kept.wait(2_000)
        until(lambda: source.link().state == "connected")
    until(lambda: source.link().state == "waiting")
    with program(path) as second:
        second.sendall(data)
        np.testing.assert_array_equal(kept.wait(4_000), np.tile(sound(2_000), 2))
    assert all(block.dtype == np.int16 for block in kept.blocks)
    source.close()
    assert not os.path.lexists(path)


def test_a_program_that_leaves_without_sound_is_counted(source: SocketSource, path: str) -> None:
    kept = KeptSound()
    source.open(kept)
    program(path).close()
    until(lambda: source.link().silent == 1)
    with program(path) as heard:
        heard.sendall(sound(500).tobytes())
        kept.wait(500)
    until(lambda: source.link().state == "waiting")
    assert source.link().silent == 1


def test_a_program_that_listens_is_connected_to_and_again_after_it_ended(
    source: SocketSource, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.audio.raw_socket.AGAIN_S", 0.01)
    kept = KeptSound()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.settimeout(TIMEOUT_S)
        listener.bind(path)
        listener.listen()
        source.open(kept)
        with listener.accept()[0] as served:
            served.sendall(sound(500).tobytes())
            kept.wait(500)
        with listener.accept()[0] as served:
            served.sendall(sound(500).tobytes())
            kept.wait(1_000)
    # Nobody keeps the sound of a program that has ended.
    until(lambda: source.link().state == "waiting")
    source.close()
    assert os.path.exists(path)


def test_what_is_written_faster_than_it_is_spoken_is_taken_whole(source: SocketSource, path: str) -> None:
    kept = KeptSound()
    source.open(kept)
    with program(path) as writer:
        writer.sendall(sound(30_000).tobytes())
        np.testing.assert_array_equal(kept.wait(30_000), sound(30_000))


def test_a_program_that_pours_its_sound_has_to_wait(source: SocketSource, path: str) -> None:
    kept = KeptSound()
    source.open(kept)
    with program(path) as writer:
        writer.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        for second in range(1, 9):
            writer.sendall(bytes(32_000))
            assert second * 16_000 - kept.taken < 4 * 16_000


def test_another_utter_that_waits_for_sound_is_no_microphone(source: SocketSource, path: str) -> None:
    source.open(KeptSound())
    with pytest.raises(AudioError, match=r"Another utter listens at .*raw\.sock\. End that one first"):
        SocketSource(path).open(KeptSound())
    assert source.link().state == "waiting"


def test_another_utter_that_listens_where_a_program_ended_is_not_connected_to(
    source: SocketSource, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.audio.raw_socket.AGAIN_S", 0.2)
    looked: list[str] = []

    def look(where: str) -> bool:
        looked.append(where)
        return is_held(where)

    with socket.socket(socket.AF_UNIX) as listener:
        listener.settimeout(TIMEOUT_S)
        listener.bind(path)
        listener.listen()
        source.open(KeptSound())
        listener.accept()[0].close()
    until(lambda: source.link().state == "waiting")
    other = SocketSource(path)
    other.open(KeptSound())
    monkeypatch.setattr("engine.audio.raw_socket.is_held", look)
    try:
        until(lambda: len(looked) > 1)
        assert (source.link().state, other.link().state) == ("waiting", "waiting")
    finally:
        other.close()


def test_what_cannot_be_is_explained(tmp_path: Path) -> None:
    file = tmp_path / "talk.wav"
    file.write_bytes(b"RIFF")
    with pytest.raises(AudioError, match=r"talk\.wav is no socket"):
        SocketSource(str(file)).open(KeptSound())
    with pytest.raises(AudioError, match="too long for a socket"):
        SocketSource("/tmp/" + "x" * 200).open(KeptSound())
    with pytest.raises(AudioError, match="there is no folder"):
        SocketSource(str(tmp_path / "none" / "s")).open(KeptSound())


def test_the_sound_of_another_user_is_refused(
    source: SocketSource, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.audio.raw_socket.peer_user", lambda _: 4242)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen()
        with pytest.raises(AudioError, match="A program of another user listens at"):
            source.open(KeptSound())
        monkeypatch.undo()
        source.open(KeptSound())


def test_a_link_to_a_socket_is_not_followed(source: SocketSource, path: str) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"{path}.real")
        listener.listen()
        os.symlink(f"{path}.real", path)
        with pytest.raises(AudioError, match="is no socket"):
            source.open(KeptSound())
