"""`utter ctl`: what it prints, and its exit codes."""

from __future__ import annotations

import asyncio
import json

import pytest

from engine.remote import commands, request_times
from engine.remote.control import Control
from engine.remote.engine_claim import claim_engine
from engine.state import DictationState
from tests.support.commanding import PATIENCE_S, UTTER, Client, commanded
from tests.support.enhanced_session import Desk
from tui.cli import control_client, ctl
from tui.cli.main import main


@pytest.fixture(autouse=True)
def answers_have_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(control_client, "TIMEOUT_S", PATIENCE_S)
    monkeypatch.setattr(commands, "DELIVERY_S", PATIENCE_S)


async def utter_ctl(*words: str) -> int:
    return await asyncio.to_thread(ctl.command, list(words))


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
    monkeypatch.setattr(request_times, "ON_ITS_WAY_S", 0.0)
    claim = claim_engine("daemon")
    assert await utter_ctl("start") == 2
    assert "has not answered in" in capfd.readouterr().err
    answering = asyncio.create_task(Control(desk.session, claim).run())
    monkeypatch.setattr(control_client, "TIMEOUT_S", PATIENCE_S)
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
