"""Texts that are made before they are asked for: taken when nothing changed, thrown away otherwise."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import pytest

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

    async def enhance(self, draft: Draft, mode: WritingMode) -> AsyncGenerator[Delta, None]:
        self.begun.append(draft.text)
        await self.gate.wait()
        if draft.text == "broken":
            raise ValueError("no such word")
        yield Delta("" if draft.text == "nothing" else draft.text.upper())


def order(text: str, dictation: int = 1, mode: WritingMode = CLEAN) -> Order:
    return Order(dictation, Draft(text), mode, "gated")


def foresight(shown: list[str]) -> Foresight:
    return Foresight(lambda _, text: shown.append(text))


async def test_what_was_foreseen_is_there_at_once_with_its_changes() -> None:
    shown: list[str] = []
    enhancer, ahead = Gated(), foresight(shown)
    enhancer.gate.set()
    ahead.look_ahead(order("one two"), enhancer)
    taken = await ahead.take(order("one two"))
    assert taken is not None
    assert taken.text == "ONE TWO"
    assert taken.changes
    assert shown == ["ONE TWO"]


async def test_a_text_in_the_making_is_waited_for() -> None:
    enhancer, ahead = Gated(), foresight([])
    ahead.look_ahead(order("one"), enhancer)
    taking = asyncio.create_task(ahead.take(order("one")))
    await asyncio.sleep(0.01)
    enhancer.gate.set()
    taken = await taking
    assert taken is not None
    assert taken.text == "ONE"
    assert enhancer.begun == ["one"]


async def test_other_words_another_mode_or_another_dictation_take_nothing() -> None:
    enhancer, ahead = Gated(), foresight([])
    enhancer.gate.set()
    ahead.look_ahead(order("one"), enhancer)
    assert await ahead.take(order("one two")) is None
    assert await ahead.take(order("one", dictation=2)) is None
    assert await ahead.take(order("one", mode=VERBATIM)) is None


async def test_of_what_is_asked_meanwhile_only_the_newest_is_made() -> None:
    enhancer, ahead = Gated(), foresight([])
    for text in ("one", "one two", "one two three"):
        ahead.look_ahead(order(text), enhancer)
        await asyncio.sleep(0)
    enhancer.gate.set()
    await asyncio.sleep(0.05)
    taken = await ahead.take(order("one two three"))
    assert taken is not None
    assert enhancer.begun == ["one", "one two three"]


async def test_why_a_text_could_not_be_made_is_told_when_it_is_wanted() -> None:
    enhancer, ahead = Gated(), foresight([])
    enhancer.gate.set()
    ahead.look_ahead(order("broken"), enhancer)
    with pytest.raises(ValueError, match="no such word"):
        await ahead.take(order("broken"))


async def test_an_enhancer_without_an_answer_leaves_the_words_readable() -> None:
    enhancer, ahead = Gated(), foresight([])
    enhancer.gate.set()
    ahead.look_ahead(order("nothing"), enhancer)
    taken = await ahead.take(order("nothing"))
    assert taken is not None
    assert taken.text == "Nothing."


async def test_closing_ends_what_is_in_the_making() -> None:
    enhancer, ahead = Gated(), foresight([])
    ahead.look_ahead(order("one"), enhancer)
    await asyncio.sleep(0)
    ahead.close()
    assert await ahead.take(order("one")) is None
    enhancer.gate.set()
    ahead.look_ahead(order("two"), enhancer)
    assert await ahead.take(order("two")) is None
    assert enhancer.begun == ["one"]


async def test_a_dictation_that_was_given_up_shows_nothing_more() -> None:
    shown: list[str] = []
    enhancer, ahead = Gated(), foresight(shown)
    ahead.look_ahead(order("one"), enhancer)
    await asyncio.sleep(0)
    ahead.look_ahead(order("one two"), enhancer)
    ahead.look_ahead(order("three", dictation=2), enhancer)
    ahead.forget(1)
    enhancer.gate.set()
    await asyncio.sleep(0.05)
    assert shown == ["THREE"]
