from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.audio.format import FRAME, SAMPLE_RATE
from engine.speech.endpoint import Endpointer
from engine.speech.phrases import PhraseCutter
from engine.speech.recognizer import Segment, Word
from engine.speech.spans import Span, Window, pack, spans

LONGEST = 30 * SAMPLE_RATE


def s(seconds: float) -> int:
    return round(seconds * SAMPLE_RATE)


def found(voice: list[float]) -> list[Span]:
    cutter = PhraseCutter(Endpointer(0.5, 0.35, 0.3), 0.4)
    samples = np.arange(len(voice) * FRAME, dtype=np.float32)
    return list(spans(cutter, samples, tuple(voice)))


def test_silence_has_no_spans() -> None:
    assert found([]) == []
    assert found([0.0] * 300) == []


def test_each_phrase_is_a_span_with_its_padding() -> None:
    one, other = found([0.0] * 50 + [1.0] * 40 + [0.0] * 60 + [1.0] * 30 + [0.0] * 50)
    padding = round(0.4 / 0.032) * FRAME
    assert 50 * FRAME - padding <= one.start <= 50 * FRAME
    assert 90 * FRAME <= one.stop <= 90 * FRAME + padding
    assert 150 * FRAME - padding <= other.start <= 150 * FRAME
    assert 180 * FRAME <= other.stop <= 180 * FRAME + padding


probability = st.sampled_from([0.0, 0.2, 0.4, 0.6, 1.0])
runs = st.lists(st.tuples(probability, st.integers(1, 400)), max_size=12)


@given(runs)
def test_spans_follow_each_other_and_hold_all_that_speech_is_made_of(shape: list[tuple[float, int]]) -> None:
    voice = [value for value, times in shape for _ in range(times)]
    cutter = PhraseCutter(Endpointer(0.5, 0.35, 0.3), 0.4)
    samples = np.arange(len(voice) * FRAME, dtype=np.float32)
    handed = [
        step.samples
        for step in [*cutter.push(samples, tuple(voice)), *cutter.end()]
        if hasattr(step, "samples")
    ]
    result = found(voice)
    assert all(0 <= span.start < span.stop <= len(samples) for span in result)
    assert all(one.stop <= other.start for one, other in pairwise(result))
    taken = [samples[span.start : span.stop] for span in result]
    assert np.array_equal(np.concatenate([*taken, []]), np.concatenate([*handed, []]))


@given(st.lists(st.tuples(st.integers(0, LONGEST), st.integers(1, LONGEST)), max_size=30))
def test_windows_hold_every_span_once_in_order_and_are_never_too_long(shape: list[tuple[int, int]]) -> None:
    at, everything = 0, []
    for gap, length in shape:
        everything.append(Span(at + gap, at + gap + length))
        at += gap + length
    windows = pack(everything, LONGEST)
    assert [span for window in windows for span in window.spans] == everything
    assert all(window.length <= LONGEST for window in windows)
    for one, other in pairwise(windows):
        assert one.length + other.spans[0].length > LONGEST, "the first of the next would have fitted"


def test_the_sound_of_a_window_is_that_of_its_spans() -> None:
    recording = np.arange(100, dtype=np.float32)
    apart = Window((Span(10, 20), Span(50, 55)))
    assert apart.samples(recording).tolist() == [*range(10, 20), *range(50, 55)]
    joined = Window((Span(10, 20), Span(20, 25)))
    assert joined.samples(recording).tolist() == [*range(10, 25)]
    assert np.shares_memory(joined.samples(recording), recording)


WINDOW = Window((Span(s(5.0), s(7.0)), Span(s(10.0), s(13.0)), Span(s(13.0), s(14.0))))


@pytest.mark.parametrize(
    ("start_s", "end_s", "placed"),
    [
        (0.0, 1.5, (5.0, 6.5)),
        (0.5, 2.0, (5.5, 7.0)),
        (2.0, 3.0, (10.0, 11.0)),
        (1.0, 4.5, (6.0, 12.5)),
        (2.5, 6.0, (10.5, 14.0)),
        (5.5, 9.0, (13.5, 14.0)),
        (2.0, 2.0, (10.0, 10.0)),
    ],
)
def test_times_are_put_where_the_sound_was(start_s: float, end_s: float, placed: tuple[float, float]) -> None:
    segment = Segment("hello", start_s, end_s, (Word("hello", start_s, end_s),))
    result = WINDOW.placed(segment)
    assert (result.start_s, result.end_s) == pytest.approx(placed)
    assert result.words == (Word("hello", result.start_s, result.end_s),)
