"""What is told of a running engine: the newest of each thing, and nothing that holds no longer."""

from __future__ import annotations

from engine.audio.sources import SourceInfo
from engine.events import LinkChanged, Notice, RecordingStarted, Reviewed, SourceChanged
from tests.support.commanding import Client
from tests.support.enhanced_session import Desk


async def test_status_says_everything_in_words_and_fields(desk: Desk, client: Client) -> None:
    await client.ask("start")
    await desk.say("hello there")
    status = await client.ask("status")
    assert status["status"]["state"] == "recording"
    assert status["status"]["mode"] == "clean"
    assert status["status"]["target"]["name"] == "collection"
    assert status["status"]["kind"] == "workstation"
    assert status["said"].startswith("Recording for ")
    assert "This is the workstation: process " in status["said"]


async def test_a_link_that_is_broken_is_nothing_to_a_microphone_of_this_machine(
    desk: Desk, client: Client
) -> None:
    desk.session._bus.publish(LinkChanged("broken", "desk"))
    desk.session._bus.publish(SourceChanged(SourceInfo("elsewhere", "network")))
    assert (await client.ask("status"))["status"]["link"]["state"] == "broken"
    desk.session._bus.publish(SourceChanged(SourceInfo("built-in", "microphone")))
    assert (await client.ask("status"))["status"]["link"] is None
    await client.ask("start")
    assert (await client.ask("stop"))["state"] == "arming"


async def test_an_older_text_that_is_looked_at_again_is_not_the_newest(desk: Desk, client: Client) -> None:
    for dictation, text in ((2, "The second."), (1, "The first.")):
        desk.session._bus.publish(Reviewed(dictation, text, text, (), (), waits=False))
    assert (await client.ask("status"))["status"]["text"] == "The second."
    desk.session._bus.publish(Reviewed(2, "", "The second, changed.", (), (), waits=False))
    assert (await client.ask("status"))["status"]["text"] == "The second, changed."


async def test_sound_that_is_missing_is_told_until_the_next_dictation(desk: Desk, client: Client) -> None:
    publish = desk.session._bus.publish
    publish(SourceChanged(SourceInfo("elsewhere", "network")))
    publish(LinkChanged("connected", "desk", 40.0, 0.4))
    assert "Its link is connected, desk." in (await client.ask("status"))["said"]
    publish(LinkChanged("connected", "desk", 40.0, 169.7))
    what = "170 s of what was said are missing in this dictation: they did not come from desk."
    publish(Notice("warning", what, "Read the text over.", topic="missing"))
    status = await client.ask("status")
    assert status["status"]["link"] == {"state": "connected", "sender": "desk", "lost_s": 169.7}
    assert status["status"]["missing"] == what
    assert "Its link is connected, desk, 170 s lost." in status["said"]
    assert f"The newest dictation: {what}" in status["said"]
    publish(RecordingStarted(2, 0.0))
    assert (await client.ask("status"))["status"]["missing"] == ""
