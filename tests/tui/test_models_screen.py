"""The models screen on a shelf that only remembers what it was asked for."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from engine.events import DownloadChanged, Event, ModelsChanged, Notice
from engine.models.shelf_model import BUILT_IN
from tests.tui.conftest import Stage, screen_lines, shown, words
from tests.tui.shelves import BASE, FakeShelf, progress
from tui.messages import EngineEvent
from tui.screens.models import ModelsScreen
from tui.then_use import ThenUse

MakeStage = Callable[..., Stage]


@dataclass
class Open:
    """An open models screen, with its cursor on the model in use."""

    app: Stage
    pilot: Pilot[None]
    shelf: FakeShelf
    then_use: ThenUse
    screen: ModelsScreen

    async def publish(self, *happened: Event) -> None:
        for event in happened:
            self.screen.post_message(EngineEvent(event))
        await self.settle()

    async def settle(self) -> None:
        """Wait until rows that are being read are shown."""
        await self.app.workers.wait_for_complete()
        await self.pilot.pause()

    async def go(self, name: str) -> None:
        names = [model.name for model in self.shelf.models]
        self.list.highlighted = names.index(name)
        await self.pilot.pause()

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.settle()

    @property
    def list(self) -> OptionList:
        return self.screen.query_one("#list", OptionList)

    @property
    def keys(self) -> str:
        return str(self.screen.query_one("#keys").render())

    def row(self, name: str) -> str:
        """What the screen shows of a model, in words."""
        return next(line for line in screen_lines(self.app) if f" {name} " in line)


@asynccontextmanager
async def opened(stage: MakeStage, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Open]:
    app, shelf, then_use = stage(), FakeShelf(), ThenUse()
    now = time.time()
    shelf.put("base.en", loaded=replace(BASE, last_used=now - 130, unload_at=now + 1710))
    async with app.run_test(size=size) as pilot:
        screen = ModelsScreen(shelf, then_use)
        await app.push_screen(screen)
        it = Open(app, pilot, shelf, then_use, screen)
        await it.settle()
        yield it


async def test_each_model_has_a_row_with_what_there_is_to_know(stage: MakeStage):
    async with opened(stage) as it:
        assert "●D base.en 148 MB 327 MB English fast" in " ".join(it.row("base.en").split())
        assert "✓ tiny 78.0 MB ~160 MB 99 languages very fast" in " ".join(it.row("tiny").split())
        assert "large-v3 ~3.09 GB ~4.30 GB 99 languages slow" in " ".join(it.row("large-v3").split())
        assert "● in use ○ loaded ✓ on disk ↓ being fetched D default" in words(it.app)


@pytest.mark.parametrize("size", [(80, 24), (160, 48)])
async def test_the_one_under_the_cursor_is_told_in_detail(stage: MakeStage, size: tuple[int, int]):
    async with opened(stage, size) as it:
        text = words(it.app)
        for part in (
            "base.en · in use · loaded · default at start",
            "327 MB of memory · runs on cpu int8 · loaded in 1.4 s",
            "used 3 times · last 2 min ago · unloads in 28 min",
            "/srv/models/base.en",
        ):
            assert part in text
        await it.go("small.en")
        assert "small.en · not on this machine" in words(it.app)
        assert "about 486 MB to fetch · about 900 MB of memory once loaded" in words(it.app)


async def test_a_small_window_keeps_list_details_and_keys(stage: MakeStage):
    async with opened(stage, (40, 8)) as it:
        await it.go("large-v3")
        lines = screen_lines(it.app)
        assert "large-v3" in it.row("large-v3")
        assert "~3.09 GB" in it.row("large-v3")
        assert "large-v3 · not on this machine" in shown(it.app)
        assert lines[-1].startswith("enter get and use  g get")
        assert lines[-1].rstrip().endswith("esc closes")


@pytest.mark.parametrize("width", [20, 40, 59, 60, 80, 119, 120, 160, 250])
async def test_a_row_is_one_line_at_every_size(stage: MakeStage, width: int):
    async with opened(stage, (width, 24)) as it:
        for height in (8, 19, 20, 48):
            await it.pilot.resize_terminal(width, height)
            await it.settle()
            assert it.list.virtual_size.height == len(it.shelf.models)
            assert "esc" in screen_lines(it.app)[it.screen.query_one("#keys").region.y]


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
        ("base.en", "D", "base.en is the default already."),
        ("small.en", "x", "small.en is not on this machine."),
        (BUILT_IN, "x", f"{BUILT_IN} does not lie in utter's own folder; remove it where it came from."),
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


async def test_a_model_that_is_not_here_is_fetched_and_then_used(stage: MakeStage):
    async with opened(stage) as it:
        await it.go("small.en")
        await it.press("enter")
        assert "small.en is used as soon as it is here; this screen may be closed." in words(it.app)
        await it.publish(DownloadChanged(progress("small.en")))
        assert "small.en · being fetched, then used" in words(it.app)
        await it.press("enter")
        assert it.shelf.asked == [("download", "small.en")]
        assert it.then_use.due(DownloadChanged(progress("tiny.en", state="done"))) == ""
        assert it.then_use.due(DownloadChanged(progress("small.en", state="done"))) == "small.en"
        assert it.then_use.due(DownloadChanged(progress("small.en", state="done"))) == ""


@pytest.mark.parametrize("key", ["c", "up"])
async def test_another_wish_takes_the_place_of_the_first(stage: MakeStage, key: str):
    async with opened(stage) as it:
        await it.go("small.en")
        await it.press("enter")
        await it.publish(DownloadChanged(progress("small.en")))
        await it.go("small.en" if key == "c" else "tiny")
        await it.press("c" if key == "c" else "enter")
        assert it.shelf.asked[-1] in [("cancel_download", "small.en"), ("choose", "tiny")]
        assert it.then_use.due(DownloadChanged(progress("small.en", state="done"))) == ""


async def test_a_download_is_followed_in_its_row_alone(stage: MakeStage, monkeypatch: pytest.MonkeyPatch):
    async with opened(stage) as it:
        await it.go("small.en")
        replaced: list[int] = []
        replace_prompt = it.list.replace_option_prompt_at_index
        monkeypatch.setattr(
            it.list,
            "replace_option_prompt_at_index",
            lambda place, prompt: (replaced.append(place), replace_prompt(place, prompt))[1],
        )
        reads = it.shelf.reads
        for done in (64_000_000, 64_000_001, 70_000_000):
            await it.publish(DownloadChanged(progress("small.en", done)))
        assert replaced == [4, 4]
        assert it.shelf.reads == reads
        assert "47 %" in it.row("small.en")
        assert "70.0 MB of 148 MB · 3.20 MB/s · 26 s left" in words(it.app)
        await it.publish(DownloadChanged(progress("small.en", state="checking")))
        assert "checking…" in words(it.app)
        await it.publish(DownloadChanged(progress("small.en", state="waiting", remark="The line broke.")))
        assert "! The line broke." in words(it.app)


async def test_the_end_of_a_download_is_shown(stage: MakeStage):
    async with opened(stage) as it:
        await it.go("small.en")
        await it.publish(
            DownloadChanged(progress("small.en", state="failed", remark="The disk is\x1b[2J full."))
        )
        assert "✕ The disk is[2J full." in words(it.app)
        assert "g get" in it.keys
        it.shelf.put("small.en", path=it.shelf.models[2].path, download_bytes=486_000_000)
        await it.publish(DownloadChanged(progress("small.en", state="done")))
        assert "✓" in it.row("small.en")
        assert "small.en · on disk" in words(it.app)
        assert "✕" not in words(it.app)


async def test_what_happens_to_models_is_read_anew(stage: MakeStage):
    async with opened(stage) as it:
        await it.go("tiny")
        it.shelf.put("tiny", loaded=replace(BASE, name="tiny", state="loading"))
        await it.publish(ModelsChanged(()))
        assert "○" in it.row("tiny")
        assert "tiny · loading…" in words(it.app)
        await it.publish(Notice("warning", "tiny does not fit.", "Unload another model."))
        assert "tiny does not fit. Unload another model." in words(it.app)


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("owner/name", ("download", "owner/name")),
        ("~/models/mine", ("choose", "~/models/mine")),
        ("C:\\models\\mine", ("choose", "C:\\models\\mine")),
        ("tiny", ("choose", "tiny")),
        ("small.en", ("download", "small.en")),
    ],
)
async def test_any_other_model_can_be_named(stage: MakeStage, typed: str, asked: tuple[str, str]):
    async with opened(stage) as it:
        await it.press("o")
        it.screen.query_one(Input).value = typed
        await it.press("enter")
        assert it.shelf.asked == [asked]
        assert it.then_use.name == (typed if asked[0] == "download" else "")
        assert it.list.has_focus


async def test_a_repository_that_is_fetched_has_a_row_until_the_shelf_knows_it(stage: MakeStage):
    async with opened(stage) as it:
        await it.publish(DownloadChanged(progress("me/[b]mine\x1b[2J")))
        assert "43 %" in it.row("me/[b]mine[2J")
        assert len(it.list.options) == len(it.shelf.models) + 1


async def test_escape_closes_the_line_and_then_the_screen(stage: MakeStage):
    async with opened(stage) as it:
        await it.press("o", *"q y", "escape")
        assert it.app.screen is it.screen
        await it.press("escape")
        assert it.app.screen is it.app.workstation


async def test_its_own_key_closes_it(stage: MakeStage):
    async with opened(stage) as it:
        await it.press("M")
        assert it.app.screen is it.app.workstation
