"""What was never captured: told by the time that went by and the sound that came in it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.audio.format import SAMPLE_RATE
from engine.remote.capture_gaps import LEAST_GAP_S, CaptureGaps


@given(st.lists(st.integers(1, 640), max_size=50))
def test_sound_that_comes_in_blocks_of_any_length_has_no_gap(lengths: list[int]) -> None:
    gaps, now = CaptureGaps(), 100.0
    gaps.before(160, now)
    for length in lengths:
        length_s = length / 64  # floats add these exactly
        now += length_s
        assert gaps.may_be_one(now) == (length_s >= LEAST_GAP_S)
        assert gaps.before(round(length_s * SAMPLE_RATE), now) == 0


def test_before_the_first_sound_nothing_is_missing() -> None:
    gaps = CaptureGaps()
    assert not gaps.may_be_one(1e6)
    assert gaps.before(160, 1e6) == 0


def test_a_gap_is_what_is_missing_beside_the_sound() -> None:
    gaps = CaptureGaps()
    gaps.before(160, 100.0)
    assert gaps.before(SAMPLE_RATE, 126.0) == 25 * SAMPLE_RATE
    assert gaps.before(SAMPLE_RATE, 127.0) == 0
    assert gaps.before(SAMPLE_RATE, 128.0 + LEAST_GAP_S - 0.01) == 0
