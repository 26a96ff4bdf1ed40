"""What `sweep` does: idle models leave, worn ones are loaded anew."""

from __future__ import annotations

import dataclasses

import pytest

from engine.errors import RecognitionError
from tests.support.loadables import Desk, Running, StandIn, until


def test_a_model_that_nobody_uses_leaves_in_time() -> None:
    desk = Desk(idle_s=60.0)
    desk.use(desk.wanted("a"))
    desk.now += 30.0
    desk.use(desk.wanted("b"))
    desk.now += 29.9
    desk.cache.sweep()
    assert desk.names() == ["b", "a"]
    desk.now += 0.1
    desk.cache.sweep()
    assert desk.names() == ["b"]
    assert desk.model("a").unloads == 1
    desk.now += 1e6
    desk.cache.sweep()
    assert desk.names() == []
    assert desk.told == []


def test_a_model_in_use_stays_however_long_that_takes() -> None:
    desk = Desk(idle_s=60.0)
    with desk.cache.acquire(desk.wanted("a")):
        desk.now += 1e6
        desk.cache.sweep()
        assert desk.cache.holds("a")
    desk.cache.sweep()
    assert desk.cache.holds("a")
    desk.now += 60.0
    desk.cache.sweep()
    assert not desk.cache.holds("a")


def test_without_a_limit_of_time_nothing_leaves_and_the_limit_can_come_later() -> None:
    desk = Desk(idle_s=None)
    desk.use(desk.wanted("a"))
    desk.now += 1e9
    desk.cache.sweep()
    assert desk.cache.loaded()[0].unload_at is None
    desk.limits = dataclasses.replace(desk.limits, idle_s=2e9)
    before = desk.changes
    desk.cache.sweep()
    assert desk.cache.loaded()[0].unload_at == 1000.0 + 2e9
    assert desk.changes > before


def test_a_sweep_that_finds_nothing_tells_nothing() -> None:
    desk = Desk(idle_s=60.0, reload_after=5)
    desk.use(desk.wanted("a"))
    desk.cache.sweep()
    before = desk.changes
    desk.model("a").size += 999_999
    desk.cache.sweep()
    assert desk.changes == before


def test_a_worn_model_is_loaded_anew_when_nobody_uses_it() -> None:
    desk = Desk(reload_after=3)
    for _ in range(2):
        desk.use(desk.wanted("a"))
    held = desk.cache.acquire(desk.wanted("a"))
    desk.use(desk.wanted("a"))
    desk.cache.sweep()
    assert desk.machine.loads["a"] == 1
    held.release()
    desk.cache.sweep()
    assert desk.machine.loads["a"] == 2
    assert desk.model("a").unloads == 1
    desk.cache.sweep()
    assert desk.machine.loads["a"] == 2
    assert desk.cache.loaded()[0].uses == 4
    assert desk.machine.faults == []


def test_whoever_wants_a_model_that_is_loaded_anew_waits_for_it() -> None:
    desk = Desk(reload_after=1)
    desk.use(desk.wanted("a"))
    model = desk.model("a")
    model.began.clear()
    model.gate.clear()
    sweeping = Running(desk.cache.sweep)
    assert model.began.wait(60)
    assert not desk.cache.holds("a")
    call = Running(lambda: desk.cache.acquire(desk.wanted("a")))
    assert not call.ended(0.05)
    model.gate.set()
    sweeping.value()
    call.value()
    assert model.unloads == 1


def test_a_model_that_cannot_be_loaded_anew_is_told_of_and_tried_at_its_next_use() -> None:
    desk = Desk(reload_after=1)
    desk.use(desk.wanted("a"))
    desk.model("a").error = RecognitionError("The file is gone.", "Get it again.")
    desk.cache.sweep()
    assert desk.names() == []
    assert desk.told == ["a.en could not be loaded anew: The file is gone. Get it again."]
    desk.use(desk.wanted("a"))
    assert desk.names() == ["a"]


def test_a_model_that_its_user_moved_to_another_place_counts_there() -> None:
    desk = Desk()

    def on_card(model: StandIn) -> None:
        model.became = "cuda float16"

    desk.prepare = on_card
    with desk.cache.acquire(desk.wanted("a", 400, "cuda")) as lease:
        assert desk.cache.loaded()[0].place == "cuda"
        lease.model.runs_on = "cpu int8"
        desk.cache.sweep()
        assert desk.cache.loaded()[0].place == "memory"


def test_a_model_that_died_keeps_its_size_until_it_is_loaded_again() -> None:
    desk = Desk()
    desk.use(desk.wanted("a", 400))
    desk.model("a").unload()
    desk.cache.sweep()
    assert desk.cache.loaded()[0].memory_bytes == 400_000_000


def test_a_reload_can_be_killed_in_silence() -> None:
    desk = Desk(reload_after=1)
    desk.use(desk.wanted("a"))
    model = desk.model("a")
    model.began.clear()
    model.gate.clear()
    sweeping = Running(desk.cache.sweep)
    assert model.began.wait(60)
    assert desk.cache.stop_loading("a")
    sweeping.value()
    until(lambda: desk.names() == [])
    assert desk.told == []
    with pytest.raises(KeyError):
        desk.machine.leave("a")
