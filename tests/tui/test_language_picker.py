"""The language picker: found by typing, with what the model in use can do."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from textual.pilot import Pilot
from textual.widgets import OptionList

from engine.models.languages import LANGUAGES
from tests.tui.conftest import Stage, words
from tests.tui.shelves import FakeShelf
from tui.screens.language_picker import DETECT, NONE, LanguagePicker, matching

MakeStage = Callable[..., Stage]


@dataclass
class Open:
    app: Stage
    pilot: Pilot[None]
    answers: list[str | None]

    @property
    def choices(self) -> OptionList:
        return self.app.screen.query_one(OptionList)

    @property
    def remark(self) -> str:
        return str(self.app.screen.query_one("#remark").render())

    @property
    def current(self) -> str | None:
        option = self.choices.highlighted_option
        return option.id if option else None


@asynccontextmanager
async def opened(stage: MakeStage, current: str = "de", model: str = "tiny") -> AsyncIterator[Open]:
    app, shelf = stage(), FakeShelf()
    shelf.put("base.en", chosen=False)
    shelf.put(model, chosen=True)
    answers: list[str | None] = []
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(LanguagePicker(shelf.rows, current, "M"), answers.append)
        await app.workers.wait_for_complete()
        await pilot.pause()
        yield Open(app, pilot, answers)


async def test_all_languages_are_there_with_detection_first_and_the_current_one_highlighted(stage: MakeStage):
    async with opened(stage) as it:
        assert it.choices.option_count == len(LANGUAGES) + 1
        assert DETECT in str(it.choices.get_option_at_index(0).prompt)
        assert it.current == "de"
        assert "German" in words(it.app)
        assert "English only" not in words(it.app)


async def test_typing_finds_and_enter_chooses(stage: MakeStage):
    async with opened(stage) as it:
        await it.pilot.press(*"haitian c")
        assert it.current == "ht"
        await it.pilot.press("enter")
        assert it.answers == ["ht"]


async def test_arrows_move_while_the_keyboard_types(stage: MakeStage):
    async with opened(stage, "auto") as it:
        await it.pilot.press("down", "down", "up", "enter")
        assert it.answers == [min(LANGUAGES, key=lambda code: LANGUAGES[code])]


async def test_escape_keeps(stage: MakeStage):
    async with opened(stage) as it:
        await it.pilot.press("f", "escape")
        assert it.answers == [None]


async def test_nothing_that_is_called_so_is_said_and_enter_waits(stage: MakeStage):
    async with opened(stage) as it:
        await it.pilot.press(*"qqqq", "enter")
        assert NONE in words(it.app)
        assert it.answers == []
        await it.pilot.press(*["backspace"] * 4)
        assert NONE not in words(it.app)
        assert it.current == "de"


async def test_a_model_that_knows_english_only_is_named(stage: MakeStage):
    async with opened(stage, model="base.en") as it:
        assert it.remark == "base.en knows English only. M chooses a model for other languages."


async def test_a_language_that_the_model_in_use_does_not_know_is_not_taken(stage: MakeStage):
    async with opened(stage, current="en", model="base.en") as it:
        await it.pilot.press(*"germ", "enter")
        assert it.answers == []
        assert it.remark == "base.en knows English only. M chooses a model for German."
        await it.pilot.press(*["backspace"] * 4, *"auto", "enter")
        assert it.answers == ["auto"]


@pytest.mark.parametrize(
    ("typed", "first"),
    [("de", "de"), ("GER", "de"), ("anish", "da"), ("auto", "auto"), ("detect", "auto"), ("flemish", "nl")],
)
def test_a_code_comes_before_a_beginning_and_that_before_a_part(typed: str, first: str):
    assert matching({"auto": DETECT, **LANGUAGES}, typed)[0] == first
