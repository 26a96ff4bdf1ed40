"""What is sent together, what is thrown away, and what must do neither."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import BinaryIO

import numpy as np
import pytest

from engine.audio.format import Samples
from engine.speech import wire
from engine.speech.outbox import Outbox
from engine.speech.wire import Frame

FULL: Samples = np.zeros(1 << 20, np.float32)
"""More than a pipe holds: what is queued behind it waits until somebody reads."""


@pytest.fixture
def ends() -> Iterator[tuple[BinaryIO, Outbox]]:
    """Where frames arrive, and where they are put in."""
    read, write = os.pipe()
    with os.fdopen(read, "rb") as reading, os.fdopen(write, "wb") as writing:
        outbox = Outbox(writing)
        yield reading, outbox
        outbox.close()


def sound(count: int) -> Samples:
    return np.full(count, 0.5, np.float32)


def arrived(pipe: BinaryIO) -> tuple[wire.Header, int]:
    frame = wire.read_frame(pipe)
    assert frame is not None
    return frame.header, len(frame.samples)


def test_a_request_with_sound_is_joined_with_nothing(ends: tuple[BinaryIO, Outbox]) -> None:
    pipe, outbox = ends
    outbox.put(Frame({"do": "begin"}, FULL))
    for header, count in (({"do": "feed"}, 1), ({"do": "feed"}, 2), ({"do": "recognize", "id": 7}, 3)):
        outbox.put(Frame(header, sound(count)))
    outbox.put(Frame({"do": "feed"}, sound(4)))
    assert arrived(pipe) == ({"do": "begin"}, len(FULL))
    assert arrived(pipe) == ({"do": "feed"}, 3)
    assert arrived(pipe) == ({"do": "recognize", "id": 7}, 3)
    assert arrived(pipe) == ({"do": "feed"}, 4)


def test_a_request_with_sound_that_is_waited_for_is_not_thrown_away(ends: tuple[BinaryIO, Outbox]) -> None:
    pipe, outbox = ends
    outbox.put(Frame({"do": "begin", "id": 1}, FULL))
    outbox.put(Frame({"do": "feed"}, sound(1)))
    outbox.put(Frame({"do": "recognize", "id": 2}, sound(2)))
    outbox.drop_samples()
    assert arrived(pipe) == ({"do": "begin", "id": 1}, len(FULL))
    assert arrived(pipe) == ({"do": "recognize", "id": 2}, 2)
