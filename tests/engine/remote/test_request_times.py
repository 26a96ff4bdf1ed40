"""The moments that a request holds, as anybody may write them."""

from __future__ import annotations

import math

import pytest

from engine.remote import moment
from engine.remote.request_times import ON_ITS_WAY_S, OVERTAKING_S, began, time_left_s

NO_MOMENTS: list[object] = [None, "x", [], True, -1, -0.5, math.nan, math.inf, -math.inf, 10**400, -(10**400)]
"""What JSON can hold in the place of a moment."""

NOW = 1000.0


@pytest.fixture(autouse=True)
def stopped_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moment, "now", lambda: NOW)


@pytest.mark.parametrize("until", [1010, 1010.0])
def test_an_answer_is_wanted_early_enough_to_be_heard(until: float) -> None:
    assert time_left_s({"until": until}) == 10 - ON_ITS_WAY_S


def test_what_is_long_over_leaves_no_time() -> None:
    assert time_left_s({"until": 0}) < 0


@pytest.mark.parametrize("told", NO_MOMENTS)
def test_what_is_no_moment_counts_as_untold(told: object, monkeypatch: pytest.MonkeyPatch) -> None:
    assert time_left_s({"until": told}) == math.inf
    monkeypatch.setattr(moment, "now", lambda: 1.0)  # true is 1
    assert began({"at": told}) is None


@pytest.mark.parametrize("at", [999, NOW - OVERTAKING_S, NOW])
def test_a_process_began_a_moment_ago(at: float) -> None:
    assert began({"at": at}) == at


@pytest.mark.parametrize("at", [NOW + 0.01, NOW - OVERTAKING_S - 0.01, 1e300])
def test_a_process_did_not_begin_later_or_long_ago(at: float) -> None:
    assert began({"at": at}) is None
