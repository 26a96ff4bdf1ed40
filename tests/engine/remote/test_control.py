"""The control socket under broken and hostile clients, slow readers, and the end of the session."""

from __future__ import annotations

import asyncio
import os
import stat

import pytest

from engine.events import LevelColumn, Levels, Notice, TranscriptChanged
from engine.remote import control
from engine.remote.feed import MOST_BYTES, MOST_LINES
from engine.runtime_folder import CONTROL, own
from tests.support.commanding import Client, commanded, connected
from tests.support.enhanced_session import Desk, until


async def test_the_socket_is_for_this_user_alone(client: Client) -> None:
    assert stat.S_IMODE(os.stat(os.path.join(own(), CONTROL)).st_mode) == 0o600


@pytest.mark.parametrize(
    "said", [b"hello\n", b"[1]\n", b'"start"\n', b"\xff\xfe\n", b"[" * 4000 + b"\n", b'{"command": 3}\n']
)
async def test_what_is_no_request_is_refused_and_changes_nothing(
    desk: Desk, client: Client, said: bytes
) -> None:
    other = await connected()
    await other.send(said)
    assert (await other.line())["result"] == "failed"
    other.close()
    assert (await client.ask("status"))["state"] == "ready"


async def test_a_line_without_end_is_refused(client: Client) -> None:
    other = await connected()
    other.writer.write(b"x" * (control.LONGEST_REQUEST * 4))
    assert "bytes at most" in (await other.line())["said"]
    assert await other.line() == {}
    other.close()
    assert (await client.ask("status"))["result"] == "done"


async def test_a_request_whose_sender_then_stops_writing_is_answered(client: Client) -> None:
    other = await connected()
    await other.send(b'{"command": "status"}')
    other.writer.write_eof()
    assert (await other.line())["result"] == "done"
    assert await other.line() == {}
    other.close()


async def test_a_connection_that_asks_nothing_is_ended(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(control, "PATIENCE_S", 0.05)
    other = await connected()
    assert await other.line() == {}
    other.close()


async def test_connections_without_number_are_refused(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await client.ask("status"))["result"] == "done"
    monkeypatch.setattr(control, "MOST_CONNECTIONS", 3)
    others = [await connected() for _ in range(2)]
    for other in others:
        assert (await other.ask("status"))["result"] == "done"
    refused = await connected()
    assert "Too many" in (await refused.line())["said"]
    refused.close()
    for other in others:
        other.close()
    assert (await client.ask("status"))["result"] == "done"


async def test_a_reader_of_events_hears_a_dictation(desk: Desk, client: Client) -> None:
    reader = await connected()
    assert (await reader.ask("subscribe"))["result"] == "done"
    await client.ask("start")
    await desk.say("hello there")
    await client.ask("stop")
    await reader.until("state", state="recording")
    assert (await reader.until("started"))["dictation"] == 1
    assert (await reader.until("finished"))["text"] == "Hello there."
    assert (await reader.until("delivered"))["status"] == "delivered"
    reader.close()


async def test_levels_come_to_who_asks_for_them(desk: Desk, client: Client) -> None:
    plain, meter = await connected(), await connected()
    await plain.ask("subscribe")
    await meter.ask("subscribe", levels=True)
    desk.session._bus.publish(Levels((LevelColumn(0.5, 0.25, 0.75, False, False),), True))
    desk.session._bus.publish(Notice("information", "Behind it."))
    assert (await meter.until("levels"))["rms"] == [0.25]
    assert (await plain.line()) == {"event": "state", "state": "ready", "previous": "ready"}
    assert (await plain.line())["event"] == "notice"
    for reader in (plain, meter):
        reader.close()


async def test_a_reader_that_never_reads_costs_little_and_is_told_what_it_lost(
    desk: Desk, client: Client
) -> None:
    reader = await connected()
    await reader.ask("subscribe")
    reader.writer.transport.pause_reading()  # type: ignore[attr-defined]
    long = "x" * 10_000
    for number in range(3000):
        desk.session._bus.publish(Notice("information", f"{number} {long}"))
        desk.session._bus.publish(TranscriptChanged(7, long, str(number)))
        if number % 100 == 0:
            assert (await client.ask("status"))["result"] == "done"
    desk.session._bus.publish(Notice("information", "the last"))
    assert (await client.ask("status"))["result"] == "done"
    reader.writer.transport.resume_reading()  # type: ignore[attr-defined]
    lines = []
    while not lines or lines[-1].get("message") != "the last":
        lines.append(await reader.line())
    dropped = sum(line["lines"] for line in lines if line["event"] == "dropped")
    notices = [line for line in lines if line["event"] == "notice"]
    assert dropped > 0
    assert len(lines) < MOST_LINES
    assert sum(len(str(line)) for line in lines) < 4 * MOST_BYTES
    assert 3001 - dropped <= len(notices) < 3001
    reader.close()


async def test_a_reader_that_goes_is_forgotten(desk: Desk, client: Client) -> None:
    for _ in range(20):
        reader = await connected()
        await reader.ask("subscribe")
        reader.close()
    desk.session._bus.publish(Notice("information", "Who hears it?"))
    assert (await client.ask("status"))["result"] == "done"


async def test_the_end_of_the_session_is_told_and_the_socket_goes(desk: Desk) -> None:
    async with commanded(desk.session) as client:
        reader = await connected()
        await reader.ask("subscribe")
        await desk.session.close()
        assert await reader.until("closed") == {"event": "closed"}
        assert await reader.line() == {}
        assert await client.line() == {}
        await until(lambda: not os.path.lexists(os.path.join(own(), CONTROL)))
        reader.close()


async def test_what_fails_unforeseen_is_told_and_the_rest_goes_on(
    desk: Desk, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: str) -> None:
        raise RuntimeError("not foreseen")

    monkeypatch.setattr(desk.session.live, "set_mode", fail)
    assert (await client.ask("mode", name="email"))["result"] == "failed"
    other = await connected()
    assert (await asyncio.wait_for(other.ask("status"), 20))["result"] == "done"
    other.close()
