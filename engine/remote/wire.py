"""What a sender of sound and a receiver say to each other, over any stream of bytes; pure.

A message is a type (one byte), the length of what follows (four bytes, big-endian), and that many bytes.
The sender begins with `Hello`, the receiver answers with `Welcome` or `Refused`; then the sender sends
`Audio`, and each pings the other as it likes. Positions count samples of 16 kHz sound since the sender
began, and go on over broken links: after one the sender says `Hello` with the same `stream` again, and
goes on from the `position` of the `Welcome`. What was acknowledged the sender forgets. They go on as well
over what a sender could not capture, because it was stopped, or its machine slept.

Positions only rise within a connection. Where an `Audio` begins behind the position that the receiver has
reached, what lies between is lost; the first `Audio` of a stream that the receiver does not know begins
anywhere, and nothing is lost before it. The receiver acknowledges what it has at least once a second of
sound, for the sender stops half a minute ahead of the last `Ack`.

The sender pings every two seconds, before it is welcomed too, and gives a link up after fifteen seconds
in which nothing came back. A `Hello` of a stream that is connected already takes the place of the older
connection: that one broke, and only its near end knows. The number of a sender's ping is the time on the
clock of its `Audio`, so that the receiver can tell at any time how old sound is, and how much is on its way.
"""

from __future__ import annotations

import json
import struct
from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeAlias

from engine.errors import RemoteError

VERSION = 1
LONGEST = 1 << 20
"""Bytes of a message at most; a longer one is no message of ours."""

_HEADER = struct.Struct("!BI")
_AUDIO = struct.Struct("!QQI")
_POSITION = struct.Struct("!Q")

Codec: TypeAlias = Literal["opus", "pcm"]
"""How sound is sent: one Opus packet a message, or signed 16 bit samples, little-endian; mono, 16 kHz."""


@dataclass(frozen=True, slots=True)
class Hello:
    """A sender introduces itself.

    Attributes:
        stream: Random name of this run of the sender: who it is, and no secret.
        name: Its microphone and machine, for people.
        codec: How it sends sound.
        version: Of this protocol.
    """

    stream: str
    name: str
    codec: Codec
    version: int = VERSION


@dataclass(frozen=True, slots=True)
class Welcome:
    """The receiver takes the sender; it has all sound before `position`: 0 of a stream it does not know."""

    position: int


@dataclass(frozen=True, slots=True)
class Refused:
    """The receiver does not take the sender, with a sentence why."""

    why: str


@dataclass(frozen=True, slots=True)
class Audio:
    """A stretch of sound.

    Attributes:
        position: Samples before it.
        captured_us: When its last sample was captured, in microseconds of the sender's own steady clock.
        samples: How many samples it holds.
        data: The sound, as the codec has it.
    """

    position: int
    captured_us: int
    samples: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Ping:
    """Asks for a `Pong` with the same number: a sender's is its steady clock, in microseconds."""

    number: int


@dataclass(frozen=True, slots=True)
class Pong:
    """Answers a `Ping`."""

    number: int


@dataclass(frozen=True, slots=True)
class Ack:
    """The receiver has all sound before `position`."""

    position: int


@dataclass(frozen=True, slots=True)
class Bye:
    """The sender or the receiver ends on purpose, with a sentence why."""

    why: str


Message: TypeAlias = Hello | Welcome | Refused | Audio | Ping | Pong | Ack | Bye

_TEXTS: dict[int, type[Hello | Refused | Bye]] = {1: Hello, 3: Refused, 8: Bye}
_NUMBERS: dict[int, type[Welcome | Ping | Pong | Ack]] = {2: Welcome, 5: Ping, 6: Pong, 7: Ack}
_SOUND = 4
_CODES: dict[type[Any], int] = {kind: code for table in (_TEXTS, _NUMBERS) for code, kind in table.items()}


def encode(message: Message) -> bytes:
    """Write a message as bytes."""
    if isinstance(message, Audio):
        body = _AUDIO.pack(message.position, message.captured_us, message.samples) + message.data
        return _HEADER.pack(_SOUND, len(body)) + body
    code = _CODES[type(message)]
    fields = asdict(message)
    body = json.dumps(fields).encode() if code in _TEXTS else _POSITION.pack(*fields.values())
    return _HEADER.pack(code, len(body)) + body


class Decoder:
    """Reads messages out of bytes that come in pieces."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def push(self, data: bytes) -> list[Message]:
        """Take bytes; give the messages that are whole now.

        Raises:
            RemoteError: These are no messages of ours.
        """
        self._buffer += data
        messages: list[Message] = []
        while len(self._buffer) >= _HEADER.size:
            code, length = _HEADER.unpack_from(self._buffer)
            if length > LONGEST or not (code == _SOUND or code in _TEXTS or code in _NUMBERS):
                raise _foreign()
            end = _HEADER.size + length
            if len(self._buffer) < end:
                break
            body = bytes(self._buffer[_HEADER.size : end])
            del self._buffer[:end]
            messages.append(_read(code, body))
        return messages


def _read(code: int, body: bytes) -> Message:
    try:
        if code == _SOUND:
            position, captured_us, samples = _AUDIO.unpack_from(body)
            return Audio(position, captured_us, samples, body[_AUDIO.size :])
        if code in _NUMBERS:
            return _NUMBERS[code](*_POSITION.unpack(body))
        return _checked(_TEXTS[code](**json.loads(body)))
    except (struct.error, ValueError, TypeError, RecursionError):
        raise _foreign() from None


def _checked(message: Hello | Refused | Bye) -> Message:
    """Refuse fields of another type: they come from outside."""
    texts = [value for name, value in asdict(message).items() if name != "version"]
    if not all(isinstance(text, str) and len(text) < 1000 for text in texts):
        raise ValueError("no texts")
    if isinstance(message, Hello):
        if not isinstance(message.version, int):
            raise ValueError("no version")
        if message.version != VERSION:
            raise RemoteError(
                f"The sender speaks version {message.version!r} of the protocol, and this utter {VERSION}.",
                "Install the same version of utter on both machines.",
            )
        if message.codec not in ("opus", "pcm"):
            raise ValueError("no codec")
    return message


def _foreign() -> RemoteError:
    return RemoteError(
        "What arrived is no sound of `utter mic`.", "Raw sound goes to `utter --source unix:PATH`."
    )
