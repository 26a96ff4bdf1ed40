"""A sender whose microphone goes away, or whose link leads to nobody: said, waited for, tried again."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest

from engine.audio.raw_sink import FIRST_BLOCK_S, SILENT_S
from engine.errors import AudioError, RemoteError
from engine.remote import kept_source
from engine.remote.encoding_capture import EncodingCapture
from engine.remote.link import HopelessLinkError, Link, SocketLink, open_socket
from engine.remote.relay import STILL_HERE
from engine.remote.wire import Decoder, Message, Ping, Pong, Welcome, encode
from tests.support.sending import PATIENCE_S, Sending, sending, steps, until
from tests.support.sound_receiver import SoundReceiver

pytestmark = pytest.mark.usefixtures("no_pauses")

M = TypeVar("M", Ping, Pong)


async def test_a_microphone_that_goes_away_is_waited_for(receiver: SoundReceiver, path: Path) -> None:
    async with sending(path) as at_work:
        await at_work.heard("Connected")
        await at_work.capture(5)
        assert at_work.source.sink is not None
        at_work.source.broken = True
        at_work.source.sink.lost("The scripted microphone went away.")
        await at_work.heard("The scripted microphone went away. Waiting for it to come back.")
        assert at_work.sender.status.microphone == ""
        at_work.source.sink = None
        at_work.source.broken = False
        await at_work.heard("The microphone is back")
        await at_work.capture(5)
        await receiver.until(lambda: receiver.reached == at_work.captured)
        assert np.array_equal(receiver.sound, steps(10))


async def test_a_microphone_that_falls_silent_is_opened_again(
    receiver: SoundReceiver, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with sending(path) as at_work:
        await at_work.capture(5)
        await receiver.until(lambda: receiver.reached == at_work.captured)
        monkeypatch.setattr(kept_source, "SILENT_S", 0.0)
        await at_work.heard("has delivered no sound")
        monkeypatch.setattr(kept_source, "SILENT_S", 60.0)
        await at_work.heard("The microphone is back")


async def test_a_microphone_that_is_slow_to_begin_is_not_opened_again(
    receiver: SoundReceiver, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = 0

    def silent_for_s(_: EncodingCapture) -> float:
        nonlocal looks
        looks += 1
        return (SILENT_S + FIRST_BLOCK_S) / 2

    monkeypatch.setattr(EncodingCapture, "silent_for_s", property(silent_for_s))
    async with sending(path) as at_work:
        await at_work.heard("Connected")
        await until(lambda: looks > 2)
        assert at_work.told == ["Connected: the sound arrives."]
        await at_work.capture(5)
        await at_work.heard("has delivered no sound")


async def test_a_receiver_that_says_nothing_any_more_is_given_up(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.remote.sending.DEAD_S", 0.1)
    came = []

    async def silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came.append(writer)
        await reader.read(-1)
        writer.close()

    server = await asyncio.start_unix_server(silence, path)
    async with sending(path) as at_work:
        await at_work.heard("Nothing came back")
        await until(lambda: len(came) > 2)
    server.close()


@pytest.mark.parametrize("lets_in", [False, True])
async def test_what_a_relay_says_or_has_kept_tells_no_latency(lets_in: bool, path: Path) -> None:
    answered = asyncio.Event()

    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        decoder, heard = Decoder(), list[Message]()

        async def first(kind: type[M]) -> M:
            while not (found := [message for message in heard if isinstance(message, kind)]):
                heard.extend(decoder.push(await reader.read(1 << 16)))
            return found[0]

        if lets_in:  # the answer to a ping from before has waited
            kept = await first(Ping)
            writer.write(encode(Welcome(0)) + encode(Pong(kept.number)) + encode(Ping(5)))
        else:
            writer.write(STILL_HERE + encode(Ping(5)))
        assert (await first(Pong)).number == 5
        answered.set()
        await reader.read(-1)
        writer.close()

    server = await asyncio.start_unix_server(relay, path)
    async with sending(path) as at_work:
        async with asyncio.timeout(PATIENCE_S):
            await answered.wait()
        assert at_work.sender.status.link == ("connected" if lets_in else "waiting")
        assert at_work.sender.status.latency_ms is None
    server.close()


async def test_a_link_that_complains_when_it_is_closed_does_not_keep_a_sender_alive(
    receiver: SoundReceiver, path: Path
) -> None:
    opened: list[Link] = []

    class Complaining(SocketLink):
        async def close(self) -> str:
            await super().close()
            if self is opened[0]:
                raise HopelessLinkError("The host does not let you in.", "Ask it.")
            return ""

    async def open_link() -> Link:
        opened.append(Complaining(*await asyncio.open_unix_connection(path)))
        return opened[-1]

    at_work = Sending(path)
    at_work.sender._open_link = open_link
    running = asyncio.create_task(at_work.sender.run())
    await at_work.heard("Connected")
    running.cancel()
    try:
        await until(lambda: running.done() or len(opened) > 1)
        assert running.cancelled()
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_what_is_no_receiver_is_said_and_tried_again(path: Path) -> None:
    async def chatter(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-OpenSSH_9.2 and what else a port may say\r\n")
        await reader.read(1)
        writer.close()

    server = await asyncio.start_unix_server(chatter, path)
    async with sending(path) as at_work:
        await at_work.heard("no sound of `utter mic`")
    server.close()


async def test_no_microphone_at_the_start_is_an_error(path: Path) -> None:
    at_work = Sending(path)
    at_work.source.broken = True
    with pytest.raises(AudioError, match="in use"):
        await at_work.sender.run()


async def test_a_link_that_cannot_be_is_an_error_the_first_time_only(
    receiver: SoundReceiver, path: Path
) -> None:
    hopeless = True

    async def open_link() -> Link:
        if hopeless:
            raise HopelessLinkError("The host does not let you in.", "Ask it.")
        return await open_socket(str(path))

    at_work = Sending(path)
    at_work.sender._open_link = open_link
    with pytest.raises(RemoteError, match="does not let you in"):
        await at_work.sender.run()
    hopeless = False
    async with sending(path) as at_work:
        at_work.sender._open_link = open_link
        await at_work.heard("Connected")
        hopeless = True
        receiver.cut()
        await at_work.heard("does not let you in")
        hopeless = False
        await at_work.capture(3)
        await receiver.until(lambda: receiver.reached == at_work.captured)
