from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing

import pytest

from engine.models.aside import AHEAD, CancelledError, StalledError, WorkError, aside


def test_all_items_come_in_order() -> None:
    assert list(aside(lambda: range(100), threading.Event(), 60)) == list(range(100))


def test_what_goes_wrong_comes_after_what_came() -> None:
    def broken() -> Iterator[int]:
        yield 1
        raise ValueError("no")

    got = aside(broken, threading.Event(), 60)
    assert next(got) == 1
    with pytest.raises(WorkError) as caught:
        next(got)
    assert isinstance(caught.value.error, ValueError)


def test_work_that_says_nothing_is_given_up() -> None:
    over, ticks = threading.Event(), list[int]()

    def silent() -> Iterator[int]:
        over.wait(60)
        yield 1

    with pytest.raises(StalledError):
        next(aside(silent, threading.Event(), 0.3, lambda: ticks.append(1)))
    over.set()
    assert ticks


def test_a_cancel_ends_the_waiting_while_the_work_is_stuck() -> None:
    over, cancelled, begun = threading.Event(), threading.Event(), threading.Event()

    def stuck() -> Iterator[int]:
        begun.set()
        over.wait(60)
        yield 1

    def cancel() -> None:
        begun.wait(60)
        cancelled.set()

    threading.Thread(target=cancel).start()
    with pytest.raises(CancelledError):
        next(aside(stuck, cancelled, 60))
    assert not over.is_set()
    over.set()


def test_work_that_is_left_ends_and_is_closed() -> None:
    closed = threading.Event()

    def endless() -> Iterator[int]:
        try:
            while True:
                yield 1
        finally:
            closed.set()

    with closing(aside(endless, threading.Event(), 60)) as got:
        assert next(got) == 1
    assert closed.wait(60)


def test_work_does_not_run_far_ahead() -> None:
    given = list[int]()

    def count() -> Iterator[int]:
        for number in range(10 * AHEAD):
            given.append(number)
            yield number

    got = aside(count, threading.Event(), 60)
    for number in got:
        assert len(given) <= number + AHEAD + 2
