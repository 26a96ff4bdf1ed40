"""One connection of a sender, as the receiver sees it."""

from __future__ import annotations

import socket

import pytest

from engine.remote.sender_line import SenderLine
from engine.remote.wire import Ack, Bye, encode


def test_what_a_sender_said_before_it_hung_up_is_read_whatever_is_said_to_it() -> None:
    near, far = socket.socketpair()
    line = SenderLine(near, now=0.0)
    far.sendall(encode(Bye("The sender was ended.")))
    far.close()
    line.say(Ack(4_000))
    assert not line.has_unsent
    assert line.receive(now=1.0) == [Bye("The sender was ended.")]
    with pytest.raises(EOFError):
        line.receive(now=1.0)
    line.close()
