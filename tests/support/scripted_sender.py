"""A sender of sound that says to a receiver's socket exactly what a test wants."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Self, TypeVar

import numpy as np

from engine.audio.format import RawBlock, Samples
from engine.remote import wire
from engine.remote.pcm import PcmEncoder
from engine.remote.wire import Audio, Codec, Hello, Message, Ping, Pong, Welcome

M = TypeVar("M")

TIMEOUT_S = 20.0
UNIT = 2.0**-15


def count(first: int, samples: int) -> Samples:
    """Samples that tell their position, and survive 16 bits: it starts again after 30,000."""
    return ((np.arange(first, first + samples) % 30_000) * UNIT).astype(np.float32)


def now_us() -> int:
    """The sender's clock."""
    return time.monotonic_ns() // 1000


class ScriptedSender:
    """One connection."""

    def __init__(self, path: str, stream: str = "one", name: str = "desk", codec: Codec = "pcm") -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(TIMEOUT_S)
        self.sock.connect(path)
        self.stream, self.name, self.codec = stream, name, codec
        self.pong_after_s = 0.0
        self._decoder = wire.Decoder()
        self._heard: list[Message] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.sock.close()

    def say(self, message: Message) -> None:
        self.sock.sendall(wire.encode(message))

    def greet(self, clock_us: int | None = None) -> int:
        """Introduce itself and tell a time, which is ours; give the position from which sound is wanted."""
        self.say(Hello(self.stream, self.name, self.codec))
        position = self.hear(Welcome).position
        self.say(Ping(now_us() if clock_us is None else clock_us))
        return position

    def send(self, first: int, samples: int, ago_s: float = 0.0) -> None:
        """Send sound that tells its positions, captured some time ago, in messages of 20 ms."""
        for at in range(first, first + samples, 320):
            length = min(320, first + samples - at)
            ((data, _),) = PcmEncoder().encode(count(at, length))
            early_s = (first + samples - at - length) / 16_000
            self.say(Audio(at, now_us() - round((ago_s + early_s) * 1e6), length, data))

    def hear(self, kind: type[M]) -> M:
        """The next message of a kind; pings that come before it are answered, everything else is dropped."""
        while True:
            while self._heard:
                message = self._heard.pop(0)
                if isinstance(message, Ping):
                    if self.pong_after_s:
                        time.sleep(self.pong_after_s)
                    with suppress(BrokenPipeError):  # it will be read that the receiver hung up
                        self.say(Pong(message.number))
                if isinstance(message, kind):
                    return message
            data = self.sock.recv(1 << 16)
            if not data:
                raise EOFError("the receiver hung up")
            self._heard += self._decoder.push(data)


class KeptSound:
    """A sink that keeps what it is given."""

    def __init__(self) -> None:
        self.blocks: list[RawBlock] = []
        self.missing: list[tuple[int, float]] = []
        """Numbers of the blocks before which sound was missing, and its seconds."""
        self.lost_why = ""
        self._changed = threading.Condition()

    def block(self, samples: RawBlock) -> None:
        with self._changed:
            self.blocks.append(samples.copy())
            self._changed.notify_all()

    def overflow(self) -> None:
        raise AssertionError("no device is there")

    def missed(self, seconds: float) -> None:
        with self._changed:
            self.missing.append((len(self.blocks), seconds))

    def ended(self) -> None:
        raise AssertionError("sound from elsewhere has no end")

    def lost(self, why: str) -> None:
        with self._changed:
            self.lost_why = why
            self._changed.notify_all()

    @property
    def taken(self) -> int:
        """Samples that have come."""
        with self._changed:
            return sum(map(len, self.blocks))

    @property
    def samples(self) -> Samples:
        with self._changed:
            return np.concatenate([np.empty((0, 1), np.float32), *self.blocks])[:, 0]

    def wait(self, samples: int) -> Samples:
        """Wait until so many samples have come, and give all."""
        self.until(lambda: len(self.samples) >= samples)
        return self.samples

    def until(self, met: Callable[[], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(met, TIMEOUT_S), f"it never came: {len(self.samples)} samples"


def until(met: Callable[[], bool]) -> None:
    """Wait for something that no event tells of."""
    deadline = time.monotonic() + TIMEOUT_S
    while not met():
        assert time.monotonic() < deadline, "it never came to be"
        time.sleep(0.002)
