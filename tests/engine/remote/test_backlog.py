"""What waits to arrive: whatever links break, it all arrives once and in order, within the bound."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.remote.backlog import Backlog
from engine.remote.wire import Audio

PREROLL, LIMIT, WINDOW = 50, 400, 120
PACKET = 10

Step = tuple[str, int]
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("capture"), st.integers(1, 20)),
        st.tuples(st.just("send"), st.integers(1, 20)),
        st.tuples(st.just("deliver"), st.integers(0, 20)),
        st.tuples(st.just("acknowledge"), st.just(0)),
        st.tuples(st.just("break"), st.just(0)),
        st.tuples(st.just("reconnect"), st.just(0)),
    ),
    max_size=80,
)


class Line:
    """A sender, a link that can break with sound on it, and a receiver that remembers what came."""

    def __init__(self, limit: int) -> None:
        self.backlog = Backlog(PREROLL, limit, WINDOW)
        self.captured = 0
        self.on_link: list[Audio] = []
        self.arrived: list[tuple[int, int]] = []
        self.reached = 0
        self.up = False
        self.step("reconnect", 0)

    def step(self, what: str, count: int) -> None:
        """One thing that happens; what needs a link does nothing without one."""
        if what == "capture":
            for _ in range(count):
                self.backlog.add(Audio(self.captured, 0, PACKET, b""))
                self.captured += PACKET
        elif what == "break":
            self.up = False
            self.on_link.clear()
        elif what == "reconnect":
            self.up = True
            self.on_link.clear()
            self.backlog.resume(self.reached)
        elif self.up and what == "send":
            for _ in range(count):
                if (audio := self.backlog.take()) is not None:
                    self.on_link.append(audio)
        elif self.up and what == "deliver":
            for audio in self.on_link[:count]:
                self.arrived.append((audio.position, audio.position + audio.samples))
                self.reached = audio.position + audio.samples
            del self.on_link[:count]
        elif self.up and what == "acknowledge":
            self.backlog.acknowledge(self.reached)

    def settle(self) -> None:
        """Let everything that waits arrive."""
        self.step("reconnect", 0)
        while self.backlog.behind:
            for what in ("send", "deliver", "acknowledge"):
                self.step(what, 20)


@given(STEPS)
def test_all_arrives_once_and_in_order_while_it_fits(steps: list[Step]) -> None:
    line = Line(limit=10**9)
    for step in steps:
        line.step(*step)
    line.settle()
    assert line.arrived == [(at, at + PACKET) for at in range(0, line.captured, PACKET)]
    assert line.backlog.lost == 0


@given(STEPS)
def test_beyond_the_bound_the_oldest_is_lost_and_counted(steps: list[Step]) -> None:
    line = Line(LIMIT)
    for step in steps:
        line.step(*step)
        assert line.backlog.behind <= LIMIT + WINDOW
    line.settle()
    begins = [begin for begin, _ in line.arrived]
    assert begins == sorted(set(begins))
    assert line.backlog.lost == line.captured - PACKET * len(begins)


@given(STEPS)
def test_no_more_than_the_window_is_under_way(steps: list[Step]) -> None:
    line = Line(limit=10**9)
    for what, count in steps:
        line.step(what, count)
        sent_unheard = sum(audio.samples for audio in line.on_link)
        assert sent_unheard <= WINDOW


def captured(backlog: Backlog, packets: int, begin: int = 0) -> int:
    for index in range(packets):
        backlog.add(Audio(begin + index * PACKET, 0, PACKET, b""))
    return begin + packets * PACKET


def taken(backlog: Backlog) -> list[int]:
    positions = []
    while (audio := backlog.take()) is not None:
        positions.append(audio.position)
        backlog.acknowledge(audio.position + audio.samples)
    return positions


def test_the_first_receiver_is_given_the_preroll_and_nothing_counts_as_lost() -> None:
    backlog = Backlog(PREROLL, LIMIT, WINDOW)
    captured(backlog, 30)
    backlog.resume(0)
    assert taken(backlog) == [250, 260, 270, 280, 290]
    assert backlog.lost == 0


def test_another_receiver_is_given_the_preroll_and_not_what_was_for_the_first() -> None:
    backlog = Backlog(PREROLL, LIMIT, WINDOW)
    backlog.resume(0)
    end = captured(backlog, 3)
    assert taken(backlog) == [0, 10, 20]
    captured(backlog, 20, end)
    backlog.resume(0)
    assert taken(backlog) == [180, 190, 200, 210, 220]
    assert backlog.lost == 180 - 30


def test_a_receiver_that_has_gone_leaves_the_preroll() -> None:
    backlog = Backlog(PREROLL, LIMIT, WINDOW)
    backlog.resume(0)
    end = captured(backlog, 12)
    backlog.take()
    backlog.forget()
    assert backlog.behind == PREROLL
    assert backlog.lost == 12 * PACKET - PREROLL
    captured(backlog, 10, end)
    assert backlog.behind == PREROLL
    assert backlog.lost == 12 * PACKET - PREROLL


@pytest.mark.parametrize(("is_reached", "packets"), [(True, 10), (False, 12)])
def test_at_the_end_what_will_not_arrive_is_lost(is_reached: bool, packets: int) -> None:
    backlog = Backlog(PREROLL, LIMIT, WINDOW)
    backlog.resume(0)
    captured(backlog, 12)
    backlog.take()
    backlog.take()
    backlog.end(is_reached=is_reached)
    assert backlog.lost == packets * PACKET


def test_at_the_end_the_preroll_is_lost_to_nobody() -> None:
    backlog = Backlog(PREROLL, LIMIT, WINDOW)
    captured(backlog, 12)
    backlog.end(is_reached=False)
    assert backlog.lost == 0


def test_what_was_never_captured_is_lost_to_a_receiver_that_waits() -> None:
    backlog = Backlog(PREROLL, LIMIT, WINDOW)
    backlog.resume(0)
    end = captured(backlog, 3)
    captured(backlog, 2, end + 1000)
    assert (backlog.lost, backlog.uncaptured) == (1000, 1000)
    assert taken(backlog) == [0, 10, 20, 1030, 1040]


def test_before_a_receiver_is_there_what_lies_before_a_gap_is_no_preroll() -> None:
    backlog = Backlog(PREROLL, LIMIT, WINDOW)
    end = captured(backlog, 3)
    captured(backlog, 2, end + 1000)
    backlog.resume(0)
    assert taken(backlog) == [1030, 1040]
    assert backlog.lost == 0
