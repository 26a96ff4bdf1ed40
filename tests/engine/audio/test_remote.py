"""A microphone at another machine: what senders do at the socket, and what arrives of it."""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np
import pytest

from engine.audio.remote import RemoteSource
from engine.errors import AudioError
from engine.remote.opus import OpusEncoder
from engine.remote.wire import Ack, Audio, Bye, Hello, Ping, Pong, Refused, encode
from tests.engine.audio.receiver import Receiver
from tests.support.scripted_sender import KeptSound, ScriptedSender, count, now_us, until


def test_sound_arrives_whole_and_is_acknowledged(receiver: Receiver) -> None:
    assert receiver.source.link().behind_s == 0.0
    assert receiver.state == "waiting"
    with ScriptedSender(receiver.path) as sender:
        assert sender.greet() == 0
        sender.send(5_000, 16_000)
        np.testing.assert_array_equal(receiver.sink.wait(16_000), count(5_000, 16_000))
        while sender.hear(Ack).position < 5_000 + 12_000:
            pass
        until(lambda: receiver.state == "connected")
        link = receiver.source.link()
        assert (link.sender, link.lost_s) == ("desk", 0.0)
        assert receiver.source.describe().name == "desk"


def test_opus_arrives_as_the_sound_that_it_was(receiver: Receiver) -> None:
    tone = 0.3 * np.sin(np.arange(16_000) * 2 * np.pi * 440 / 16_000).astype(np.float32)
    with ScriptedSender(receiver.path, codec="opus") as sender:
        sender.greet()
        position = 0
        for data, samples in OpusEncoder().encode(tone):
            sender.say(Audio(position, now_us(), samples, data))
            position += samples
        heard = receiver.sink.wait(16_000)[1_000:]
    spectrum = np.abs(np.fft.rfft(heard))
    assert abs(np.argmax(spectrum) * 16_000 / len(heard) - 440) < 2
    assert np.sqrt(np.mean(heard**2)) == pytest.approx(0.3 / np.sqrt(2), rel=0.2)


def test_what_comes_twice_is_taken_once_and_gaps_are_silence(receiver: Receiver) -> None:
    with ScriptedSender(receiver.path) as sender:
        sender.greet()
        sender.send(0, 3_200)
        sender.send(1_600, 3_200)
        sender.send(5_000, 1_000)
        heard = receiver.sink.wait(6_000)
        np.testing.assert_array_equal(heard[:4_800], count(0, 4_800))
        assert not heard[4_800:5_000].any()
        np.testing.assert_array_equal(heard[5_000:], count(5_000, 1_000))
        until(lambda: receiver.source.link().lost_s == 200 / 16_000)


def test_a_long_gap_is_counted_and_not_waited_through(receiver: Receiver) -> None:
    with ScriptedSender(receiver.path) as sender:
        sender.greet()
        sender.send(0, 320)
        sender.send(16_000 * 60, 320)
        heard = receiver.sink.wait(32_000 + 640)
        np.testing.assert_array_equal(heard[-320:], count(16_000 * 60, 320))
        until(lambda: receiver.source.link().lost_s == 60 - 320 / 16_000)
        at, missing_s = receiver.sink.missing[0]
        assert (at, missing_s, len(receiver.sink.missing)) == (1, 60 - 320 / 16_000, 1)


def test_after_a_break_the_stream_goes_on_where_it_was(receiver: Receiver) -> None:
    with ScriptedSender(receiver.path) as sender:
        sender.greet()
        sender.send(0, 4_800)
        receiver.sink.wait(4_800)
        sender.sock.sendall(encode(Audio(4_800, now_us(), 320, bytes(640)))[:100])
    until(lambda: receiver.state == "broken")
    until(lambda: receiver.source.link().behind_s > 0.05)
    assert receiver.source.link().latency_ms is None
    with ScriptedSender(receiver.path) as sender:
        assert sender.greet() == 4_800
        sender.send(3_200, 4_800)
        np.testing.assert_array_equal(receiver.sink.wait(8_000), count(0, 8_000))
        assert receiver.source.link().lost_s == 0


def test_the_same_stream_takes_over_from_its_half_dead_connection(receiver: Receiver) -> None:
    with ScriptedSender(receiver.path) as dead, ScriptedSender(receiver.path) as sender:
        dead.greet()
        dead.send(0, 320)
        receiver.sink.wait(320)
        assert sender.greet() == 320
        sender.send(320, 320)
        receiver.sink.wait(640)
        with pytest.raises(EOFError):
            dead.hear(Refused)


