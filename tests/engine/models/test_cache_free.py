"""No more is loaded than is free, and a model that a graphics card has no room for goes elsewhere."""

from __future__ import annotations

import dataclasses

import pytest

from engine.models.cache import ModelTooLargeError, Wanted
from engine.models.too_large import NoRoomNowError
from tests.support.loadables import Desk, Running, StandIn, until

MB = 1_000_000


def on_card(desk: Desk, key: str, megabytes: int) -> Wanted[StandIn]:
    """A model for the card, that takes 200 MB of the machine's memory where the card has no room."""
    wanted = desk.wanted(key, megabytes, "cuda")
    desk.prepare = lambda model: setattr(model, "became", "cuda float16")
    return dataclasses.replace(wanted, instead=desk.wanted(key, 200))


def test_a_model_larger_than_what_is_free_is_refused_though_the_setting_allows_it() -> None:
    desk = Desk(1000 * MB)
    desk.free["memory"] = 250 * MB
    with pytest.raises(ModelTooLargeError) as refused:
        desk.cache.preload(desk.wanted("small", 300))
    assert refused.value.what == "small.en needs about 300 MB, and other programs leave 250 MB for models."
    assert refused.value.remedy == "Choose a smaller model, or close other programs."
    desk.free["memory"] = 300 * MB
    desk.use(desk.wanted("small", 300))
    assert desk.names() == ["small"]


def test_what_models_have_taken_can_be_freed_for_others() -> None:
    desk = Desk(1000 * MB)
    desk.free["memory"] = 300 * MB
    desk.use(desk.wanted("small", 300))
    desk.free["memory"] = 0
    desk.use(desk.wanted("base", 200))
    assert desk.told == ["small.en (300 MB) was unloaded to make room for base.en."]


def test_what_is_in_use_is_named_where_no_more_is_free() -> None:
    desk = Desk(1000 * MB)
    with desk.cache.acquire(desk.wanted("small", 300)):
        desk.free["memory"] = 100 * MB
        with pytest.raises(NoRoomNowError) as refused:
            desk.cache.preload(desk.wanted("base", 200))
    assert refused.value.what == (
        "base.en needs about 200 MB, which does not fit beside small.en (300 MB) in use:"
        " other programs leave 400 MB for models."
    )
    assert refused.value.remedy.endswith("or close other programs.")


def test_a_model_that_is_being_loaded_counts_in_full_though_it_has_taken_nothing_yet() -> None:
    desk = Desk(1000 * MB)
    desk.free["memory"] = 500 * MB

    def prepare(model: StandIn) -> None:
        model.size = 0
        model.gate.clear()

    desk.prepare = prepare
    loading = Running(lambda: desk.use(desk.wanted("small", 300)))
    until(lambda: "small" in desk.models and desk.model("small").began.is_set())
    with pytest.raises(NoRoomNowError, match="other programs leave 500 MB"):
        desk.cache.preload(desk.wanted("base", 300))
    desk.model("small").gate.set()
    loading.value()


def test_limits_that_changed_while_a_model_was_loading_hold_once_it_is_there() -> None:
    desk = Desk(500 * MB)
    desk.use(desk.wanted("base", 200))
    desk.prepare = lambda model: model.gate.clear()
    loading = Running(lambda: desk.use(desk.wanted("small", 300, really=400)))
    until(lambda: "small" in desk.models and desk.model("small").began.is_set())
    desk.limits = dataclasses.replace(desk.limits, memory_bytes=1000 * MB)
    desk.model("small").gate.set()
    loading.value()
    assert desk.names() == ["small", "base"]
    assert desk.told == []


def test_what_a_card_has_no_room_for_goes_elsewhere_and_it_is_said() -> None:
    desk = Desk(1000 * MB)
    desk.use(on_card(desk, "small", 400))
    assert [model.place for model in desk.cache.loaded()] == ["cuda"]
    assert desk.told == []
    wanted = on_card(desk, "large", 600)
    desk.prepare = lambda model: None
    desk.use(wanted)
    assert {model.name: model.place for model in desk.cache.loaded()} == {
        "large.en": "memory",
        "small.en": "cuda",
    }
    assert desk.told == [
        "large.en needs about 600 MB on the graphics card, and models may take 500 MB (models.memory)."
        " It goes into the machine's memory instead, and runs on the CPU."
    ]
    desk.use(wanted)
    assert len(desk.told) == 1


def test_a_card_that_other_programs_fill_has_no_room() -> None:
    desk = Desk(1000 * MB)
    desk.free["cuda"] = 100 * MB
    wanted = on_card(desk, "small", 300)
    desk.prepare = lambda model: None
    desk.use(wanted)
    assert [model.place for model in desk.cache.loaded()] == ["memory"]
    assert "other programs leave 100 MB" in desk.told[0]


def test_a_model_waits_for_the_card_that_another_one_uses() -> None:
    desk = Desk(1000 * MB)
    with desk.cache.acquire(on_card(desk, "small", 400)), pytest.raises(NoRoomNowError):
        desk.cache.preload(on_card(desk, "base", 300))


def test_where_nothing_has_room_for_it_the_machine_is_named() -> None:
    desk = Desk(150 * MB)
    with pytest.raises(ModelTooLargeError, match="needs about 200 MB, and models may take 150 MB"):
        desk.cache.preload(on_card(desk, "large", 600))
    assert desk.told == []


def test_a_model_that_leaves_the_card_in_use_makes_others_leave_the_memory() -> None:
    desk = Desk(500 * MB)
    desk.use(desk.wanted("base", 300))
    with desk.cache.acquire(on_card(desk, "small", 400)) as lease:
        assert desk.names() == ["small", "base"]
        lease.model.runs_on = "cpu int8"
        desk.cache.sweep()
        assert desk.names() == ["small"]
    assert "base.en (300 MB) was unloaded, because models may take 500 MB together" in desk.told[0]


def test_what_was_measured_in_one_place_says_nothing_of_another() -> None:
    desk = Desk(1000 * MB)
    wanted = desk.wanted("small", 300, really=450)
    desk.use(wanted)
    desk.cache.unload("small")
    desk.limits = dataclasses.replace(desk.limits, cuda_bytes=400 * MB)
    desk.prepare = lambda model: setattr(model, "became", "cuda float16")
    desk.use(dataclasses.replace(wanted, place="cuda"))
    assert [model.place for model in desk.cache.loaded()] == ["cuda"]


def test_a_model_is_known_by_all_names_that_it_was_asked_for_by() -> None:
    desk = Desk(1000 * MB)
    wanted = dataclasses.replace(desk.wanted("turbo", 100), also=("large-v3-turbo",))
    desk.use(wanted)
    desk.use(dataclasses.replace(wanted, name="~/turbo"))
    (model,) = desk.cache.loaded()
    assert model.uses == 2
    assert model.also == ("large-v3-turbo", "~/turbo")
    assert model.is_called("~/turbo")
    assert model.is_called("turbo.en")
    assert not model.is_called("small")
