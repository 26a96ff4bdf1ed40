"""A text that is delivered once more, because it did not arrive or is wanted again."""

from __future__ import annotations

import pytest

from engine.deliver.target import Delivery
from engine.events import Delivered, DictationFinished, Notice, Reviewed
from tests.support.dictating import recordings
from tests.support.enhanced_session import SPOKEN, TIDIED, at_desk, until


async def test_a_text_that_did_not_arrive_is_delivered_again_and_its_sound_is_kept_no_longer(
    monkeypatch: pytest.MonkeyPatch,
):
    async with at_desk(monkeypatch, enhancement__enhancer="tidy") as desk:
        desk.driver.target._outcome = Delivery.FAILED
        await desk.dictate(SPOKEN)
        await desk.until_kept(1)
        desk.driver.target._outcome = Delivery.DELIVERED
        await desk.session.texts.deliver_again()
        told = await desk.driver.wait_until(
            Delivered, lambda event: event.outcome.status is Delivery.DELIVERED
        )
        assert told.dictation == 1
        assert desk.texts == [TIDIED, TIDIED]
        await until(lambda: recordings(".wav") == recordings(".txt") == [])


async def test_without_a_text_that_is_said(monkeypatch: pytest.MonkeyPatch):
    async with at_desk(monkeypatch, enhancement__enhancer="tidy") as desk:
        await desk.session.texts.deliver_again()
        await desk.driver.wait_for(Notice, message="There is no text to deliver yet.")
        assert desk.texts == []


async def test_a_text_that_waits_is_accepted_by_it(monkeypatch: pytest.MonkeyPatch):
    async with at_desk(monkeypatch, enhancement__enhancer="tidy", delivery__policy="accept") as desk:
        await desk.dictate(SPOKEN, until=DictationFinished)
        await desk.session.texts.deliver_again()
        assert desk.texts == [TIDIED]
        assert not desk.driver.all(Reviewed)[-1].waits


async def test_the_newest_can_be_meant_while_an_earlier_one_is_shown(monkeypatch: pytest.MonkeyPatch):
    async with at_desk(monkeypatch, enhancement__enhancer="tidy") as desk:
        await desk.dictate(SPOKEN)
        await desk.dictate("hello there")
        desk.session.texts.show_earlier()
        await desk.session.texts.deliver_again(newest=True)
        await desk.session.texts.deliver_again()
        assert desk.texts == [TIDIED, "Hello there.", "Hello there.", TIDIED]
