"""Amounts as people read them."""

from __future__ import annotations

import pytest

from tui.panels.amounts import ago, bar, share, size, span, until


def test_an_amount_that_is_not_known_is_a_dash():
    assert [size(taken) for taken in (0, 148_000_000)] == ["–", "148 MB"]


def test_only_the_whole_is_a_hundred_per_cent():
    assert [share(part, 1000) for part in (0, 999, 1000, 1001)] == ["0 %", "99 %", "100 %", "100 %"]
    assert share(5, 0) == "…"


@pytest.mark.parametrize(
    ("seconds", "wanted"),
    [(-1, "0 s"), (59, "59 s"), (90, "2 min"), (3600, "1 h 0 min"), (5400, "1 h 30 min"), (200_000, "2 d")],
)
def test_a_length_of_time_has_no_seconds_from_a_minute_on(seconds: float, wanted: str):
    assert span(seconds) == wanted


def test_moments_do_not_flicker_by_the_second():
    assert [ago(100.0, now) for now in (90.0, 159.0, 220.0)] == ["just now", "just now", "2 min ago"]
    assert [until(moment, 100.0) for moment in (90.0, 159.0, 220.0)] == [
        *("within a minute", "within a minute", "in 2 min"),
    ]


@pytest.mark.parametrize(
    ("done", "wanted"), [(-1, ""), (0, ""), (0.5, "━━"), (0.6, "━━"), (0.63, "━━╸"), (2, "━━━━")]
)
def test_a_bar_is_to_scale_and_of_one_length(done: float, wanted: str):
    drawn, rest = bar(done, 4)
    assert drawn == wanted
    assert len(drawn + rest) == 4
