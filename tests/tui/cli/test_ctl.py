"""`utter ctl`: what it prints, and its exit codes."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from engine.remote import commands
from engine.remote.control import Control
from engine.remote.engine_claim import AnotherEngineError, claim_engine
from engine.runtime_folder import CONTROL, own
from engine.state import DictationState
from engine.unix_socket import claim
from tests.support.commanding import Client, commanded
from tests.support.enhanced_session import Desk
from tui.cli import control_client, ctl
from tui.cli.main import main

UTTER = [sys.executable, "-c", "from tui.cli.entry import main; raise SystemExit(main())"]


async def utter_ctl(*words: str) -> int:
    return await asyncio.to_thread(ctl.command, list(words))


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


async def test_a_dictation_by_commands(desk: Desk, client: Client, capfd: pytest.CaptureFixture[str]) -> None:
    assert await utter_ctl("start") == 0
    await desk.say("hello there")
    assert await utter_ctl("stop") == 0
    await desk.delivered("Hello there.")
    assert await utter_ctl("paste-last") == 0
    assert capfd.readouterr() == (
        "Recording.\nStopped; the last words are being recognised.\nDelivered to: collection.\n",
        "",
    )


async def test_what_it_gave_up_on_is_not_done_later(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(control_client, "TIMEOUT_S", 0.05)
    monkeypatch.setattr(commands, "ON_ITS_WAY_S", 0.0)
    claim = claim_engine("daemon")
    assert await utter_ctl("start") == 2
    assert "has not answered in" in capfd.readouterr().err
    answering = asyncio.create_task(Control(desk.session, claim).run())
    monkeypatch.setattr(control_client, "TIMEOUT_S", 20.0)
    assert await utter_ctl("cancel") == 1  # it came later, and is answered later
    assert await utter_ctl("start") == 0
    assert desk.session.state is DictationState.ARMING
    answering.cancel()
    await asyncio.gather(answering, return_exceptions=True)


async def test_a_script_that_stops_and_starts_again_starts(desk: Desk, client: Client) -> None:
    """A shell becomes the last command of its script, and began long before it."""
    script = 'sleep 0.05; "$@" ctl stop; "$@" ctl start'
    shell = await asyncio.create_subprocess_exec("bash", "-c", script, "bash", *UTTER)
    assert await shell.wait() == 0
    assert desk.session.state is DictationState.ARMING


async def test_nothing_to_do_is_1_and_a_mistake_is_2(
    desk: Desk, client: Client, capfd: pytest.CaptureFixture[str]
) -> None:
    assert await utter_ctl("cancel") == 1
    assert await utter_ctl("mode", "emial") == 2
    assert capfd.readouterr() == (
        "There is nothing to cancel.\n",
        'utter: There is no writing mode "emial". Did you mean email?\n',
    )


async def test_status_in_words_and_whole(
    desk: Desk, client: Client, capfd: pytest.CaptureFixture[str]
) -> None:
    assert await utter_ctl("status") == 0
    assert capfd.readouterr().out.startswith("Ready to record.\nMode clean; texts go to: collection.\n")
    assert await utter_ctl("status", "--json") == 0
    whole = json.loads(capfd.readouterr().out)
    assert (whole["result"], whole["status"]["state"]) == ("done", "ready")


async def test_subscribe_prints_lines_at_once_until_the_engine_ends(desk: Desk) -> None:
    async with commanded(desk.session) as client:
        reader = await asyncio.create_subprocess_exec(
            *UTTER, "ctl", "subscribe", stdout=asyncio.subprocess.PIPE
        )
        assert reader.stdout is not None
        names = []
        started = asyncio.Event()

        async def read() -> None:
            assert reader.stdout is not None
            async for line in reader.stdout:
                names.append(json.loads(line)["event"])
                started.set()

        reading = asyncio.create_task(read())
        async with asyncio.timeout(20):
            await started.wait()
            await client.ask("mode", name="email")
            await desk.session.close()
            await reading
            assert await reader.wait() == 0
    assert names[0] == "state"
    assert "setting" in names
    assert names[-1] == "closed"


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
        run = [
            sys.executable,
            "-c",
            "from tui.cli.entry import main; raise SystemExit(main())",
            "ctl",
            command,
        ]
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
        monkeypatch.setattr(control_client, "TIMEOUT_S", 20.0)
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


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["stauts"], 'There is no command "stauts" of `utter ctl`. Did you mean status?'),
        (["fly"], 'There is no command "fly" of `utter ctl`. There are: start, stop,'),
        (["status", "--jsn"], 'There is no option "--jsn" of `utter ctl`. Did you mean --json?'),
        (["start", "--levels"], 'There is no option "--levels" of `utter ctl`.'),
        (["mode"], "One name stands behind mode: `utter ctl mode NAME`."),
        (["start", "now"], "Nothing stands behind start: `utter ctl start`."),
    ],
)
def test_a_mistake_on_the_command_line_is_told(
    words: list[str], said: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert ctl.command(words) == 2
    told = capfd.readouterr()
    assert told.out == ""
    assert told.err.startswith(f"utter: {said}")
    assert told.err.count("\n") == 1


def test_help_is_there_by_both_ways(capfd: pytest.CaptureFixture[str]) -> None:
    assert ctl.command(["--help"]) == 0
    assert ctl.command([]) == 2
    assert main(["ctl", "help"]) == 0
    helps = capfd.readouterr().out.split("usage: ")[1:]
    assert len(set(helps)) == 1
    assert all(name in helps[0] for name in ctl.COMMANDS)
