"""What a commanded engine does and says; all but the recording by a key that is held."""

from __future__ import annotations

import asyncio
import math
from pathlib import Path

import pytest

from engine import recordings
from engine.deliver.target import Delivery, Outcome
from engine.events import Delivered, DictationCancelled, SettingChanged
from engine.remote import cancellations, commands, moment, request_times
from engine.state import DictationState
from tests.support.commanding import Client, connected
from tests.support.enhanced_session import Desk, until

_S = DictationState


@pytest.fixture(autouse=True)
def deliveries_have_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for them as long as a busy machine may need."""
    monkeypatch.setattr(commands, "DELIVERY_S", 60.0)
    monkeypatch.setattr(cancellations, "KEPT_S", 60.0)


@pytest.mark.parametrize(
    ("command", "fields"), [("start", {}), ("toggle", {}), ("paste-last", {}), ("mode", {"name": "email"})]
)
async def test_what_nobody_waits_for_any_more_is_not_done(
    desk: Desk, client: Client, command: str, fields: dict[str, str]
) -> None:
    await desk.dictate("hello there")
    late = await client.ask(command, until=moment.now(), **fields)
    assert (late["result"], late["said"]) == (
        "failed",
        "That was asked too long ago: it was not done. Ask again.",
    )
    assert (desk.session.state, desk.texts) == (_S.READY, ["Hello there."])
    assert desk.session.settings.enhancement.mode == "clean"
    assert (await client.ask(command, until=moment.now() + 60, **fields))["result"] == "done"


async def test_a_delivery_is_waited_for_no_longer_than_somebody_waits_for_its_answer(
    desk: Desk, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moment, "now", lambda: 100.0)
    await desk.dictate("hello there")
    await desk.session._finisher._deliveries._turn.acquire()
    answer = await client.ask("paste-last", until=100.05 + request_times.ON_ITS_WAY_S)
    assert answer["said"] == "The text is on its way to: collection."
    desk.session._finisher._deliveries._turn.release()


@pytest.fixture
def being_kept(monkeypatch: pytest.MonkeyPatch) -> list[asyncio.Future[Path | None]]:
    """The sound of each dictation that is to be kept: kept once the test says where."""
    kept: list[asyncio.Future[Path | None]] = []

    async def keep(*_: object) -> Path | None:
        kept.append(asyncio.get_running_loop().create_future())
        return await kept[-1]

    monkeypatch.setattr(recordings, "keep", keep)
    return kept


async def test_who_cancels_hears_of_the_sound_of_that_dictation(
    desk: Desk, client: Client, being_kept: list[asyncio.Future[Path | None]]
) -> None:
    desk.session.start_recording()
    await desk.say("hello there")
    assert desk.session.cancel()
    await until(lambda: len(being_kept) == 1)
    await client.ask("start")
    await desk.say_more("and you")
    asked = asyncio.create_task(client.ask("cancel"))
    await until(lambda: len(being_kept) == 2)
    being_kept[0].set_result(Path("/first.wav"))
    await desk.driver.wait_for(DictationCancelled, dictation=1)
    being_kept[1].set_result(Path("/second.wav"))
    assert (await asked)["said"] == "The dictation is cancelled; its sound is kept: /second.wav"


async def test_sound_is_waited_for_no_longer_than_somebody_waits_for_the_answer(
    desk: Desk,
    client: Client,
    being_kept: list[asyncio.Future[Path | None]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cancellations, "KEPT_S", math.inf)
    monkeypatch.setattr(moment, "now", lambda: 100.0)
    await client.ask("start")
    await desk.say("hello there")
    answer = await client.ask("cancel", until=100.05 + request_times.ON_ITS_WAY_S)
    assert answer["said"] == "The dictation is cancelled; its sound is still being written."
    await until(lambda: len(being_kept) == 1)
    being_kept[0].set_result(None)


async def test_cancel_says_whether_there_was_something(desk: Desk, client: Client) -> None:
    assert (await client.ask("cancel"))["result"] == "nothing"
    await client.ask("start")
    assert (await client.ask("cancel"))["said"] == "Taken back; nothing was recorded yet."
    await client.ask("start")
    await desk.say("hello there")
    cancelled = await client.ask("cancel")
    assert (cancelled["result"], cancelled["state"]) == ("done", "ready")
    assert cancelled["said"].endswith(".wav")
    await desk.until_kept(1)


async def test_a_mode_is_taken_and_an_unknown_one_is_not(desk: Desk, client: Client) -> None:
    assert (await client.ask("mode", name="email"))["result"] == "done"
    await desk.driver.wait_for(SettingChanged, key="enhancement.mode", value="email")
    wrong = await client.ask("mode", name="emial")
    assert (wrong["result"], wrong["said"]) == (
        "failed",
        'There is no writing mode "emial". Did you mean email?',
    )
    assert "There are: verbatim" in (await client.ask("mode"))["said"]
    assert desk.session.settings.enhancement.mode == "email"


async def test_the_last_text_is_delivered_once_more(desk: Desk, client: Client) -> None:
    assert (await client.ask("paste-last"))["said"] == "There is no text yet."
    await client.ask("start")
    await desk.say("hello there")
    await client.ask("stop")
    await desk.delivered("Hello there.")
    assert (await client.ask("paste-last"))["said"] == "Delivered to: collection."
    assert desk.texts == ["Hello there."] * 2


async def test_each_who_asks_for_the_last_text_hears_of_that_delivery(desk: Desk, client: Client) -> None:
    await client.ask("start")
    await desk.say("hello there")
    await client.ask("stop")
    await desk.delivered("Hello there.")
    other = await connected()
    await desk.session._finisher._deliveries._turn.acquire()
    asked = [asyncio.create_task(one.ask("paste-last")) for one in (client, other)]
    await until(lambda: len(desk.session._finisher._deliveries._turn._waiters or ()) == 2)
    desk.session._bus.publish(Delivered(0, Outcome(Delivery.FAILED, "elsewhere")))
    desk.session._finisher._deliveries._turn.release()
    assert [(await one)["said"] for one in asked] == ["Delivered to: collection."] * 2
    assert desk.texts == ["Hello there."] * 3
    other.close()


@pytest.mark.parametrize("command", ["", "stat\x1b[2Jus", "x" * 3000])
async def test_an_unknown_command_is_refused_harmlessly(client: Client, command: str) -> None:
    answer = await client.ask(command)
    assert answer["result"] == "failed"
    assert "\x1b" not in answer["said"]
    assert len(answer["said"]) < 200
