"""What the times of messages tell about another machine's clock."""

from __future__ import annotations

import pytest

from engine.remote.link_clock import WINDOW_S, LinkClock

AHEAD = 1_000.0
"""Seconds by which the sender's clock is behind the receiver's in these tests."""


def test_delay_is_told_from_the_round_trip_and_the_quickest_message() -> None:
    clock = LinkClock()
    clock.ping(0.0, AHEAD + 0.1)
    assert clock.latency_s is None
    clock.pong(0.2, AHEAD + 0.2)
    clock.audio(1.0, AHEAD + 1.15)
    assert clock.latency_s == pytest.approx(0.15)
    assert clock.here(1.0) == pytest.approx(AHEAD + 1.0)


def test_late_sound_does_not_make_the_clock_late() -> None:
    clock = LinkClock()
    clock.pong(0.2, AHEAD)
    clock.ping(0.0, AHEAD + 0.1)
    clock.connected()
    for at in range(100):
        clock.audio(at / 50, AHEAD + 60 + at / 800)
    assert clock.here(1.0) == pytest.approx(AHEAD + 1.0)


def test_drift_is_forgotten() -> None:
    clock = LinkClock()
    clock.ping(0.0, AHEAD)
    for at in range(1, 5):
        sent = at * WINDOW_S
        clock.ping(sent, AHEAD + sent + at * 0.01)
    assert clock.here(0.0) == pytest.approx(AHEAD + 0.03)


def test_a_clock_that_stood_still_while_its_machine_slept_is_known_by_the_first_ping() -> None:
    clock = LinkClock()
    clock.ping(0.0, AHEAD)
    clock.audio(5.0, AHEAD + 5.0)
    clock.connected()
    clock.ping(6.0, AHEAD + 3_600.0)
    assert clock.here(6.0) == pytest.approx(AHEAD + 3_600.0)


def test_a_ping_that_is_a_mere_count_says_nothing_about_the_clock() -> None:
    clock = LinkClock()
    clock.audio(500.0, AHEAD + 500.0)
    clock.connected()
    clock.ping(1e-6, AHEAD + 501.0)
    assert clock.here(500.0) == pytest.approx(AHEAD + 500.0)
