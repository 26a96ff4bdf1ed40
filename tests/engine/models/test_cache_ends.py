"""Models that are killed, and a cache that closes."""

from __future__ import annotations

import pytest

from engine.errors import RecognitionStoppedError
from tests.support.loadables import Desk, Running, StandIn, until


def gated(model: StandIn) -> None:
    model.gate.clear()


def test_killing_a_load_ends_it_for_all_who_wait() -> None:
    desk = Desk()
    desk.prepare = gated
    calls = [Running(lambda: desk.cache.acquire(desk.wanted("a"))) for _ in range(3)]
    until(lambda: "a" in desk.models)
    until(lambda: desk.cache._residents.get("a").holders == 3)
    assert desk.model("a").began.wait(60)
    assert desk.cache.stop_loading("a")
    for call in calls:
        with pytest.raises(RecognitionStoppedError):
            call.value()
    assert desk.cache.loaded() == ()
    assert desk.machine.taken == {}


def test_a_kill_that_comes_too_early_is_not_forgotten() -> None:
    desk = Desk()

    def deaf(model: StandIn) -> None:
        """As a process that is just being started, which nothing can end yet."""
        model.kill = lambda: None
        model.gate.clear()

    desk.prepare = deaf
    call = Running(lambda: desk.cache.acquire(desk.wanted("a")))
    until(lambda: "a" in desk.models)
    assert desk.model("a").began.wait(60)
    assert desk.cache.stop_loading("a")
    desk.model("a").gate.set()
    with pytest.raises(RecognitionStoppedError, match=r"Loading a\.en was stopped"):
        call.value()
    assert desk.machine.taken == {}


def test_killing_what_waits_for_room_ends_its_waiting() -> None:
    desk = Desk(1_000_000_000)
    desk.use(desk.wanted("old", 600))
    desk.model("old").leaving.clear()
    leaving = Running(lambda: desk.cache.unload("old"))
    until(lambda: desk.cache.loaded()[0].state == "unloading")
    call = Running(lambda: desk.cache.acquire(desk.wanted("new", 600)))
    until(lambda: len(desk.cache.loaded()) == 2)
    assert desk.cache.stop_loading("new")
    with pytest.raises(RecognitionStoppedError):
        call.value()
    assert "new" not in desk.models
    desk.model("old").leaving.set()
    assert leaving.value() is True
    assert desk.cache.loaded() == ()


def test_a_model_that_is_killed_in_use_stays_for_its_user_to_load_again() -> None:
    desk = Desk()
    with desk.cache.acquire(desk.wanted("a")) as lease:
        assert not desk.cache.stop_loading("a")
        assert not lease.model.killed.is_set()
        lease.model.kill()
        assert lease.model.killed.is_set()
        assert desk.cache.holds("a")
        lease.model.load()
    assert desk.cache.acquire(desk.wanted("a")).model is lease.model
    assert desk.machine.loads["a"] == 2
    assert desk.machine.faults == []


def test_stopping_what_is_not_there_does_nothing() -> None:
    desk = Desk()
    assert not desk.cache.stop_loading("a")
    assert desk.changes == 0


def test_a_closed_cache_is_empty_and_loads_nothing() -> None:
    desk = Desk()
    for key in "abc":
        desk.use(desk.wanted(key))
    desk.cache.close()
    desk.cache.close()
    assert desk.cache.loaded() == ()
    assert desk.machine.taken == {}
    with pytest.raises(RecognitionStoppedError, match="the program is ending"):
        desk.cache.acquire(desk.wanted("a"))
    with pytest.raises(RecognitionStoppedError):
        desk.cache.preload(desk.wanted("d"))
    assert not desk.cache.unload("a")
    desk.cache.sweep()
    assert desk.machine.taken == {}


def test_closing_ends_all_loads_and_waits_for_their_ends() -> None:
    desk = Desk(1_000_000_000)
    desk.prepare = gated
    calls = [Running(lambda key=key: desk.cache.acquire(desk.wanted(key))) for key in "abab"]
    waiting = Running(lambda: desk.cache.preload(desk.wanted("big", 1000)))
    until(lambda: {"a", "b"} <= set(desk.models))
    for key in "ab":
        assert desk.model(key).began.wait(60)
    Running(desk.cache.close).value()
    for call in (*calls, waiting):
        assert call.ended()
        assert call.error is not None
    assert desk.cache.loaded() == ()
    assert desk.machine.taken == {}
    assert desk.machine.faults == []


def test_closing_kills_again_what_could_not_be_killed_yet() -> None:
    desk = Desk()
    asked: list[str] = []

    def hard_of_hearing(model: StandIn) -> None:
        def kill() -> None:
            asked.append(model.key)
            if len(asked) >= 3:
                model.killed.set()

        model.kill = kill
        model.gate.clear()

    desk.prepare = hard_of_hearing
    call = Running(lambda: desk.cache.preload(desk.wanted("a")))
    until(lambda: "a" in desk.models)
    assert desk.model("a").began.wait(60)
    Running(desk.cache.close).value()
    assert call.ended()
    assert len(asked) >= 3
    assert desk.machine.taken == {}


def test_what_is_in_use_is_killed_at_the_close_and_unloaded_when_it_is_released() -> None:
    desk = Desk()
    first, second = desk.cache.acquire(desk.wanted("a")), desk.cache.acquire(desk.wanted("a"))
    Running(desk.cache.close).value()
    assert first.model.killed.is_set()
    first.model.load()
    first.release()
    assert desk.machine.taken
    second.release()
    assert desk.machine.taken == {}
    assert desk.cache.loaded() == ()
