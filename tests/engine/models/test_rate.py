from __future__ import annotations

import pytest

from engine.models.download_meter import EVERY_S, QUIET_S, DownloadMeter
from engine.models.progress import Progress
from engine.models.rate import WINDOW_S, Rate


def test_a_steady_line_has_its_rate() -> None:
    rate = Rate()
    for step in range(100):
        rate.add(1000, step / 10)
    assert rate.per_s(9.9) == pytest.approx(10_000, rel=0.06)
    assert rate.left_s(50_000, 9.9) == pytest.approx(5, rel=0.06)


def test_the_rate_of_the_first_seconds_counts_only_the_time_that_has_passed() -> None:
    rate = Rate()
    rate.begin(100.0)
    rate.add(5000, 101.0)
    assert rate.per_s(101.0) == pytest.approx(5000)


def test_nothing_is_said_at_once_nor_of_nothing() -> None:
    rate = Rate()
    assert rate.per_s(3.0) == 0
    assert rate.left_s(1, 3.0) is None
    rate.add(1_000_000, 3.0)
    assert rate.per_s(3.001) == 0


def test_a_silent_line_falls_to_nothing() -> None:
    rate = Rate()
    rate.add(1000, 0.0)
    rate.add(1000, 1.0)
    assert rate.per_s(2.0) > rate.per_s(4.0) > 0
    assert rate.per_s(1.0 + WINDOW_S + 0.1) == 0
    assert rate.left_s(10, 1.0 + WINDOW_S + 0.1) is None


def test_a_new_beginning_forgets_what_was() -> None:
    rate = Rate()
    rate.add(10_000, 0.0)
    rate.begin(4.0)
    rate.add(100, 5.0)
    assert rate.per_s(5.0) == pytest.approx(100)


class Clock:
    def __init__(self) -> None:
        self.now = 50.0

    def __call__(self) -> float:
        return self.now


def test_a_change_of_state_is_told_at_once_and_bytes_only_now_and_then() -> None:
    clock, told = Clock(), list[Progress]()
    meter = DownloadMeter("base", told.append, clock)
    meter.state("asking")
    meter.state("downloading")
    meter.total_bytes = 100_000
    for _ in range(100):
        clock.now += EVERY_S / 10
        meter.received(1000)
    meter.state("done")
    assert [one.state for one in told[:2]] == ["asking", "downloading"]
    assert 9 <= len([one for one in told if one.state == "downloading"]) <= 12
    assert told[-1].state == "done"
    assert told[-1].done_bytes == 100_000
    assert told[-2].bytes_per_s == pytest.approx(40_000, rel=0.1)
    assert told[-2].left_s is not None


def test_the_same_state_is_told_once() -> None:
    told = list[Progress]()
    meter = DownloadMeter("base", told.append)
    meter.state("asking")
    meter.state("asking")
    meter.state("waiting", "why")
    meter.state("waiting", "why else")
    assert [(one.state, one.remark) for one in told] == [
        ("asking", ""),
        ("waiting", "why"),
        ("waiting", "why else"),
    ]


def test_a_silent_line_is_told_too() -> None:
    clock, told = Clock(), list[Progress]()
    meter = DownloadMeter("base", told.append, clock)
    meter.state("downloading")
    clock.now += 1
    meter.received(1000)
    clock.now += WINDOW_S + 1
    meter.tick()
    assert told[-1].bytes_per_s == 0
    assert told[-1].left_s is None
    assert told[-1].done_bytes == 1000


def test_silence_is_a_state_with_what_follows_and_ends_with_the_next_byte() -> None:
    clock, told = Clock(), list[Progress]()
    meter = DownloadMeter("base", told.append, clock, stall_s=30)
    meter.total_bytes = 5000
    meter.state("downloading")
    clock.now += 1
    meter.received(1000)
    clock.now += QUIET_S - 0.1
    meter.tick()
    assert (told[-1].state, told[-1].remark) == ("downloading", "")
    clock.now += 3.1
    meter.tick()
    assert told[-1].state == "waiting"
    assert told[-1].remark == "Nothing has come for 8 s; another try follows at 30 s."
    assert (told[-1].done_bytes, told[-1].total_bytes) == (1000, 5000)
    assert (told[-1].bytes_per_s, told[-1].left_s) == (0, None)
    clock.now += EVERY_S
    meter.received(1000)
    assert (told[-1].state, told[-1].remark) == ("downloading", "")


def test_a_check_of_what_is_there_is_no_silence() -> None:
    clock, told = Clock(), list[Progress]()
    meter = DownloadMeter("base", told.append, clock, stall_s=30)
    meter.state("checking")
    clock.now += 20
    meter.tick()
    assert (told[-1].state, told[-1].remark) == ("checking", "")
