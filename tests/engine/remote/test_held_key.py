"""A key that is held has an engine record: it repeats, overtakes itself, and is let go too early."""

from __future__ import annotations

import pytest

from engine.audio.sources import LinkState
from engine.events import DictationFinished, LinkChanged, RecordingStopped, StateChanged
from engine.remote import commands, moment, request_times
from engine.state import DictationState
from tests.support.commanding import Client
from tests.support.enhanced_session import Desk

_S = DictationState


@pytest.fixture(autouse=True)
def first_sound_has_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for it as long as a busy machine may take to make it."""
    monkeypatch.setattr(commands, "FIRST_SOUND_S", 60.0)


async def test_a_key_that_is_held_and_repeats_makes_one_dictation(desk: Desk, client: Client) -> None:
    first = await client.ask("start", at=moment.began())
    assert (first["result"], first["said"], first["state"]) == ("done", "Recording.", "arming")
    assert (await client.ask("start"))["said"] == "Recording already."
    await desk.say("hello there")
    assert (await client.ask("start"))["state"] == "recording"
    assert (await client.ask("stop"))["result"] == "done"
    assert (await client.ask("stop"))["result"] == "done"
    await desk.delivered("Hello there.")
    assert len(desk.driver.all(RecordingStopped)) == 1
    assert (await client.ask("stop"))["said"] == "Nothing is being recorded."


async def test_a_stop_before_the_first_sound_ends_the_recording_with_it(desk: Desk, client: Client) -> None:
    await client.ask("start")
    assert desk.session.state is _S.ARMING
    assert (await client.ask("stop"))["result"] == "done"
    assert desk.session.state is _S.ARMING
    await desk.say("a")
    await desk.driver.wait_for(RecordingStopped, reason="key")
    await desk.driver.wait_for(DictationFinished)


async def test_a_stop_whose_first_sound_does_not_come_records_nothing(
    desk: Desk, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "FIRST_SOUND_S", 0.05)
    await client.ask("start")
    await client.ask("stop")
    await desk.driver.wait_for(StateChanged, state=_S.READY, previous=_S.ARMING)
    await desk.say("said to somebody else")
    assert (await client.ask("status"))["status"]["text"] == ""
    assert not desk.driver.all(RecordingStopped)


@pytest.mark.parametrize("state", ["waiting", "broken"])
async def test_a_stop_while_nobody_is_connected_records_nothing(
    desk: Desk, client: Client, state: LinkState
) -> None:
    desk.session._bus.publish(LinkChanged(state))
    await client.ask("start")
    stopped = await client.ask("stop")
    assert (stopped["said"], stopped["state"]) == (
        "Nothing is recorded: no microphone is connected.",
        "ready",
    )


async def test_pressing_again_before_the_first_sound_takes_the_stop_back(desk: Desk, client: Client) -> None:
    await client.ask("start")
    await client.ask("stop")
    assert (await client.ask("start"))["said"] == "Recording goes on."
    await desk.say("hello there")
    assert (await client.ask("status"))["state"] == "recording"
    await client.ask("stop")
    await desk.delivered("Hello there.")


async def test_a_start_that_its_stop_has_overtaken_is_no_start(
    desk: Desk, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_times, "OVERTAKING_S", 60.0)
    now = moment.now()
    await client.ask("stop", at=now)
    late = await client.ask("start", at=now - 0.05)
    assert (late["result"], late["state"]) == ("nothing", "ready")
    assert (await client.ask("start", at=now))["state"] == "arming"


async def test_a_start_that_began_long_before_its_stop_is_a_start(desk: Desk, client: Client) -> None:
    now = moment.now()
    await client.ask("stop", at=now)
    assert (await client.ask("start", at=now - request_times.OVERTAKING_S - 1))["state"] == "arming"


@pytest.mark.parametrize("at", ["Infinity", "NaN", "-1", "true", '"x"', "1e300", "9" * 400, "-" + "9" * 400])
async def test_a_moment_that_makes_no_sense_holds_nobody_up(desk: Desk, client: Client, at: str) -> None:
    await client.send(f'{{"command": "stop", "at": {at}}}\n'.encode())
    assert (await client.line())["result"] == "done"
    await client.send(f'{{"command": "status", "until": {at}}}\n'.encode())
    assert (await client.line())["result"] == "done"
    assert (await client.ask("start", at=moment.now()))["state"] == "arming"


async def test_a_recording_is_ended_however_late(desk: Desk, client: Client) -> None:
    await client.ask("start")
    await desk.say("hello there")
    assert (await client.ask("cancel", until=moment.now()))["state"] == "recording"
    assert (await client.ask("stop", until=moment.now()))["said"].startswith("Stopped")
    await desk.delivered("Hello there.")


async def test_what_comes_while_the_source_is_opened_holds_once_it_is(desk: Desk, client: Client) -> None:
    desk.session._life.move(_S.STARTING)
    assert (await client.ask("start"))["said"] == "Recording begins as soon as the source of sound is open."
    desk.session._life.move(_S.READY)
    await desk.driver.wait_for(StateChanged, state=_S.ARMING)


async def test_a_stop_while_the_source_is_opened_ends_what_begins_then(desk: Desk, client: Client) -> None:
    """Somebody at the screen may have asked for a recording."""
    desk.session._life.move(_S.STARTING)
    assert (await client.ask("stop"))["said"] == "Nothing will be recorded."
    desk.session._life.move(_S.READY)
    desk.session.start_recording()
    await desk.say("hello there")
    await desk.driver.wait_for(RecordingStopped, reason="key")


async def test_toggle_takes_a_stop_before_the_first_sound_back(desk: Desk, client: Client) -> None:
    await client.ask("toggle")
    await client.ask("toggle")
    assert (await client.ask("toggle"))["said"] == "Recording goes on."
    await desk.say("hello there")
    assert (await client.ask("status"))["state"] == "recording"


async def test_what_waited_for_a_source_that_could_not_be_opened_waits_no_longer(
    desk: Desk, client: Client
) -> None:
    desk.session._life.move(_S.STARTING)
    await client.ask("start")
    for state in (_S.FAILED, _S.STARTING, _S.READY):
        desk.session._life.move(state)
        assert (await client.ask("status"))["state"] == state
    assert (await client.ask("status"))["state"] == "ready"


async def test_what_comes_while_the_source_is_opened_can_be_taken_back(desk: Desk, client: Client) -> None:
    desk.session._life.move(_S.STARTING)
    await client.ask("toggle")
    assert (await client.ask("toggle"))["said"] == "Taken back."
    await client.ask("start")
    assert (await client.ask("cancel"))["said"] == "Taken back."
    desk.session._life.move(_S.READY)
    assert (await client.ask("status"))["state"] == "ready"
    assert (await client.ask("status"))["state"] == "ready"


async def test_toggle_starts_and_stops(desk: Desk, client: Client) -> None:
    assert (await client.ask("toggle"))["state"] == "arming"
    await desk.say("hello there")
    assert (await client.ask("toggle"))["state"] == "finishing"
    await desk.delivered("Hello there.")
