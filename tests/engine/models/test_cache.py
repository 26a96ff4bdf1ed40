"""The cache of models: sharing, waiting, failing. Room is `test_cache_room`'s, ends `test_cache_ends`'s."""

from __future__ import annotations

import pytest

from engine.errors import RecognitionError
from engine.models.loaded import LoadedModel
from tests.support.loadables import Desk, Running, StandIn, until


def test_a_model_is_loaded_once_and_shared() -> None:
    desk = Desk()
    wanted = desk.wanted("base")
    first, second = desk.cache.acquire(wanted), desk.cache.acquire(desk.wanted("base"))
    assert first.model is second.model
    assert desk.machine.loads["base"] == 1
    first.release()
    second.release()
    assert desk.cache.acquire(wanted).model is first.model


def test_what_is_loaded_is_described() -> None:
    desk = Desk(idle_s=60.0)
    assert desk.cache.loaded() == ()
    lease = desk.cache.acquire(desk.wanted("base", 100, really=120))
    (model,) = desk.cache.loaded()
    assert model == LoadedModel(
        "base.en", "ready", "cpu int8", "memory", 120_000_000, model.load_s, 0, True, 1000.0, None
    )
    assert model.load_s > 0
    desk.now = 1010.0
    lease.release()
    (model,) = desk.cache.loaded()
    assert (model.uses, model.in_use, model.last_used, model.unload_at) == (1, False, 1010.0, 1070.0)
    desk.limits = type(desk.limits)(10**9, 0, None, 0)
    desk.use(desk.wanted("base"))
    assert [(model.uses, model.unload_at) for model in desk.cache.loaded()] == [(2, None)]


def test_the_newest_use_comes_first() -> None:
    desk = Desk()
    first = desk.cache.acquire(desk.wanted("a"))
    for key in "bc":
        desk.use(desk.wanted(key))
    assert desk.names() == ["c", "b", "a"]
    desk.use(desk.wanted("b"))
    assert desk.names() == ["b", "c", "a"]
    first.release()
    assert desk.names() == ["a", "b", "c"]


def test_a_lease_ends_once_however_often_it_is_released() -> None:
    desk = Desk()
    other = desk.cache.acquire(desk.wanted("base"))
    with desk.cache.acquire(desk.wanted("base")) as lease:
        lease.release()
    lease.release()
    (model,) = desk.cache.loaded()
    assert (model.uses, model.in_use) == (1, True)
    other.release()
    assert not desk.cache.loaded()[0].in_use


def test_a_use_that_does_not_count_is_not_counted() -> None:
    desk = Desk(reload_after=1)
    desk.cache.acquire(desk.wanted("base"), counts=False).release()
    desk.cache.sweep()
    assert desk.cache.loaded()[0].uses == 0
    assert desk.machine.loads["base"] == 1


def test_preloading_holds_nothing_and_is_no_use() -> None:
    desk = Desk()
    desk.cache.preload(desk.wanted("base"))
    desk.cache.preload(desk.wanted("base"))
    (model,) = desk.cache.loaded()
    assert (model.state, model.uses, model.in_use) == ("ready", 0, False)
    assert desk.cache.holds("base")
    assert desk.machine.loads["base"] == 1


def gated(model: StandIn) -> None:
    model.gate.clear()


def test_all_who_want_a_model_wait_for_one_load() -> None:
    desk = Desk()
    desk.prepare = gated
    wanted = desk.wanted("base")
    calls = [Running(lambda: desk.cache.acquire(wanted)) for _ in range(8)]
    calls.append(Running(lambda: desk.cache.preload(wanted)))
    until(lambda: "base" in desk.models)
    assert desk.model("base").began.wait(60)
    (loading,) = desk.cache.loaded()
    assert (loading.state, loading.runs_on, loading.memory_bytes) == ("loading", "", 100_000_000)
    assert not desk.cache.holds("base")
    assert not desk.cache.unload("base")
    desk.model("base").gate.set()
    leases = [call.value() for call in calls[:8]]
    calls[8].value()
    assert len(desk.models["base"]) == 1
    assert desk.machine.loads["base"] == 1
    for lease in leases:
        assert desk.cache.loaded()[0].in_use
        lease.release()
    assert not desk.cache.loaded()[0].in_use


def test_all_who_waited_get_the_error_and_the_next_tries_again() -> None:
    desk = Desk()
    error = RecognitionError("The model base is broken.", "Get it again.")

    def breaking(model: StandIn) -> None:
        model.gate.clear()
        model.error = error

    desk.prepare = breaking
    calls = [Running(lambda: desk.cache.acquire(desk.wanted("base"))) for _ in range(4)]
    until(lambda: "base" in desk.models and bool(desk.cache.loaded()))
    until(lambda: desk.cache._residents.get("base").holders == 4)
    desk.model("base").gate.set()
    for call in calls:
        assert call.ended()
        assert call.error is error
    assert desk.cache.loaded() == ()
    assert desk.machine.taken == {}
    desk.prepare = lambda model: None
    desk.use(desk.wanted("base"))
    assert desk.cache.holds("base")