def test_a_second_sender_is_refused_in_words(receiver: Receiver) -> None:
    with ScriptedSender(receiver.path, "one", "desk") as first:
        first.greet()
        with ScriptedSender(receiver.path, "two", "sofa") as second:
            second.say(Hello("two", "sofa", "pcm"))
            assert second.hear(Refused).why == "desk sends to this utter already. End that one first."
            with pytest.raises(EOFError):
                second.hear(Refused)
        first.send(0, 320)
        receiver.sink.wait(320)
        first.say(Bye("The user ended it."))
    until(lambda: receiver.state == "waiting")
    with ScriptedSender(receiver.path, "two", "sofa") as second:
        assert second.greet() == 0
        until(lambda: receiver.source.link().sender == "sofa")


def test_a_sender_that_says_nothing_more_is_given_up(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ScriptedSender(receiver.path, "one") as silent, ScriptedSender(receiver.path, "three"):
        silent.greet()
        with monkeypatch.context() as soon:
            soon.setattr("engine.remote.reception.PING_S", 0.02)
            soon.setattr("engine.remote.reception.DEAD_S", 0.1)
            until(lambda: receiver.state == "broken")
        with ScriptedSender(receiver.path, "two") as second:
            assert second.greet() == 0


def test_messages_may_come_in_pieces(receiver: Receiver) -> None:
    with ScriptedSender(receiver.path) as sender:
        sender.greet()
        message = encode(Audio(0, now_us(), 160, bytes(320)))
        for at in range(len(message)):
            sender.sock.sendall(message[at : at + 1])
        receiver.sink.wait(160)


def test_the_latency_is_told_by_the_clocks(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.remote.reception.PING_S", 0.01)
    with ScriptedSender(receiver.path) as sender:
        sender.pong_after_s = 0.1
        sender.greet()
        sender.hear(Pong)
        sender.send(0, 320, ago_s=0.05)
        receiver.sink.wait(320)
        position = 320

        def is_late() -> bool:
            nonlocal position
            sender.say(Ping(now_us()))
            sender.send(position, 320, ago_s=0.05)
            position += 320
            # Half of the round trip, and what this sound waited beyond the quickest message.
            return 60 < (receiver.source.link().latency_ms or 0) < 1_000

        until(is_late)
        receiver.sink.wait(position)
        behind_s = receiver.source.link().behind_s
        until(lambda: receiver.source.link().behind_s > behind_s + 0.02)


def test_what_was_held_back_arrives_faster_than_it_was_spoken_and_in_order(receiver: Receiver) -> None:
    with ScriptedSender(receiver.path) as sender:
        sender.greet()
        began = time.monotonic()
        sender.send(0, 16_000 * 6, ago_s=0.0)
        heard = receiver.sink.wait(16_000 * 6)
        took = time.monotonic() - began
        np.testing.assert_array_equal(heard, count(0, 16_000 * 6))
        assert took > (6 - 1) / 16  # it was not poured out at once
        assert max(len(block) for block in receiver.sink.blocks) <= 1_600


def test_a_microphone_that_is_away_leaves_nothing_on_its_way(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.remote.reception.NO_SOUND_S", 0.1)
    with ScriptedSender(receiver.path) as sender:
        sender.greet()
        sender.send(0, 320)
        receiver.sink.wait(320)
        until(lambda: receiver.source.link().behind_s > 0.2)

        def is_not_behind() -> bool:
            sender.say(Ping(now_us()))
            return receiver.source.link().behind_s < 0.2

        until(is_not_behind)


def test_an_end_is_said_to_the_sender_and_leaves_no_socket(tmp_path: Path) -> None:
    receiver = Receiver(tmp_path / "m.sock")
    with ScriptedSender(receiver.path) as sender:
        sender.greet()
        receiver.source.close()
        receiver.source.close()
        assert sender.hear(Bye).why
    assert not os.path.exists(receiver.path)
    receiver.source.open(receiver.sink)
    receiver.source.close()


def test_another_utter_that_listens_is_named(receiver: Receiver) -> None:
    with pytest.raises(AudioError, match=f"process {os.getpid()} listens there"):
        RemoteSource(receiver.path).open(KeptSound())


def test_the_usual_socket_is_in_our_runtime_folder(home: Path) -> None:
    source = RemoteSource()
    source.open(KeptSound())
    try:
        socket = Path(os.environ["XDG_RUNTIME_DIR"]) / "utter" / "microphone.sock"
        assert socket.is_socket()
    finally:
        source.close()
