"""`utter ctl` where an answer does not come, makes no sense, or cannot be printed."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from engine.remote.engine_claim import AnotherEngineError, claim_engine
from engine.runtime_folder import CONTROL, own
from engine.unix_socket import claim
from tests.support.commanding import PATIENCE_S, UTTER
from tui.cli import control_client, ctl


@pytest.fixture(autouse=True)
def answers_have_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(control_client, "TIMEOUT_S", PATIENCE_S)


@contextmanager
def answering(said: bytes | None) -> Iterator[None]:
    """A socket at which somebody answers so, or never."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(os.path.join(own(), CONTROL))
        listener.listen()

        def answer() -> None:
            with listener.accept()[0] as served:
                served.recv(4096)
                if said is not None:
                    served.sendall(said)
                else:
                    done.wait(20)

        done = threading.Event()
        thread = threading.Thread(target=answer)
        thread.start()
        yield
        done.set()
        thread.join()


def test_where_no_utter_runs_one_line_says_so(capfd: pytest.CaptureFixture[str]) -> None:
    assert ctl.command(["toggle"]) == 2
    assert capfd.readouterr() == (
        "",
        "utter: No utter is running here; start `utter` or `utter daemon`.\n",
    )


@pytest.mark.parametrize(
    "said", [b"", b"what?\n", b"[]\n", b'{"result": "perhaps", "said": ""}\n', b"\xff\n"]
)
def test_an_answer_that_makes_no_sense_is_told(said: bytes, capfd: pytest.CaptureFixture[str]) -> None:
    with answering(said):
        assert ctl.command(["status"]) == 2
    assert "answered what makes no sense" in capfd.readouterr().err


def test_an_answer_cannot_command_the_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    with answering(b'{"result": "done", "said": "a\\u001b[2J\\u009bb\\r"}\n'):
        assert ctl.command(["status"]) == 0
    assert capfd.readouterr().out == "a [2J b \n"


@pytest.mark.parametrize("command", ["status", "subscribe"])
def test_what_cannot_be_printed_is_told_once(command: str) -> None:
    with answering(b'{"result": "done", "said": "Events follow."}\n' + b'{"event": "levels"}\n' * 3):
        run = [*UTTER, "ctl", command]
        with open("/dev/full", "wb") as full:
            ended = subprocess.run(run, stdout=full, stderr=subprocess.PIPE, timeout=20, check=False)
    assert ended.returncode == 2
    assert ended.stderr == b"utter: The answer cannot be printed: No space left on device.\n"


def test_an_engine_that_does_not_answer_is_told(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(control_client, "TIMEOUT_S", 0.05)
    with answering(None):
        assert ctl.command(["status"]) == 2
    assert "has not answered in" in capfd.readouterr().err


def test_a_full_queue_is_waited_at_and_then_told_of(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = os.path.join(own(), CONTROL)
    with claim(path) as listener, contextlib.ExitStack() as queue:
        listener.listen(0)
        waiting = []
        with contextlib.suppress(BlockingIOError):
            while True:
                client = queue.enter_context(socket.socket(socket.AF_UNIX))
                client.setblocking(False)
                client.connect(path)
                waiting.append(client)
        monkeypatch.setattr(control_client, "TIMEOUT_S", 0.05)
        assert ctl.command(["status"]) == 2
        assert "has not answered in" in capfd.readouterr().err
        with pytest.raises(AnotherEngineError):
            claim_engine("workstation")
        monkeypatch.setattr(control_client, "TIMEOUT_S", PATIENCE_S)
        code: list[int] = []
        asking = threading.Thread(target=lambda: code.append(ctl.command(["status"])))
        asking.start()
        for client in waiting:
            client.close()
        listener.settimeout(20)
        for _ in range(len(waiting) + 1):
            with listener.accept()[0] as served:
                if served.recv(4096):
                    served.sendall(b'{"result": "done", "said": "Ready."}\n')
        asking.join()
    assert code == [0]
