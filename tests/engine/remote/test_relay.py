"""The relay as ssh starts it: pipes on one side, the socket of an utter on the other."""

from __future__ import annotations

import os
import select
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from engine.remote import relay
from engine.remote.relay import MARKER, STILL_HERE
from engine.remote.wire import Decoder, Pong
from engine.runtime_folder import MICROPHONE, own

PATIENCE_S = 30
COMMAND = [sys.executable, "-m", "tui.cli", "mic", "--relay"]

Relay = subprocess.Popen[bytes]


@contextmanager
def running(command: Sequence[str]) -> Iterator[Relay]:
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, bufsize=0) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture
def started() -> Iterator[Relay]:
    with running(COMMAND) as process:
        yield process


def listen() -> socket.socket:
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(os.path.join(own(), MICROPHONE))
    listener.listen()
    listener.settimeout(PATIENCE_S)
    return listener


def accept(listener: socket.socket) -> socket.socket:
    connection, _ = listener.accept()
    connection.settimeout(PATIENCE_S)
    return connection


def read(process: Relay, count: int) -> bytes:
    """So many bytes of its standard output, or fewer where it ends."""
    assert process.stdout is not None
    data = b""
    deadline = time.monotonic() + PATIENCE_S
    while len(data) < count:
        assert select.select([process.stdout], [], [], max(0.0, deadline - time.monotonic()))[0], data
        piece = os.read(process.stdout.fileno(), count - len(data))
        if not piece:
            break
        data += piece
    return data


def complaint(process: Relay) -> str:
    assert process.stderr is not None
    return process.stderr.readline().decode()


def write(process: Relay, data: bytes) -> None:
    assert process.stdin is not None
    process.stdin.write(data)


def test_it_copies_both_ways_and_ends_with_the_pipe() -> None:
    with listen() as listener, running(COMMAND) as process, accept(listener) as receiver:
        write(process, b"hello")
        assert receiver.recv(5) == b"hello"
        receiver.sendall(b"welcome")
        assert read(process, len(MARKER) + 7) == MARKER + b"welcome"
        big = bytes(range(256)) * 2000
        writing = threading.Thread(target=receiver.sendall, args=(big,))
        writing.start()
        assert read(process, len(big)) == big
        writing.join()
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(PATIENCE_S) == 0
        assert receiver.recv(1) == b""


def test_it_waits_for_an_utter_and_hands_on_what_was_said_meanwhile(started: Relay, home: Path) -> None:
    assert "No utter on" in complaint(started)
    write(started, b"hello ")
    folder = Path(own())
    # What a dead utter left behind is nobody who listens.
    dead = socket.socket(socket.AF_UNIX)
    dead.bind(str(folder / MICROPHONE))
    dead.close()
    write(started, b"again")
    (folder / MICROPHONE).unlink()
    with listen() as listener, accept(listener) as receiver:
        heard = b""
        while len(heard) < 11:
            heard += receiver.recv(11)
        assert heard == b"hello again"
        receiver.close()
    assert started.wait(PATIENCE_S) == 0


def test_it_ends_with_its_pipe_while_it_waits(started: Relay) -> None:
    assert "No utter on" in complaint(started)
    assert started.stdin is not None
    started.stdin.close()
    assert started.wait(PATIENCE_S) == 0
    assert read(started, 1000) == MARKER


def with_constants(**constants: float) -> list[str]:
    """The relay with other figures than its own."""
    changed = "".join(f"relay.{name} = {value}; " for name, value in constants.items())
    return [sys.executable, "-c", f"from engine.remote import relay; {changed}raise SystemExit(relay.main())"]


def test_a_sender_that_fell_silent_is_given_up() -> None:
    with running(with_constants(SILENT_S=2.0, LOOK_S=0.01, STILL_HERE_S=0.01)) as waiting:
        assert waiting.wait(PATIENCE_S) == 0
        assert read(waiting, len(MARKER + STILL_HERE)) == MARKER + STILL_HERE
    silent = with_constants(SILENT_S=0.2)
    with listen() as listener, running(silent) as copying, accept(listener) as receiver:
        assert copying.wait(PATIENCE_S) == 0
        assert receiver.recv(1) == b""


def test_a_sender_that_says_far_more_than_one_that_waits_is_given_up(home: Path) -> None:
    with running(with_constants(SILENT_S=1e6, MOST=1000)) as process:
        assert "No utter on" in complaint(process)
        write(process, bytes(1001))
        assert process.wait(PATIENCE_S) == 0


def test_its_sign_of_life_is_a_message_of_the_wire() -> None:
    assert Decoder().push(relay.STILL_HERE) == [Pong(0)]


def test_it_needs_nothing_beyond_the_standard_library() -> None:
    code = (
        "import sys; before = set(sys.modules); sys.argv = ['utter', 'mic', '--relay']; "
        "from tui.cli.entry import main; main(); print(*sorted(set(sys.modules) - before), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", code], stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE_S
    )
    imported = done.stderr.decode().splitlines()[-1].split()
    assert "engine.remote.relay" in imported
    outside = {name.partition(".")[0] for name in imported} - set(sys.stdlib_module_names)
    assert outside == {"engine", "tui"}
