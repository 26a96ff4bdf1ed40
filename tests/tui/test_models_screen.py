"""The models screen on a shelf that only remembers what it was asked for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.widgets import Input

from engine.events import DownloadChanged, ModelsChanged, Notice
from tests.tui.conftest import screen_lines, shown, words
from tests.tui.opened_models import MakeStage, opened
from tests.tui.shelves import BASE, FakeShelf, catalogue, progress
from tui.panels.model_words import STALLED, details
from tui.screens.models import ModelsScreen
from tui.then_use import ThenUse


async def test_each_model_has_a_row_with_what_there_is_to_know(stage: MakeStage):
    async with opened(stage) as it:
        assert "●D base.en 148 MB 327 MB English fast" in " ".join(it.row("base.en").split())
        assert "✓ tiny 78.0 MB ~160 MB 99 languages very fast" in " ".join(it.row("tiny").split())
        assert "large-v3 ~3.09 GB ~4.30 GB 99 languages slow" in " ".join(it.row("large-v3").split())
        assert "● in use ○ loaded ✓ on disk ↓ being fetched D at every start" in words(it.app)


@pytest.mark.parametrize("size", [(80, 24), (160, 48)])
async def test_the_one_under_the_cursor_is_told_in_detail(stage: MakeStage, size: tuple[int, int]):
    async with opened(stage, size) as it:
        text = words(it.app)
        for part in (
            "base.en · in use · loaded · used at every start",
            "327 MB of memory · runs on cpu int8 · loaded in 1.4 s",
            "used 3 times · last 2 min ago · unloads in 28 min",
            "/srv/models/base.en",
        ):
            assert part in text
        await it.go("small.en")
        assert "small.en · not on this machine" in words(it.app)
        assert "about 486 MB to fetch · about 900 MB of memory once loaded" in words(it.app)
        await it.go("large-v3")
        assert "large-v3 · not on this machine · the same as large" in words(it.app)


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
        assert "✕ The disk is full." in words(it.app)
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
        assert "43 %" in it.row("me/[b]mine")
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


async def test_a_long_message_leaves_room_for_list_and_keys(stage: MakeStage):
    async with opened(stage, (40, 8)) as it:
        await it.publish(Notice("warning", "No model is called so.", "Names are: tiny, base, small. " * 9))
        assert it.list.region.height >= 2
        assert "esc closes" in screen_lines(it.app)[-1]
        assert "! No model is called so." in words(it.app)


async def test_the_cursor_stays_on_a_repository_that_has_come(stage: MakeStage):
    async with opened(stage) as it:
        await it.publish(DownloadChanged(progress("me/mine")))
        it.list.highlighted = len(it.shelf.models)
        shelf = it.shelf.models
        it.shelf.models = (*shelf, replace(shelf[2], name="me/mine"))
        await it.publish(DownloadChanged(progress("me/mine", state="done")))
        assert "me/mine · on disk" in words(it.app)


async def test_the_part_that_an_earlier_download_left_is_told_of(stage: MakeStage):
    async with opened(stage) as it:
        it.shelf.put("small.en", kept_bytes=24_000_000)
        await it.publish(ModelsChanged(()))
        await it.go("small.en")
        assert "about 486 MB to fetch · 24.0 MB of it are here already" in words(it.app)


async def test_the_cursor_begins_on_what_is_being_fetched(stage: MakeStage):
    app, shelf = stage(), FakeShelf()
    shelf.put("small.en", download=progress("small.en"))
    async with app.run_test(size=(80, 24)) as pilot:
        screen = ModelsScreen(shelf, ThenUse())
        await app.push_screen(screen)
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "small.en · being fetched" in words(app)


async def test_a_name_that_is_no_model_leaves_no_row_and_its_error_is_told_once(stage: MakeStage):
    why = "There is no model nonsense. Names are: tiny, base."
    async with opened(stage) as it:
        await it.publish(DownloadChanged(progress("nonsense", 0, "asking")))
        assert len(it.list.options) == len(it.shelf.models) + 1
        await it.publish(
            DownloadChanged(progress("nonsense", 0, "failed", why)),
            Notice("warning", why.partition(". ")[0], ""),
        )
        assert len(it.list.options) == len(it.shelf.models)
        await it.go("small.en")
        await it.publish(DownloadChanged(progress("small.en", state="failed", remark=why)))
        assert words(it.app).count(why) == 1
        await it.publish(Notice("warning", "There is no model nonsense.", "Names are: tiny, base."))
        assert words(it.app).count(why) == 1


async def test_a_download_to_which_nothing_comes_says_so(stage: MakeStage):
    async with opened(stage) as it:
        await it.go("small.en")
        await it.publish(DownloadChanged(replace(progress("small.en"), bytes_per_s=0.0, left_s=None)))
        assert f"64.0 MB of 148 MB · {STALLED}" in words(it.app)


@pytest.mark.parametrize("width", range(24, 80))
def test_facts_beside_each_other_are_not_broken(width: int):
    lines = [line.plain for line in details(catalogue()[3], 0.0, width)[1:-1]]
    assert all(len(line) <= width for line in lines)
    assert [fact for line in lines for fact in line.split(" · ")][2] == "loaded in 1.4 s"
