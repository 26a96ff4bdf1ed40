"""Senders of sound one after another, or one again: what is of the one is never taken for the other's."""

from __future__ import annotations

import pytest

from engine.remote.wire import Ack, Audio, Bye, Ping, Pong
from tests.engine.audio.receiver import Receiver
from tests.support.scripted_sender import ScriptedSender, now_us, until

FAR = 16_000 * 3_600
"""Samples into a stream that has lasted an hour."""


def test_sound_that_one_sender_left_behind_is_not_acknowledged_to_the_next(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = 14_400
    with ScriptedSender(receiver.path, "one") as first, ScriptedSender(receiver.path, "two") as second:
        with monkeypatch.context() as held:
            held.setattr("engine.audio.paced_delivery.SPEED", 0)
            first.greet()
            first.send(FAR, left)
            first.say(Bye("The sender was ended."))
            first.sock.close()
            until(lambda: receiver.state == "waiting")
            assert len(receiver.sink.samples) < left
            second.greet()
        receiver.sink.wait(left)
        second.say(Ping(now_us()))
        second.hear(Pong)
        assert receiver.source.link().behind_s == 0
        second.send(0, 16_000)
        acknowledged = 0
        while acknowledged < 12_000:
            acknowledged = second.hear(Ack).position
            assert acknowledged <= 16_000


def test_a_stranger_who_takes_leave_does_not_take_it_for_the_sender(receiver: Receiver) -> None:
    with ScriptedSender(receiver.path) as sender:
        sender.greet()
        with ScriptedSender(receiver.path) as stranger:
            stranger.say(Bye("Wrong door."))
            with pytest.raises(EOFError):
                stranger.hear(Ack)
        assert receiver.state == "connected"
    until(lambda: receiver.state != "connected")
    assert receiver.state == "broken"


def test_a_sender_whose_machine_slept_is_not_behind_by_its_sleep(receiver: Receiver) -> None:
    ahead_us, slept_us = 10**10, 10**9
    with ScriptedSender(receiver.path) as awake:
        awake.greet(now_us() + ahead_us)
        awake.say(Audio(0, now_us() + ahead_us - 2 * slept_us, 320, bytes(640)))
        receiver.sink.wait(320)
    with ScriptedSender(receiver.path) as woken:
        assert woken.greet(now_us() + ahead_us - slept_us) == 320
        woken.say(Audio(320, now_us() + ahead_us - slept_us, 320, bytes(640)))
        receiver.sink.wait(640)
        until(lambda: receiver.source.link().behind_s < slept_us / 2e6)
