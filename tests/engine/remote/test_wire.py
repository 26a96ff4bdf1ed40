"""Messages survive any cut of the stream, and what is no message is refused with a sentence."""

from __future__ import annotations

import json
import struct

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.errors import RemoteError
from engine.remote.wire import (
    LONGEST,
    Ack,
    Audio,
    Bye,
    Decoder,
    Hello,
    Message,
    Ping,
    Pong,
    Refused,
    Welcome,
    encode,
)

NUMBERS = st.integers(0, 2**64 - 1)
TEXTS = st.text(max_size=100)
MESSAGES: st.SearchStrategy[Message] = st.one_of(
    st.builds(Hello, TEXTS, TEXTS, st.sampled_from(["opus", "pcm"])),
    st.builds(Audio, NUMBERS, NUMBERS, st.integers(0, 2**32 - 1), st.binary(max_size=200)),
    *(st.builds(kind, NUMBERS) for kind in (Welcome, Ping, Pong, Ack)),
    *(st.builds(kind, TEXTS) for kind in (Refused, Bye)),
)


@given(st.lists(MESSAGES, max_size=8), st.lists(st.integers(1, 40), min_size=1, max_size=8))
def test_messages_come_out_as_they_went_in_however_the_stream_is_cut(
    messages: list[Message], cuts: list[int]
) -> None:
    stream = b"".join(map(encode, messages))
    decoder = Decoder()
    found: list[Message] = []
    at = turn = 0
    while at < len(stream):
        size = cuts[turn % len(cuts)]
        found += decoder.push(stream[at : at + size])
        at, turn = at + size, turn + 1
    assert found == messages


def of(code: int, body: bytes) -> bytes:
    return struct.pack("!BI", code, len(body)) + body


def hello(**fields: object) -> bytes:
    given = {"stream": "s", "name": "n", "codec": "pcm", "version": 1} | fields
    return of(1, json.dumps(given).encode())


@given(st.binary(max_size=300))
@example(of(1, b"[" * 100_000))
@example(of(1, b"\xff"))
@example(of(4, b"short"))
@example(of(2, b"seven b"))
@example(of(2, b"nine bytes"))
def test_what_comes_from_outside_is_messages_or_an_error_with_a_sentence(data: bytes) -> None:
    try:
        messages = Decoder().push(data)
    except RemoteError:
        return
    assert all(isinstance(message, Message) for message in messages)


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        of(9, b""),
        struct.pack("!BI", 4, LONGEST + 1),
        hello(codec="mp3"),
        hello(name=7),
        hello(name="x" * 1000),
        hello(version="x" * 100_000),
        hello(more="fields"),
        of(3, b"{}"),
        of(8, b'{"why": null}'),
    ],
)
def test_what_no_sender_or_receiver_says_is_refused(data: bytes) -> None:
    with pytest.raises(RemoteError, match=r"no sound of `utter mic`"):
        Decoder().push(data)


def test_another_version_is_named() -> None:
    with pytest.raises(RemoteError, match=r"version 2 .* and this utter 1"):
        Decoder().push(hello(version=2))
