"""Texts that are made before they are asked for: taken when nothing changed, thrown away otherwise."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable

import pytest

from engine.editing import Editor
from engine.enhance.edited import Edited, Job
from engine.enhance.enhancer import Delta, Draft
from engine.enhance.writing_mode import WritingMode
from engine.foresight import Foresight, Order
from tests.support.modes import CLEAN, VERBATIM


class Gated:
    """An enhancer that waits until it is let go on, and counts its work."""

    name = "gated"
    instant = True

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.gate = asyncio.Event()
        self.moved = asyncio.Event()

    async def enhance(self, draft: Draft, mode: WritingMode) -> AsyncGenerator[Delta, None]:
        self.begun.append(draft.text)
        self.moved.set()
        await self.gate.wait()
        if draft.text == "broken":
            raise ValueError("no such word")
        yield Delta("" if draft.text == "nothing" else draft.text.upper())


class Ahead:
    """What is made in advance by a gated enhancer, by its words."""

    def __init__(self) -> None:
        self.enhancer = Gated()
        self.shown: list[str] = []
        self.foresight = Foresight(Editor().edit, self._show)

    def _show(self, _order: Order, text: str) -> None:
        self.shown.append(text)
        self.enhancer.moved.set()

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds that an enhancer or a text brings about."""
        async with asyncio.timeout(20):
            while not holds():
                await self.enhancer.moved.wait()
                self.enhancer.moved.clear()

    def order(self, text: str, dictation: int = 1, mode: WritingMode = CLEAN) -> Order:
        return Order(dictation, Job(Draft(text), mode, self.enhancer, self.enhancer))

    def look(self, text: str, dictation: int = 1) -> None:
        self.foresight.look_ahead(self.order(text, dictation))

    async def take(self, text: str, dictation: int = 1, mode: WritingMode = CLEAN) -> Edited | None:
        return await self.foresight.take(self.order(text, dictation, mode))


async def test_what_was_foreseen_is_there_at_once_with_its_changes() -> None:
    ahead = Ahead()
    enhancer = ahead.enhancer
    enhancer.gate.set()
    ahead.look("one two")
    taken = await ahead.take("one two")
    assert taken is not None
    assert taken.text == "ONE TWO"
    assert taken.changes
    assert ahead.shown == ["ONE TWO"]


async def test_a_text_in_the_making_is_waited_for() -> None:
    ahead = Ahead()
    enhancer = ahead.enhancer
    ahead.look("one")
    taking = asyncio.create_task(ahead.take("one"))
    await asyncio.sleep(0.01)
    enhancer.gate.set()
    taken = await taking
    assert taken is not None
    assert taken.text == "ONE"
    assert enhancer.begun == ["one"]


async def test_other_words_another_mode_or_another_dictation_take_nothing() -> None:
    ahead = Ahead()
    enhancer = ahead.enhancer
    enhancer.gate.set()
    ahead.look("one")
    assert await ahead.take("one two") is None
    assert await ahead.take("one", dictation=2) is None
    assert await ahead.take("one", mode=VERBATIM) is None


async def test_of_what_is_asked_meanwhile_only_the_newest_is_made() -> None:
    ahead = Ahead()
    enhancer = ahead.enhancer
    for text in ("one", "one two", "one two three"):
        ahead.look(text)
        await ahead.until(lambda: enhancer.begun == ["one"])
    enhancer.gate.set()
    await ahead.until(lambda: len(enhancer.begun) > 1)
    taken = await ahead.take("one two three")
    assert taken is not None
    assert enhancer.begun == ["one", "one two three"]


async def test_why_a_text_could_not_be_made_is_told_when_it_is_wanted() -> None:
    ahead = Ahead()
    ahead.enhancer.gate.set()
    ahead.look("broken")
    taken = await ahead.take("broken")
    assert taken is not None
    assert taken.text == "Broken."
    assert taken.remark == "gated failed: no such word. The text is used as it was recognised."


async def test_a_defect_on_the_way_is_raised_where_the_text_is_wanted() -> None:
    async def edit(_job: Job) -> Edited:
        raise ValueError("a defect")

    foresight = Foresight(edit, lambda _, text: None)
    order = Ahead().order("one")
    foresight.look_ahead(order)
    with pytest.raises(ValueError, match="a defect"):
        await foresight.take(order)


async def test_an_enhancer_without_an_answer_leaves_the_words_readable() -> None:
    ahead = Ahead()
    enhancer = ahead.enhancer
    enhancer.gate.set()
    ahead.look("nothing")
    taken = await ahead.take("nothing")
    assert taken is not None
    assert taken.text == "Nothing."


async def test_closing_ends_what_is_in_the_making() -> None:
    ahead = Ahead()
    enhancer = ahead.enhancer
    ahead.look("one")
    await ahead.until(lambda: enhancer.begun == ["one"])
    ahead.foresight.close()
    assert await ahead.take("one") is None
    enhancer.gate.set()
    ahead.look("two")
    assert await ahead.take("two") is None
    assert enhancer.begun == ["one"]


async def test_a_dictation_that_was_given_up_shows_nothing_more() -> None:
    ahead = Ahead()
    enhancer = ahead.enhancer
    ahead.look("one")
    await ahead.until(lambda: enhancer.begun == ["one"])
    ahead.look("one two")
    ahead.look("three", dictation=2)
    ahead.foresight.forget(1)
    enhancer.gate.set()
    await ahead.until(lambda: bool(ahead.shown))
    assert ahead.shown == ["THREE"]
