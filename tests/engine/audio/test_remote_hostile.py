"""What no sender of ours sends to the socket of a microphone elsewhere: it is refused and harms nobody."""

from __future__ import annotations

import socket

import pytest

from engine.remote.wire import Ack, Audio, Hello, Refused, encode
from tests.engine.audio.receiver import Receiver
from tests.support.scripted_sender import ScriptedSender, now_us, until


@pytest.mark.parametrize(
    "garbage",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        bytes(64),
        encode(Hello("one", "x", "pcm")).replace(b"pcm", b"mp3"),
        encode(Hello("one", "x", "pcm", version=99)),
        encode(Ack(3)),
    ],
)
def test_garbage_is_refused_and_harms_nobody(receiver: Receiver, garbage: bytes) -> None:
    with ScriptedSender(receiver.path) as stranger:
        stranger.sock.sendall(garbage)
        assert stranger.hear(Refused).why
    with ScriptedSender(receiver.path) as sender:
        sender.greet()
        sender.say(Audio(0, now_us(), 0, b""))
        assert sender.hear(Refused).why
    with ScriptedSender(receiver.path) as sender:
        sender.greet()
        sender.send(0, 320)
        receiver.sink.wait(320)


@pytest.mark.parametrize(
    "audio",
    [
        Audio(2**64 - 10, now_us(), 8_000, bytes(16_000)),
        Audio(2**48, now_us(), 320, bytes(640)),
        Audio(640, 2**63, 320, bytes(640)),
    ],
)
def test_what_no_stream_can_hold_is_refused_and_counts_for_nothing(receiver: Receiver, audio: Audio) -> None:
    with ScriptedSender(receiver.path) as sender:
        sender.greet()
        sender.send(0, 320)
        sender.say(audio)
        assert sender.hear(Refused).why
    with ScriptedSender(receiver.path) as sender:
        assert sender.greet() == 320
        sender.send(320, 320)
        receiver.sink.wait(640)
    assert receiver.source.link().lost_s == 0


def test_sound_that_cannot_be_decoded_ends_its_connection_alone(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise MemoryError

    with ScriptedSender(receiver.path) as sender:
        sender.greet()
        with monkeypatch.context() as broken:
            broken.setattr("engine.remote.pcm.PcmDecoder.decode", fail)
            sender.send(0, 320)
            assert "cannot be taken in" in sender.hear(Refused).why
    with ScriptedSender(receiver.path) as sender:
        sender.greet()
        sender.send(0, 320)
        receiver.sink.wait(320)


def test_a_sender_that_pours_its_sound_has_to_wait(receiver: Receiver) -> None:
    with ScriptedSender(receiver.path) as sender:
        sender.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        sender.greet()
        for second in range(8):
            begin = second * 16_000
            poured = (Audio(at, now_us(), 320, bytes(640)) for at in range(begin, begin + 16_000, 320))
            sender.sock.sendall(b"".join(map(encode, poured)))
            assert begin + 16_000 - receiver.sink.taken < 4 * 16_000


def test_hostile_names_are_harmless(receiver: Receiver) -> None:
    with ScriptedSender(receiver.path, name="\x1b]0;x\x07\n" + "desk" * 50) as sender:
        sender.greet()
        until(lambda: bool(receiver.source.link().sender))
        name = receiver.source.link().sender
        assert name.isprintable()
        assert len(name) <= 60
