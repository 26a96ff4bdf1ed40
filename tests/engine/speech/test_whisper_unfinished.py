"""Windows whose decode ends before their sound does: what is left is decoded too."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.audio.format import FRAME, SAMPLE_RATE
from engine.speech.effort import Effort
from engine.speech.hallucination import Decoded
from engine.speech.recognizer import Context, Segment, Word
from engine.speech.whisper import Whisper
from engine.speech.whisper_unfinished import OWN_LIMIT, halves, moved, resume_at
from tests.support import random_whisper
from tests.support.random_whisper import noise
from tests.support.whispering import whispering

CONTEXT = Context(effort=Effort(1, (0.0,), "full", "full"))
DOUBLED = {"<|10.00|>": 20.0, "<|endoftext|>": 16.0}
"""With seed 3, a model whose first text ends on two time stamps of 10 s."""
SINGLE = {"<|10.00|>": 16.0, "<|endoftext|>": 18.0}
"""With seed 3, one whose first text ends on a single time stamp of 10 s."""
CAPPED = {"<|10.00|>": 16.0, "<|endoftext|>": 10.0}
"""With seed 0, one that has a doubled time stamp of 10 s within a text that fills the window."""
FIRST_TIME = 1000
"""Token of time stamp 0 in the tests of `resume_at`."""


def loaded(folder: Path) -> AbstractContextManager[Whisper]:
    return whispering(folder, compute_type="float32", guards=False)


@pytest.fixture
def biased(tmp_path: Path) -> Callable[[int, dict[str, float]], Path]:
    return lambda seed, bias: random_whisper.build(tmp_path, seed=seed, bias=bias)


def in_batch(recognizer: Whisper, sound: np.ndarray) -> tuple[Segment, ...]:
    (transcript,) = recognizer.recognize([sound], CONTEXT, lambda: False)
    return transcript.segments


def alone(recognizer: Whisper, sound: np.ndarray) -> tuple[Segment, ...]:
    utterance = recognizer.open(CONTEXT)
    utterance.feed(sound)
    return utterance.finish().segments


def words(segments: tuple[Segment, ...]) -> int:
    return sum(len(segment.text.split()) for segment in segments)


@pytest.mark.parametrize("way", [in_batch, alone])
def test_a_window_with_more_tokens_than_the_decoder_takes_is_decoded_in_parts(
    way: Callable[[Whisper, np.ndarray], tuple[Segment, ...]],
) -> None:
    with loaded(random_whisper.shared(endless=True)) as recognizer:
        segments = way(recognizer, noise(28.0))
    assert len(segments) >= 4
    assert words(segments) > 2 * OWN_LIMIT
    starts = [segment.start_s for segment in segments]
    assert starts == sorted(starts)
    assert starts[0] < 1.0
    assert starts[-1] > 18.0
    assert segments[-1].end_s <= 28.0


def test_of_several_windows_only_the_one_that_ran_out_is_cut() -> None:
    with loaded(random_whisper.shared(endless=True)) as recognizer:
        quiet = np.concatenate([noise(28.0), np.zeros(6 * SAMPLE_RATE, np.float32), noise(3.0)])
        segments = alone(recognizer, quiet)
    starts = [segment.start_s for segment in segments]
    assert starts == sorted(starts)
    assert 0.0 < starts[1] < 28.0
    assert segments[-1].end_s <= 37.0


def test_a_window_that_ran_out_behind_a_time_stamp_is_decoded_on_from_there(
    biased: Callable[[int, dict[str, float]], Path],
) -> None:
    with loaded(biased(0, CAPPED)) as recognizer:
        segments = in_batch(recognizer, noise(28.0))
    assert segments[0].end_s == 10.0
    assert segments[1].start_s >= 10.0
    assert segments[-1].start_s > 15.0


def test_a_window_that_ends_on_a_doubled_time_stamp_is_decoded_on(
    biased: Callable[[int, dict[str, float]], Path],
) -> None:
    with loaded(biased(3, DOUBLED)) as recognizer:
        segments, plain = in_batch(recognizer, noise(28.0)), alone(recognizer, noise(28.0))
    assert segments[0] == plain[0]
    assert segments[0].end_s == 10.0
    assert len(segments) > 1
    assert len(plain) > 1
    assert all(10.0 <= segment.start_s <= segment.end_s <= 28.0 for segment in segments[1:])


def test_a_window_whose_text_ends_long_before_its_speech_is_decoded_on(
    biased: Callable[[int, dict[str, float]], Path],
) -> None:
    with loaded(biased(3, SINGLE)) as recognizer:
        early = in_batch(recognizer, noise(28.0))
    assert early[0].end_s == 10.0
    assert len(early) > 1
    assert all(10.0 <= segment.start_s <= segment.end_s <= 28.0 for segment in early[1:])


def at(seconds: float) -> int:
    return FIRST_TIME + round(seconds / 0.02)


@pytest.mark.parametrize(
    ("tokens", "limit", "expected"),
    [
        ([], None, None),
        ([at(0.0)], None, None),
        ([at(0.0), 1, at(10.0), at(10.0)], None, 10.0),
        ([at(0.0), 1, at(27.8), at(27.8)], None, None),
        ([at(0.0), 1, at(10.0)], None, 10.0),
        ([at(0.0), 1, at(24.0)], None, None),
        ([at(0.0), 1, at(10.0), at(10.0), 2], None, None),
        ([at(0.6), *[1] * 223], None, 0.0),
        ([at(0.6), *[1] * 223], 300, None),
        ([at(0.6), *[1] * 222], None, None),
        ([at(0.0), 1, at(10.0), at(10.0), *[2] * 220], None, 10.0),
        ([1] * 224, None, 0.0),
        ([at(0.0), *[1] * 222, at(27.9)], None, None),
    ],
)
def test_where_a_window_is_decoded_on(tokens: list[int], limit: int | None, expected: float | None) -> None:
    found = resume_at(tokens, FIRST_TIME, 28.0, limit)
    assert found == (None if expected is None else pytest.approx(expected))


@given(
    st.lists(st.one_of(st.integers(0, 50), st.integers(FIRST_TIME, FIRST_TIME + 1500)), max_size=300),
    st.floats(0.1, 30.0),
)
def test_it_is_decoded_on_within_the_sound(tokens: list[int], length_s: float) -> None:
    found = resume_at(tokens, FIRST_TIME, length_s)
    assert found is None or 0.0 <= found <= length_s - 0.5


@given(st.integers(1, 40 * SAMPLE_RATE), st.integers(0, 99))
def test_halves_are_the_whole(length: int, seed: int) -> None:
    sound = np.random.default_rng(seed).standard_normal(length, np.float32)
    one, other = halves(sound)
    np.testing.assert_array_equal(np.concatenate([one, other]), sound)
    if length > 10 * FRAME:
        assert 0.35 * length < len(one) < 0.65 * length


def test_halves_are_cut_where_it_is_quiet() -> None:
    sound = noise(20.0)
    sound[18 * FRAME * 16 : 19 * FRAME * 16] = 0.0
    one, other = halves(sound)
    assert not one[-FRAME // 2 :].any() or not other[: FRAME // 2].any()


def test_moving_takes_the_words_along() -> None:
    one = Decoded("a", 1.0, 2.0, 0.1, -0.1, words=(Word("a", 1.2, 1.8),))
    assert moved([one], 10.0) == [Decoded("a", 11.0, 12.0, 0.1, -0.1, words=(Word("a", 11.2, 11.8),))]
