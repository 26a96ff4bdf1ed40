"""Levels of frames."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.audio.levels import FLOOR_DB, dbfs, level_column, peaks, rms


def test_a_sine_at_full_scale() -> None:
    frame = np.sin(2 * np.pi * np.arange(512) / 32).astype(np.float32)
    column = level_column(frame, 1.0, 0.7, clipped=True, recorded=False)
    assert column.peak == pytest.approx(1.0)
    assert column.rms == pytest.approx(math.sqrt(0.5))
    assert (column.voice, column.clipped, column.recorded) == (0.7, True, False)
    assert dbfs(column.rms) == pytest.approx(-3.01, abs=0.01)


def test_peaks_may_be_negative_and_hide_no_broken_sample() -> None:
    frames = np.array([[0.25, -0.5, 0], [0, 0, 0], [0, np.nan, 1], [0, -np.inf, 1]], np.float32)
    np.testing.assert_array_equal(peaks(frames), [0.5, 0, np.nan, np.inf])
    assert len(peaks(frames[:0])) == 0


def test_nothing_and_silence_have_the_lowest_level() -> None:
    empty = np.empty(0, np.float32)
    assert rms(empty) == 0.0
    assert dbfs(0.0) == FLOOR_DB
    assert dbfs(1e-9, -60) == -60


@given(st.floats(1e-4, 10))
def test_decibels_are_logarithmic(magnitude: float) -> None:
    assert dbfs(magnitude * 10) == pytest.approx(dbfs(magnitude) + 20)