def test_what_breaks_in_an_unexpected_way_is_said_in_a_sentence() -> None:
    desk = Desk()

    def breaking(model: StandIn) -> None:
        model.error = ZeroDivisionError("of all things")

    desk.prepare = breaking
    with pytest.raises(RecognitionError, match=r"base\.en could not be loaded: ZeroDivisionError"):
        desk.cache.preload(desk.wanted("base"))

    def cannot_be_made(model: StandIn) -> None:
        raise OSError("no such recogniser")

    desk.prepare = cannot_be_made
    with pytest.raises(RecognitionError, match="no such recogniser"):
        desk.cache.acquire(desk.wanted("base"))
    assert desk.cache.loaded() == ()


def test_models_load_side_by_side() -> None:
    desk = Desk()
    desk.prepare = gated
    calls = [Running(lambda key=key: desk.cache.acquire(desk.wanted(key))) for key in "abc"]
    for key in "abc":
        until(lambda key=key: key in desk.models)
        assert desk.model(key).began.wait(60)
    assert {model.state for model in desk.cache.loaded()} == {"loading"}
    for key in "cab":
        desk.model(key).gate.set()
    for call in calls:
        call.value()
    assert sorted(desk.machine.taken) == ["a", "b", "c"]


def test_whoever_wants_a_model_that_is_leaving_waits_and_loads_it_anew() -> None:
    desk = Desk()
    desk.cache.preload(desk.wanted("base"))
    desk.model("base").leaving.clear()
    leaving = Running(lambda: desk.cache.unload("base"))
    until(lambda: desk.cache.loaded()[0].state == "unloading")
    also = Running(lambda: desk.cache.unload("base"))
    coming = Running(lambda: desk.cache.acquire(desk.wanted("base")))
    assert not coming.ended(0.05)
    assert len(desk.models["base"]) == 1
    desk.models["base"][0].leaving.set()
    assert leaving.value() is True
    assert also.value() is True
    coming.value()
    assert len(desk.models["base"]) == 2
    assert desk.machine.faults == []


def test_only_what_nobody_uses_can_be_unloaded() -> None:
    desk = Desk()
    assert not desk.cache.unload("base")
    with desk.cache.acquire(desk.wanted("base")):
        assert not desk.cache.unload("base")
        assert desk.cache.holds("base")
    assert desk.cache.unload("base")
    assert desk.cache.loaded() == ()
    assert desk.machine.taken == {}


def test_every_change_is_told_and_may_be_looked_at_from_there() -> None:
    desk = Desk()
    seen: list[tuple[str, bool]] = []
    desk.cache._loader._changed = lambda: seen.extend(
        (model.state, model.in_use) for model in desk.cache.loaded()
    )
    desk.use(desk.wanted("base"))
    assert next(state for state, _ in seen) == "loading"
    assert ("ready", True) in seen
    assert seen[-1] == ("ready", False)


def test_a_listener_that_fails_breaks_nothing(caplog: pytest.LogCaptureFixture) -> None:
    desk = Desk()

    def fail() -> None:
        raise RuntimeError("the loop is closed")

    desk.cache._loader._changed = fail
    desk.use(desk.wanted("base"))
    assert desk.cache.unload("base")
    assert desk.machine.taken == {}
    assert "the loop is closed" in caplog.text


def test_a_model_that_does_not_unload_in_order_is_forgotten(caplog: pytest.LogCaptureFixture) -> None:
    desk = Desk()

    class Stubborn(StandIn):
        def unload(self) -> None:
            super().unload()
            if self.runs_on == "" and self.unloads:
                raise RuntimeError("stubborn")

    wanted = desk.wanted("base")
    wanted = type(wanted)("base", "base.en", 1, "memory", lambda: Stubborn("base", 1, desk.machine))
    desk.use(wanted)
    assert desk.cache.unload("base")
    assert desk.cache.loaded() == ()
    assert "stubborn" in caplog.text


def test_looking_never_waits_for_a_load() -> None:
    desk = Desk()
    desk.prepare = gated
    call = Running(lambda: desk.cache.preload(desk.wanted("base")))
    until(lambda: "base" in desk.models)
    looking = Running(lambda: (len(desk.cache.loaded()), desk.cache.holds("base")))
    assert looking.value() == (1, False)
    desk.model("base").gate.set()
    call.value()
