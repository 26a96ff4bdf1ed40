"""Texts that are edited once more: by hand, in another mode, while another edit of them runs."""

from __future__ import annotations

import pytest

from engine.events import (
    Delivered,
    DictationFinished,
    Enhanced,
    EnhancementGrew,
    Notice,
    Reviewed,
)
from tests.support.enhanced_session import GOOD, READABLE, SPOKEN, at_desk, until
from tests.support.ollama_script import dictated
from tests.support.ollama_server import OllamaServer


async def test_a_mode_is_applied_again_to_an_earlier_text(
    monkeypatch: pytest.MonkeyPatch, server: OllamaServer
) -> None:
    async with at_desk(monkeypatch, server) as desk:
        await desk.dictate(SPOKEN)
        await desk.dictate("and one more text for the people of the town")
        desk.session.texts.show_earlier()
        await desk.reviewed(dictation=1, place=1, count=2, shown=True)
        assert desk.session.final_text == GOOD
        server.answer = lambda _: "- Report due on Friday\n- Bob sends it to all the people"
        desk.session.live.set_mode("notes")
        desk.session.texts.reapply_mode()
        await desk.delivered("- Report due on Friday\n- Bob sends it to all the people")
        assert desk.driver.all(Enhanced)[-1].mode == "notes"
        assert SPOKEN in str(server.asked()[-1].body["messages"][-1]).casefold()
        desk.session.texts.show_earlier()
        await desk.driver.wait_for(Notice, message="There is no earlier text.")
        desk.session.texts.show_later()
        desk.session.texts.show_later()
        await desk.driver.wait_for(Notice, message="This is the newest text.")
        await desk.dictate(SPOKEN)
        assert desk.driver.all(Reviewed)[-1].dictation == 3, "a new dictation is what keys act on"


async def test_an_edit_by_hand_that_comes_to_nothing_leaves_the_text_as_it_was(
    monkeypatch: pytest.MonkeyPatch, server: OllamaServer
) -> None:
    async with at_desk(monkeypatch, server) as desk:
        await desk.dictate(SPOKEN)
        for failing, why in (("I'm sorry, I can't help with that.", "Refused"), ("", "broke")):
            if failing:
                server.answer = lambda _, answer=failing: answer
            else:
                server.fail("cut", 2)
            desk.session.texts.enhance_now()
            notice = await desk.driver.wait_until(Notice, lambda event, why=why: why in event.message)
            assert notice.message.endswith("; the text stays as it was.")
            assert (notice.severity, notice.topic) == ("warning", "edit")
            assert desk.session.final_text == GOOD
        assert desk.texts == [GOOD]


async def test_without_a_server_another_mode_is_applied_by_the_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    async with at_desk(monkeypatch) as desk:
        await desk.dictate(SPOKEN)
        desk.session.live.set_mode("notes")
        desk.session.texts.reapply_mode()
        await desk.driver.wait_until(Delivered, lambda _: desk.texts[-1].startswith("- The report"))
        assert not [one for one in desk.driver.all(Notice) if one.topic == "edit"]
        desk.session.texts.enhance_now()
        notice = await desk.driver.wait_for(Notice, topic="edit")
        assert notice.message.endswith("; the text stays as it was.")


async def test_a_newer_edit_of_a_text_takes_the_place_of_one_that_runs(
    monkeypatch: pytest.MonkeyPatch, server: OllamaServer
) -> None:
    async with at_desk(monkeypatch, server) as desk:
        await desk.dictate(SPOKEN)
        server.fail("stall", 1)
        desk.session.texts.enhance_now()
        await desk.driver.wait_until(EnhancementGrew, lambda _: server.reached.is_set())
        server.answer = lambda _: "- Report due on Friday\n- Bob sends it to all the people"
        desk.session.live.set_mode("notes")
        desk.session.texts.reapply_mode()
        await desk.delivered("- Report due on Friday\n- Bob sends it to all the people")
        assert not desk.session.cancel(), "the older edit still runs"


async def test_a_decision_is_not_undone_by_an_edit_that_ends_later(
    monkeypatch: pytest.MonkeyPatch, server: OllamaServer
) -> None:
    async with at_desk(monkeypatch, server, delivery__policy="accept") as desk:
        await desk.dictate(SPOKEN, until=DictationFinished)
        server.fail("stall", 1)
        desk.session.texts.enhance_now()
        await desk.driver.wait_until(EnhancementGrew, lambda _: server.reached.is_set())
        desk.session.texts.reject()
        await desk.delivered(READABLE)
        server.released.set()
        assert desk.session.cancel()
        await until(lambda: not desk.session.cancel())
        assert desk.session.final_text == READABLE
        assert not desk.driver.all(Reviewed)[-1].waits


async def test_where_texts_wait_for_the_user_an_edit_by_hand_waits_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with at_desk(monkeypatch, enhancement__enhancer="tidy", delivery__policy="accept") as desk:
        await desk.dictate(SPOKEN, until=DictationFinished)
        desk.session.texts.reject()
        await desk.delivered(READABLE)
        desk.session.live.set_mode("notes")
        desk.session.texts.reapply_mode()
        proposed = await desk.driver.wait_until(Reviewed, lambda event: event.mode == "notes")
        assert proposed.waits
        assert proposed.text.startswith("- The report")
        assert desk.texts == [READABLE]
        desk.session.texts.accept()
        await desk.delivered(proposed.text)


async def test_a_long_text_is_edited_by_hand_in_pieces(
    monkeypatch: pytest.MonkeyPatch, server: OllamaServer
) -> None:
    server.answer = dictated
    async with at_desk(monkeypatch, server) as desk:
        await desk.dictate(*[SPOKEN] * 14)
        asked = len(server.asked())
        desk.session.texts.enhance_now()
        await desk.driver.wait_until(Enhanced, lambda _: len(desk.driver.all(Enhanced)) == 2)
        assert desk.driver.all(Enhanced)[-1].remark == ""
        assert len(server.asked()) - asked > 1
        assert desk.session.enhancers.status.state == "ready"
