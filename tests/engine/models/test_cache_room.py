"""Who leaves when there is no room, who is refused, and what is said of it."""

from __future__ import annotations

import dataclasses

import pytest

from engine.models.cache import ModelTooLargeError
from tests.support.loadables import Desk, Running, StandIn, until


def test_the_least_recently_used_make_room_and_it_is_said() -> None:
    desk = Desk(1_000_000_000)
    for key in ("tiny", "base", "small"):
        desk.use(desk.wanted(key, 300))
    desk.use(desk.wanted("tiny", 300))
    desk.use(desk.wanted("medium", 600))
    assert desk.names() == ["medium", "tiny"]
    assert desk.told == [
        "base.en (300 MB) was unloaded to make room for medium.en.",
        "small.en (300 MB) was unloaded to make room for medium.en.",
    ]
    assert desk.machine.peak <= 1_000_000_000


def test_nobody_leaves_where_there_is_room() -> None:
    desk = Desk(1_000_000_000)
    desk.use(desk.wanted("small", 400))
    desk.use(desk.wanted("medium", 600))
    assert desk.names() == ["medium", "small"]
    assert desk.told == []


def test_a_model_larger_than_all_is_refused_before_anything_happens() -> None:
    desk = Desk(1_000_000_000)
    desk.use(desk.wanted("small", 400))
    with pytest.raises(ModelTooLargeError) as refused:
        desk.cache.acquire(desk.wanted("large", 3100))
    assert refused.value.what == "large.en needs about 3.10 GB, and models may take 1.00 GB (models.memory)."
    assert refused.value.remedy == "Choose a smaller model, or raise models.memory."
    assert "large" not in desk.models
    assert desk.names() == ["small"]
    assert desk.told == []


def test_a_model_that_does_not_fit_beside_those_in_use_is_refused_and_nobody_leaves() -> None:
    desk = Desk(1_000_000_000)
    desk.use(desk.wanted("tiny", 100))
    with desk.cache.acquire(desk.wanted("small", 400)):
        with pytest.raises(ModelTooLargeError) as refused:
            desk.cache.preload(desk.wanted("medium", 700))
        assert refused.value.what == (
            "medium.en needs about 700 MB, which does not fit beside small.en (400 MB) in use:"
            " models may take 1.00 GB together (models.memory)."
        )
        assert desk.names() == ["small", "tiny"]
    desk.use(desk.wanted("medium", 700))
    assert desk.names() == ["medium"]


def test_each_place_has_a_budget_of_its_own() -> None:
    desk = Desk(1_000_000_000)
    desk.prepare = lambda model: setattr(
        model, "became", "cuda float16" if model.key != "tiny" else "cpu int8"
    )
    desk.use(desk.wanted("tiny", 900))
    desk.use(desk.wanted("base", 300, "cuda"))
    assert desk.names() == ["base", "tiny"]
    desk.use(desk.wanted("small", 400, "cuda"))
    assert desk.names() == ["small", "tiny"]
    with pytest.raises(ModelTooLargeError, match="501 MB on the graphics card, and models may take 500 MB"):
        desk.cache.preload(desk.wanted("medium", 501, "cuda"))


def test_a_model_counts_where_it_really_is() -> None:
    desk = Desk(1_000_000_000)
    desk.use(desk.wanted("base", 400, "cuda"))
    (model,) = desk.cache.loaded()
    assert (model.place, model.runs_on) == ("memory", "cpu int8")
    desk.use(desk.wanted("small", 700))
    assert desk.names() == ["small"]


def test_what_was_measured_counts_and_is_remembered() -> None:
    desk = Desk(1_000_000_000)
    desk.use(desk.wanted("small", 300, really=600))
    desk.use(desk.wanted("base", 400))
    assert desk.names() == ["base", "small"]
    desk.use(desk.wanted("tiny", 10))
    assert desk.told == ["small.en (600 MB) was unloaded to make room for tiny.en."]
    desk.use(desk.wanted("small", 300))
    assert desk.names() == ["small", "tiny"]
    assert desk.told[1:] == ["base.en (400 MB) was unloaded to make room for small.en."]


def test_a_model_of_unknown_size_counts_as_estimated() -> None:
    desk = Desk(1_000_000_000)
    desk.use(desk.wanted("small", 300, really=0))
    assert desk.cache.loaded()[0].memory_bytes == 300_000_000


def test_others_leave_when_a_model_turns_out_larger_than_estimated() -> None:
    desk = Desk(1_000_000_000)
    for key in "ab":
        desk.use(desk.wanted(key, 300))
    with desk.cache.acquire(desk.wanted("c", 300, really=600)):
        assert desk.names() == ["c", "b"]
    assert desk.told == ["a.en (300 MB) was unloaded to make room for c.en."]


