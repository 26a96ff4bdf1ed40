"""Phrases that a language model edits while the next ones are spoken."""

from __future__ import annotations

from typing import Any

import pytest

from engine.events import (
    Delivered,
    Enhanced,
    EnhancementGrew,
    RecordingStopped,
    Reviewed,
)
from engine.state import DictationState
from tests.support.enhanced_session import READABLE, SPOKEN, at_desk, until
from tests.support.ollama_server import OllamaServer


async def test_phrases_are_edited_while_the_next_is_spoken(
    monkeypatch: pytest.MonkeyPatch, server: OllamaServer
) -> None:
    def answer(messages: Any) -> str:
        spoken = str(messages[-1]["content"])
        return "The first report is due on Friday for everybody." if "first" in spoken else "So it is done."

    server.answer = answer
    async with at_desk(monkeypatch, server) as desk:
        desk.session.start_recording()
        await desk.say("um the first report is due on friday for everybody")
        await desk.until_asked(server, 2)
        await desk.say_more("so it is done")
        desk.session.stop_recording()
        await desk.driver.wait_for(Delivered)
        assert desk.texts == ["The first report is due on Friday for everybody. So it is done."]
        (last,) = desk.driver.all(Enhanced)
        assert last.first_ms == 0.0, "its first words were there before the stop"
        spoken = [str(request.body["messages"][-1]["content"]) for request in server.asked()[1:]]
        assert len(spoken) == 2
        assert "so it is done" not in spoken[0]
        assert "first report" not in spoken[1]


async def test_another_mode_at_the_stop_edits_all_of_it_anew(
    monkeypatch: pytest.MonkeyPatch, server: OllamaServer
) -> None:
    async with at_desk(monkeypatch, server) as desk:
        desk.session.start_recording()
        await desk.say(SPOKEN)
        await desk.until_asked(server, 2)
        desk.session.live.set_mode("message")
        desk.session.stop_recording()
        await desk.driver.wait_for(Delivered)
        assert desk.driver.all(Enhanced)[-1].mode == "message"
        assert "chat message" in str(server.asked()[-1].body["messages"][0])


async def test_phrases_that_were_edited_ahead_serve_where_raw_goes_first(
    monkeypatch: pytest.MonkeyPatch, server: OllamaServer
) -> None:
    async with at_desk(monkeypatch, server, delivery__policy="raw") as desk:
        desk.session.start_recording()
        await desk.say(SPOKEN)
        await desk.until_asked(server, 2)
        desk.session.stop_recording()
        await desk.driver.wait_until(Reviewed, lambda event: event.enhancer == "ollama")
        assert len(server.asked()) == 2, "what was edited ahead was edited again"
        assert desk.texts == [READABLE]


async def test_escape_asks_the_model_no_more_for_the_rest(
    monkeypatch: pytest.MonkeyPatch, server: OllamaServer
) -> None:
    async with at_desk(monkeypatch, server) as desk:
        server.fail("stall", 2)
        desk.session.start_recording()
        await desk.say(SPOKEN)
        await desk.driver.wait_for(EnhancementGrew)
        await desk.say_more("and one more thing")
        desk.session.stop_recording()
        await desk.driver.wait_for(RecordingStopped)
        await until(lambda: desk.session.state is DictationState.READY)
        asked = len(server.asked())
        await until(desk.session.cancel)
        await desk.driver.wait_for(Delivered)
        assert len(server.asked()) == asked
        assert desk.texts[0].lower().endswith("one more thing.")
