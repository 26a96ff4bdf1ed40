"""A sender over real sockets: sound arrives once and in order, whatever breaks on the way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from engine.audio.format import FRAME, SAMPLE_RATE, Samples
from engine.audio.sources import AudioSource
from engine.errors import AudioError, RemoteError
from engine.remote import backoff, kept_source
from engine.remote.link import HopelessLinkError, Link, open_socket
from engine.remote.relay import STILL_HERE
from engine.remote.sender import Sender
from engine.remote.wire import Bye, Decoder, Ping, Pong, Welcome, encode
from tests.engine.audio.scripted import ScriptedSource
from tests.support.sound_receiver import SoundReceiver, sound_receiver

PREROLL = FRAME * 4
PATIENCE_S = 60


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backoff, "FIRST_PAUSE_S", 0.01)
    monkeypatch.setattr(backoff, "LONGEST_PAUSE_S", 0.02)
    monkeypatch.setattr(kept_source, "LOOK_S", 0.02)


def steps(frames: int, start: int = 0) -> Samples:
    """Samples that 16 bits hold exactly and that tell their position."""
    return (np.arange(start, start + frames * FRAME) % 65536 - 32768).astype(np.float32) / np.float32(32768)


class Sending:
    """A sender at work, and the hand on its microphone."""

    def __init__(self, path: Path, make: Callable[[], AudioSource] | None = None) -> None:
        self.source = ScriptedSource()
        self.told: list[str] = []
        self.sender = Sender(
            partial(open_socket, str(path)),
            make or (lambda: self.source),
            codec="pcm",
            preroll_s=PREROLL / SAMPLE_RATE,
            machine="laptop",
            tell=self.told.append,
        )
        self.captured = 0

    async def capture(self, frames: int) -> None:
        """Speak, and wait until it was taken in."""
        await until(lambda: self.source.sink is not None)
        self.source.push(steps(frames, self.captured))
        self.captured += frames * FRAME

    async def heard(self, sentence: str) -> None:
        """Wait until it has told a sentence with these words."""
        await until(lambda: any(sentence in told for told in self.told))


async def until(met: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not met():  # noqa: ASYNC110 (threads change what is waited for)
            await asyncio.sleep(0.005)


@asynccontextmanager
async def sending(path: Path, made: Sending | None = None) -> AsyncIterator[Sending]:
    at_work = made or Sending(path)
    task = asyncio.create_task(at_work.sender.run())
    try:
        yield at_work
        assert not task.done(), task.exception()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
async def receiver(tmp_path: Path) -> AsyncIterator[SoundReceiver]:
    async with sound_receiver(tmp_path / "sound.sock") as listening:
        yield listening


def path(tmp_path: Path) -> Path:
    return tmp_path / "sound.sock"


async def test_sound_arrives_as_it_was_captured(receiver: SoundReceiver, tmp_path: Path) -> None:
    async with sending(path(tmp_path)) as at_work:
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


async def test_the_preroll_is_sent_first_when_a_receiver_comes(tmp_path: Path) -> None:
    async with sending(path(tmp_path)) as at_work:
        await at_work.heard("Nobody takes sound")
        await at_work.capture(20)
        await until(lambda: at_work.sender.status.behind_s * SAMPLE_RATE == PREROLL)
        async with sound_receiver(path(tmp_path)) as receiver:
            await at_work.heard("Connected")
            await at_work.capture(5)
            await receiver.until(lambda: receiver.reached == at_work.captured)
            assert receiver.begin == 20 * FRAME - PREROLL
            assert np.array_equal(receiver.sound, steps(25)[receiver.begin :])


@pytest.mark.parametrize("acknowledges", [True, False])
async def test_what_is_said_while_the_link_is_away_arrives_late(
    acknowledges: bool, receiver: SoundReceiver, tmp_path: Path
) -> None:
    receiver.acknowledges = acknowledges
    async with sending(path(tmp_path)) as at_work:
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


async def test_a_slow_link_holds_up_nothing_but_itself(receiver: SoundReceiver, tmp_path: Path) -> None:
    async with sending(path(tmp_path)) as at_work:
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
    receiver: SoundReceiver, tmp_path: Path
) -> None:
    async with sending(path(tmp_path)) as at_work:
        await at_work.heard("Connected")
        await at_work.capture(5)
        await receiver.until(lambda: receiver.reached == at_work.captured)
        receiver.refusal = "Another microphone is connected."
        receiver.say(Bye("utter was ended."))
        await at_work.heard("The receiver ended the connection: utter was ended. Trying again.")
        await at_work.heard("Another microphone is connected.")
        await at_work.capture(20)
        await until(lambda: at_work.sender.status.behind_s * SAMPLE_RATE == PREROLL)
        receiver.refusal = ""
        await receiver.until(lambda: receiver.reached == at_work.captured)
        assert receiver.missing == 20 * FRAME - PREROLL
        assert at_work.sender.status.lost_s == 0


async def test_a_sender_that_is_refused_keeps_what_it_has(receiver: SoundReceiver, tmp_path: Path) -> None:
    async with sending(path(tmp_path)) as at_work:
        await at_work.heard("Connected")
        await at_work.capture(5)
        await receiver.until(lambda: receiver.reached == at_work.captured)
        receiver.refusal = "Another microphone is connected."
        receiver.cut()
        await at_work.heard("Another microphone is connected.")
        await at_work.capture(20)
        receiver.refusal = ""
        await receiver.until(lambda: receiver.reached == at_work.captured)
        assert np.array_equal(receiver.sound, steps(25))
        assert at_work.sender.status.lost_s == 0


async def test_what_was_kept_for_a_receiver_that_went_for_good_is_counted_and_told(
    receiver: SoundReceiver, tmp_path: Path
) -> None:
    said = 2 * SAMPLE_RATE // FRAME
    async with sending(path(tmp_path)) as at_work:
        await at_work.heard("Connected")
        await at_work.capture(5)
        await receiver.until(lambda: receiver.reached == at_work.captured)
        await until(lambda: at_work.sender.status.behind_s == 0)
        receiver.refusal = "Not now."
        receiver.cut()
        await at_work.heard("Not now.")
        await at_work.capture(said)
        due = said * FRAME
        await until(lambda: at_work.sender.status.behind_s == due / SAMPLE_RATE)
        # Another utter listens now, and knows nothing of this stream.
        receiver.refusal, receiver.reached, receiver.begin = "", 0, None
        await at_work.heard("2 s of what was said did not arrive, and are lost.")
        await receiver.until(lambda: receiver.reached == at_work.captured)
        assert at_work.sender.status.lost_s == (due - PREROLL) / SAMPLE_RATE
        assert np.array_equal(receiver.sound[5 * FRAME :], steps(5 + said)[-PREROLL:])


async def test_a_receiver_that_asks_and_never_reads_does_not_fill_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
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
        links.append(await open_socket(str(path(tmp_path))))
        return links[-1]

    server = await asyncio.start_unix_server(asks, path(tmp_path), limit=1 << 8)
    at_work = Sending(path(tmp_path))
    at_work.sender._open_link = open_link
    async with sending(path(tmp_path), at_work):
        await at_work.heard("Connected")
        assert asked.is_set()
        assert links[0].writer.transport.get_write_buffer_size() < most + 1000
    server.close()


async def test_a_microphone_that_goes_away_is_waited_for(receiver: SoundReceiver, tmp_path: Path) -> None:
    async with sending(path(tmp_path)) as at_work:
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
    receiver: SoundReceiver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with sending(path(tmp_path)) as at_work:
        await at_work.capture(5)
        await receiver.until(lambda: receiver.reached == at_work.captured)
        monkeypatch.setattr(kept_source, "SILENT_S", 0.0)
        await at_work.heard("has delivered no sound")
        monkeypatch.setattr(kept_source, "SILENT_S", 60.0)
        await at_work.heard("The microphone is back")


async def test_a_receiver_that_says_nothing_any_more_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.remote.sending.DEAD_S", 0.1)
    came = []

    async def silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came.append(writer)
        await reader.read(-1)
        writer.close()

    server = await asyncio.start_unix_server(silence, path(tmp_path))
    async with sending(path(tmp_path)) as at_work:
        await at_work.heard("Nothing came back")
        await until(lambda: len(came) > 2)
    server.close()


async def test_a_relay_that_waits_keeps_the_link_and_tells_no_latency(tmp_path: Path) -> None:
    answered = asyncio.Event()

    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(STILL_HERE + encode(Ping(5)))
        decoder = Decoder()
        while Pong(5) not in decoder.push(await reader.read(1 << 16)):
            continue
        answered.set()
        await reader.read(-1)
        writer.close()

    server = await asyncio.start_unix_server(relay, path(tmp_path))
    async with sending(path(tmp_path)) as at_work:
        async with asyncio.timeout(PATIENCE_S):
            await answered.wait()
        assert at_work.sender.status.link == "waiting"
        assert at_work.sender.status.latency_ms is None
    server.close()


async def test_what_is_no_receiver_is_said_and_tried_again(tmp_path: Path) -> None:
    async def chatter(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-OpenSSH_9.2 and what else a port may say\r\n")
        await reader.read(1)
        writer.close()

    server = await asyncio.start_unix_server(chatter, path(tmp_path))
    async with sending(path(tmp_path)) as at_work:
        await at_work.heard("no sound of `utter mic`")
    server.close()


async def test_no_microphone_at_the_start_is_an_error(tmp_path: Path) -> None:
    at_work = Sending(path(tmp_path))
    at_work.source.broken = True
    with pytest.raises(AudioError, match="in use"):
        await at_work.sender.run()


async def test_a_link_that_cannot_be_is_an_error_the_first_time_only(
    receiver: SoundReceiver, tmp_path: Path
) -> None:
    hopeless = True

    async def open_link() -> Link:
        if hopeless:
            raise HopelessLinkError("The host does not let you in.", "Ask it.")
        return await open_socket(str(path(tmp_path)))

    at_work = Sending(path(tmp_path))
    at_work.sender._open_link = open_link
    with pytest.raises(RemoteError, match="does not let you in"):
        await at_work.sender.run()
    hopeless = False
    async with sending(path(tmp_path)) as at_work:
        at_work.sender._open_link = open_link
        await at_work.heard("Connected")
        hopeless = True
        receiver.cut()
        await at_work.heard("does not let you in")
        hopeless = False
        await at_work.capture(3)
        await receiver.until(lambda: receiver.reached == at_work.captured)