def test_a_model_that_turns_out_larger_than_all_can_be_used_but_not_loaded_again() -> None:
    desk = Desk(1_000_000_000)
    desk.use(desk.wanted("a", 300))
    with desk.cache.acquire(desk.wanted("c", 300, really=1200)):
        assert desk.names() == ["c"]
        desk.cache.sweep()
        assert desk.names() == ["c"]
    desk.cache.sweep()
    assert desk.names() == []
    assert desk.told[-1] == (
        "c.en (1.20 GB) was unloaded, because models may take 1.00 GB together (models.memory)."
    )
    with pytest.raises(ModelTooLargeError, match=r"c\.en needs about 1\.20 GB"):
        desk.cache.acquire(desk.wanted("c", 300))


def test_nothing_is_loaded_before_those_that_make_room_are_gone() -> None:
    desk = Desk(1_000_000_000)
    desk.use(desk.wanted("small", 600))
    desk.model("small").leaving.clear()
    call = Running(lambda: desk.cache.acquire(desk.wanted("medium", 700)))
    until(lambda: desk.names() == ["medium", "small"])
    assert {model.name: model.state for model in desk.cache.loaded()} == {
        "medium.en": "loading",
        "small.en": "unloading",
    }
    assert not call.ended(0.05)
    assert "medium" not in desk.models
    desk.model("small").leaving.set()
    call.value()
    assert desk.machine.peak <= 1_000_000_000


def test_room_that_is_made_for_one_is_not_given_to_another() -> None:
    desk = Desk(1_000_000_000)
    desk.use(desk.wanted("small", 600))
    desk.model("small").leaving.clear()
    call = Running(lambda: desk.cache.acquire(desk.wanted("medium", 700)))
    until(lambda: desk.names() == ["medium", "small"])
    with pytest.raises(ModelTooLargeError, match=r"beside medium\.en \(700 MB\) in use"):
        desk.cache.acquire(desk.wanted("base", 400))
    other = Running(lambda: desk.cache.acquire(desk.wanted("tiny", 300)))
    assert not other.ended(0.05)
    desk.model("small").leaving.set()
    call.value()
    other.value()
    assert desk.machine.peak <= 1_000_000_000


def test_whoever_needs_the_room_of_a_model_that_is_preloading_waits_for_it() -> None:
    desk = Desk(1_000_000_000)
    desk.prepare = lambda model: model.gate.clear() if model.key == "small" else None
    preloading = Running(lambda: desk.cache.preload(desk.wanted("small", 600)))
    until(lambda: "small" in desk.models)
    call = Running(lambda: desk.cache.acquire(desk.wanted("medium", 700)))
    assert not call.ended(0.05)
    assert "medium" not in desk.models
    desk.model("small").gate.set()
    preloading.value()
    call.value()
    assert desk.names() == ["medium"]
    assert desk.told == ["small.en (600 MB) was unloaded to make room for medium.en."]


def test_new_limits_hold_at_the_next_look() -> None:
    desk = Desk(1_000_000_000)
    for key in "abc":
        desk.use(desk.wanted(key, 300))
    desk.limits = dataclasses.replace(desk.limits, memory_bytes=700_000_000)
    desk.cache.sweep()
    assert desk.names() == ["c", "b"]
    desk.limits = dataclasses.replace(desk.limits, memory_bytes=400_000_000)
    desk.use(desk.wanted("d", 100))
    assert desk.names() == ["d", "c"]
    desk.limits = dataclasses.replace(desk.limits, memory_bytes=50_000_000)
    desk.cache.sweep()
    assert desk.names() == []
    assert [told.partition(".")[0] for told in desk.told] == ["a", "b", "c", "d"]


def grow(model: StandIn, megabytes: int) -> None:
    model.size = megabytes * 1_000_000


def test_what_grows_in_use_drives_out_others_but_not_itself() -> None:
    desk = Desk(1_000_000_000)
    desk.use(desk.wanted("old", 400))
    desk.use(desk.wanted("new", 500))
    grow(desk.model("new"), 700)
    changes = desk.changes
    desk.cache.sweep()
    assert desk.names() == ["new"]
    assert desk.told == [
        "old.en (400 MB) was unloaded, because models may take 1.00 GB together (models.memory)."
    ]
    grow(desk.model("new"), 1100)
    desk.cache.sweep()
    assert desk.cache.loaded()[0].memory_bytes == 1_100_000_000
    assert desk.changes >= changes + 2


def test_what_a_model_takes_in_another_place_is_not_remembered_for_its_own() -> None:
    desk = Desk(1_000_000_000)
    wanted = desk.wanted("a", 300, "cuda", really=900)
    desk.use(wanted)
    assert desk.cache.loaded()[0].place == "memory"
    assert desk.cache.unload("a")
    desk.prepare = lambda model: model.gate.clear()
    call = Running(lambda: desk.cache.preload(wanted))
    until(lambda: "a" in desk.names())
    (model,) = desk.cache.loaded()
    assert (model.place, model.memory_bytes) == ("cuda", 300_000_000)
    until(lambda: len(desk.models["a"]) == 2)
    desk.model("a").gate.set()
    call.value()
