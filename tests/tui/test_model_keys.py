"""The keys of the models screen: what each does, which are offered, and why one does nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.events import DownloadChanged, ModelsChanged
from engine.models.shelf_model import BUILT_IN
from tests.tui.conftest import words
from tests.tui.opened_models import MakeStage, opened
from tests.tui.shelves import BASE, progress


@pytest.mark.parametrize(
    ("name", "key", "asked"),
    [
        ("tiny", "enter", ("choose", "tiny")),
        (BUILT_IN, "enter", ("choose", BUILT_IN)),
        ("tiny", "l", ("load", "tiny")),
        ("base.en", "u", ("unload", "base.en")),
        ("tiny", "D", ("make_default", "tiny")),
        ("small.en", "g", ("download", "small.en")),
        ("small.en", "enter", ("download", "small.en")),
    ],
)
async def test_a_key_does_what_it_says(stage: MakeStage, name: str, key: str, asked: tuple[str, str]):
    async with opened(stage) as it:
        await it.go(name)
        assert f"{key} " in it.keys
        await it.press(key)
        assert it.shelf.asked == [asked]


@pytest.mark.parametrize(
    ("name", "key", "why"),
    [
        ("base.en", "enter", "base.en is in use already."),
        ("tiny", "g", "tiny is on this machine already."),
        ("small.en", "c", "small.en is not being fetched."),
        ("small.en", "l", "small.en is not on this machine. g gets it."),
        ("base.en", "l", "base.en is in memory already."),
        ("tiny", "u", "tiny is not in memory."),
        ("base.en", "D", "base.en is used at every start already."),
        ("small.en", "x", "small.en is not on this machine."),
        (BUILT_IN, "x", f"{BUILT_IN} comes with utter's packages, and stays."),
    ],
)
async def test_a_key_that_can_do_nothing_says_why(stage: MakeStage, name: str, key: str, why: str):
    async with opened(stage) as it:
        await it.go(name)
        await it.press(key)
        assert why in words(it.app)
        assert it.shelf.asked == []


async def test_removing_needs_the_key_twice_on_the_same_row(stage: MakeStage):
    async with opened(stage) as it:
        await it.go("tiny")
        await it.press("x")
        assert "x once more deletes tiny from the disk." in words(it.app)
        await it.press("down", "up", "x")
        assert it.shelf.asked == []
        await it.press("l", "x")
        assert it.shelf.asked == [("load", "tiny")]
        await it.press("x")
        assert it.shelf.asked[1:] == [("remove", "tiny")]


async def test_the_foot_says_what_enter_and_the_default_key_do(stage: MakeStage):
    async with opened(stage) as it:
        await it.go("tiny")
        assert it.keys.startswith("enter use now  l load  D use at every start  x remove")
        assert it.keys.endswith("esc closes")
        await it.press("D")
        assert "tiny is used now, and at every start." in words(it.app)


async def test_what_is_in_memory_is_not_removed_and_says_so_at_the_first_key(stage: MakeStage):
    async with opened(stage) as it:
        assert "x remove" not in it.keys
        await it.press("x")
        assert "base.en is in memory. u unloads it, then x removes it." in words(it.app)
        for in_use in (True, False):
            it.shelf.put("base.en", loaded=replace(BASE, in_use=in_use))
            await it.publish(ModelsChanged(()))
            assert ("u unload" in it.keys) is not in_use
        it.shelf.put("base.en", loaded=replace(BASE, in_use=True))
        await it.publish(ModelsChanged(()))
        for key in ("x", "u"):
            await it.press(key)
            assert "A dictation is using base.en; wait until it has its text." in words(it.app)
        assert it.shelf.asked == []


async def test_the_only_download_is_cancelled_from_every_row(stage: MakeStage):
    async with opened(stage) as it:
        await it.publish(DownloadChanged(progress("small.en")))
        await it.go("tiny")
        assert "c cancel small.en" in it.keys
        await it.press("c")
        assert it.shelf.asked == [("cancel_download", "small.en")]
        await it.publish(DownloadChanged(progress("large-v3")))
        assert "cancel" not in it.keys
        await it.press("c")
        assert "tiny is not being fetched." in words(it.app)


async def test_what_is_used_then_already_is_not_offered_again(stage: MakeStage):
    async with opened(stage) as it:
        await it.publish(DownloadChanged(progress("small.en")))
        await it.go("small.en")
        assert "enter then use" in it.keys
        await it.press("enter")
        assert "enter" not in it.keys
        assert it.shelf.asked == []
        assert it.then_use.name == "small.en"
        await it.press("enter")
        assert "small.en is used as soon as it is here; c cancels that." in words(it.app)
