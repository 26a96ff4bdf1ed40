"""A sender over real sockets: sound arrives once and in order, whatever breaks on the way."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
import pytest

from engine.audio.format import FRAME, SAMPLE_RATE
from engine.remote.link import Link, open_socket
from engine.remote.wire import Bye, Ping, Welcome, encode
from tests.support.sending import PREROLL, Sending, sending, steps, until
from tests.support.sound_receiver import SoundReceiver, sound_receiver

pytestmark = pytest.mark.usefixtures("no_pauses")


async def test_sound_arrives_as_it_was_captured(receiver: SoundReceiver, path: Path) -> None:
    async with sending(path) as at_work:
        await at_work.heard("Connected")
        await at_work.capture(20)
        await receiver.until(lambda: receiver.reached == at_work.captured)
        assert np.array_equal(receiver.sound, steps(20))
        await until(lambda: at_work.sender.status.latency_ms is not None)
        await until(lambda: at_work.sender.status.behind_s == 0)
        status = at_work.sender.status
        assert (status.link, status.microphone, status.lost_s) == ("connected", "scripted microphone", 0)
        assert receiver.hellos[0].name == "scripted microphone on laptop"
    await receiver.until(lambda: receiver.byes != [])


async def test_the_preroll_is_sent_first_when_a_receiver_comes(path: Path) -> None:
    async with sending(path) as at_work:
        await at_work.heard("Nobody takes sound")
        await at_work.capture(20)
        assert at_work.sender.status.behind_s * SAMPLE_RATE == PREROLL
        async with sound_receiver(path) as receiver:
            await at_work.heard("Connected")
            await at_work.capture(5)
            await receiver.until(lambda: receiver.reached == at_work.captured)
            assert receiver.begin == 20 * FRAME - PREROLL
            assert np.array_equal(receiver.sound, steps(25)[receiver.begin :])


@pytest.mark.parametrize("acknowledges", [True, False])
async def test_what_is_said_while_the_link_is_away_arrives_late(
    acknowledges: bool, receiver: SoundReceiver, path: Path
) -> None:
    receiver.acknowledges = acknowledges
    async with sending(path) as at_work:
        await at_work.heard("Connected")
        for _ in range(10):
            await at_work.capture(7)
            connections = len(receiver.hellos)
            receiver.cut()
            await at_work.capture(3)
            await receiver.until(lambda before=connections: len(receiver.hellos) > before)  # type: ignore[misc]
        await receiver.until(lambda: receiver.reached == at_work.captured)
        assert np.array_equal(receiver.sound, steps(100))
        assert receiver.missing == 0
        assert {hello.stream for hello in receiver.hellos} == {receiver.hellos[0].stream}


async def test_a_slow_link_holds_up_nothing_but_itself(receiver: SoundReceiver, path: Path) -> None:
    async with sending(path) as at_work:
        await at_work.heard("Connected")
        receiver.hears.clear()
        for _ in range(30):
            await at_work.capture(20)
            wanted = (at_work.captured - receiver.reached) / SAMPLE_RATE
            await until(lambda wanted=wanted: at_work.sender.status.behind_s >= wanted)  # type: ignore[misc]
        receiver.hears.set()
        await receiver.until(lambda: receiver.reached == at_work.captured)
        assert np.array_equal(receiver.sound, steps(600))


async def test_a_receiver_that_ends_on_purpose_and_comes_back_is_given_the_preroll(
    receiver: SoundReceiver, path: Path
) -> None:
    async with sending(path) as at_work:
        await at_work.settled(receiver)
        receiver.refusal = "Another microphone is connected."
        receiver.say(Bye("utter was ended."))
        await at_work.heard("The receiver ended the connection: utter was ended. Trying again.")
        await at_work.heard("Another microphone is connected.")
        await at_work.capture(20)
        assert at_work.sender.status.behind_s * SAMPLE_RATE == PREROLL
        receiver.refusal = ""
        await receiver.until(lambda: receiver.reached == at_work.captured)
        assert receiver.missing == 20 * FRAME - PREROLL
        assert at_work.sender.status.lost_s == 0


async def test_a_sender_that_is_refused_keeps_what_it_has(receiver: SoundReceiver, path: Path) -> None:
    async with sending(path) as at_work:
        await at_work.settled(receiver)
        await at_work.turned_away(receiver, "Another microphone is connected.")
        await at_work.capture(20)
        receiver.refusal = ""
        await receiver.until(lambda: receiver.reached == at_work.captured)
        assert np.array_equal(receiver.sound, steps(25))
        assert at_work.sender.status.lost_s == 0


async def test_what_was_kept_for_a_receiver_that_went_for_good_is_counted_and_told(
    receiver: SoundReceiver, path: Path
) -> None:
    said = 2 * SAMPLE_RATE // FRAME
    async with sending(path) as at_work:
        await at_work.settled(receiver)
        await at_work.turned_away(receiver, "Not now.")
        await at_work.capture(said)
        due = said * FRAME
        assert at_work.sender.status.behind_s == due / SAMPLE_RATE
        # Another utter listens now, and knows nothing of this stream.
        receiver.refusal, receiver.reached, receiver.begin = "", 0, None
        await at_work.heard("2 s of what was said did not arrive, and are lost.")
        await receiver.until(lambda: receiver.reached == at_work.captured)
        assert at_work.sender.status.lost_s == (due - PREROLL) / SAMPLE_RATE
        assert np.array_equal(receiver.sound[5 * FRAME :], steps(5 + said)[-PREROLL:])


async def test_a_little_that_is_lost_is_counted_and_not_told(receiver: SoundReceiver, path: Path) -> None:
    async with sending(path) as at_work:
        await at_work.settled(receiver)
        await at_work.turned_away(receiver, "Not now.")
        await at_work.capture(10)
        assert at_work.sender.status.behind_s == 10 * FRAME / SAMPLE_RATE
        receiver.refusal, receiver.reached, receiver.begin = "", 0, None
        await receiver.until(lambda: receiver.reached == at_work.captured)
        assert at_work.sender.status.lost_s == (10 * FRAME - PREROLL) / SAMPLE_RATE
        assert not [told for told in at_work.told if "lost" in told]


async def test_a_receiver_that_asks_and_never_reads_does_not_fill_the_memory(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    links: list[Link] = []
    most = 1 << 12
    monkeypatch.setattr("engine.remote.sending.MOST_UNSENT", most)
    asked = asyncio.Event()

    async def asks(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _ in range(100):
            writer.write(encode(Ping(5)) * 1000)
            await writer.drain()
        writer.write(encode(Welcome(0)))
        asked.set()
        await reader.read(-1)
        writer.close()

    async def open_link() -> Link:
        links.append(await open_socket(str(path)))
        return links[-1]

    server = await asyncio.start_unix_server(asks, path, limit=1 << 8)
    at_work = Sending(path)
    at_work.sender._open_link = open_link
    async with sending(path, at_work):
        await at_work.heard("Connected")
        assert asked.is_set()
        assert links[0].writer.transport.get_write_buffer_size() < most + 1000
    server.close()
