"""Frames arrive as they were sent, and what is no frame is told apart from the end of the pipe."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from engine.speech import wire
from engine.speech.recognizer import Context, Segment, Transcript, Word
from engine.speech.wire import Frame

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=5,
)
FRAMES = st.builds(
    Frame,
    st.dictionaries(st.text(), JSON, max_size=4),
    arrays.arrays(np.float32, st.integers(0, 600), elements=st.floats(-1, 1, width=32)),
)
WORDS = st.builds(Word, st.text(), st.floats(0, 1e6), st.floats(0, 1e6))
SEGMENTS = st.builds(
    Segment, st.text(), st.floats(0, 1e6), st.floats(0, 1e6), st.lists(WORDS, max_size=4).map(tuple)
)

TRANSCRIPTS = st.builds(
    Transcript, st.lists(SEGMENTS, max_size=3).map(tuple), st.text(), st.floats(0, 1e3), st.booleans()
)


def sent(*frames: Frame) -> io.BytesIO:
    pipe = io.BytesIO()
    for frame in frames:
        wire.write_frame(pipe, frame)
    pipe.seek(0)
    return pipe


@given(st.lists(FRAMES, max_size=4))
def test_frames_arrive_in_order_and_whole(frames: list[Frame]) -> None:
    pipe = sent(*frames)
    for frame in frames:
        arrived = wire.read_frame(pipe)
        assert arrived is not None
        assert arrived.header == frame.header
        np.testing.assert_array_equal(arrived.samples, frame.samples)
    assert wire.read_frame(pipe) is None


@given(FRAMES, st.data())
def test_a_frame_cut_short_is_an_error_and_not_the_end(frame: Frame, data: st.DataObject) -> None:
    whole = sent(frame).getvalue()
    cut = data.draw(st.integers(1, len(whole) - 1))
    with pytest.raises(wire.WireError):
        wire.read_frame(io.BytesIO(whole[:cut]))


@given(st.binary(min_size=1).filter(lambda data: not data.startswith(wire.MARK)))
def test_garbage_is_an_error(data: bytes) -> None:
    with pytest.raises(wire.WireError):
        wire.read_frame(io.BytesIO(data))


def test_lengths_beyond_belief_are_refused_before_anything_is_read() -> None:
    prefix = wire.PREFIX.pack(wire.MARK, 0xFFFFFFFF, 0)
    with pytest.raises(wire.WireError, match="not a frame"):
        wire.read_frame(io.BytesIO(prefix))


@pytest.mark.parametrize("header", [b"{", b"[]", b"\xff\xfe"])
def test_a_header_that_is_no_object_is_an_error(header: bytes) -> None:
    with pytest.raises(wire.WireError):
        wire.read_frame(io.BytesIO(wire.PREFIX.pack(wire.MARK, len(header), 0) + header))


@given(TRANSCRIPTS)
def test_a_transcript_survives_the_way(transcript: Transcript) -> None:
    frame = wire.read_frame(sent(Frame({"segments": wire.transcript_to_json(transcript)})))
    assert frame is not None
    assert wire.transcript_from_json(frame.header["segments"]) == transcript


@given(st.builds(Context, st.text(), st.text(), st.lists(st.text(), max_size=3).map(tuple), st.text()))
def test_a_context_survives_the_way(context: Context) -> None:
    frame = wire.read_frame(sent(Frame({"context": wire.context_to_json(context)})))
    assert frame is not None
    assert wire.context_from_json(frame.header["context"]) == context
