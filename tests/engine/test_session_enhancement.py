"""A session whose texts are edited by a language model: real client, real protocol, scripted sound."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from engine.events import (
    Delivered,
    DictationFinished,
    Enhanced,
    EnhancementGrew,
    RecordingStopped,
    Reviewed,
)
from engine.state import DictationState
from tests.support.enhanced_session import GOOD, READABLE, SPOKEN, TIDIED, at_desk, until
from tests.support.ollama_script import Kind
from tests.support.ollama_server import OllamaServer


async def test_the_answer_is_streamed_held_to_the_guard_and_delivered(
    monkeypatch: pytest.MonkeyPatch, server: OllamaServer
) -> None:
    # Nothing is edited ahead: then the first words would be there before the stop.
    async with at_desk(monkeypatch, server, balanced__ahead=False) as desk:
        await desk.dictate(SPOKEN)
        assert desk.texts == [GOOD]
        assert desk.session.final_text == GOOD
        assert desk.session.raw_text == SPOKEN
        (enhanced,) = desk.driver.all(Enhanced)
        assert (enhanced.enhancer, enhanced.model, enhanced.mode) == ("ollama", "qwen2.5:3b", "clean")
        assert enhanced.remark == ""
        assert enhanced.first_ms is not None
        assert 0 < enhanced.first_ms <= enhanced.total_ms
        grown = [event.text for event in desk.driver.all(EnhancementGrew)]
        assert grown
        assert all(GOOD.startswith(text) for text in grown)
        kinds = (Enhanced, Reviewed, DictationFinished, Delivered)
        order = [type(event) for event in desk.driver.events if isinstance(event, kinds)]
        assert order == list(kinds)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ("", "empty"),
        ("Here is the cleaned text: the report is due.", "Refused"),
        ("I'm sorry, but I can't help with that.", "Refused"),
        ("The report is due on Monday, and Bob will send it to all the people.", "Refused"),
        ("The report is due on Friday.", "Refused"),
    ],
)
async def test_what_is_not_the_speakers_text_is_not_delivered(
    monkeypatch: pytest.MonkeyPatch, server: OllamaServer, answer: str, why: str
) -> None:
    server.answer = lambda _: answer
    async with at_desk(monkeypatch, server) as desk:
        await desk.dictate(SPOKEN)
        assert desk.texts == [READABLE]
        assert why in desk.driver.all(Enhanced)[-1].remark


@pytest.mark.parametrize("kind", ["cut", "reset", "error", "garbage", "end"])
async def test_where_the_server_fails_tidy_steps_in_and_says_why_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, server: OllamaServer, kind: Kind
) -> None:
    async with at_desk(monkeypatch, server) as desk:
        server.fail(kind, 3)
        enhanced = await desk.dictate(SPOKEN, until=Enhanced)
        assert enhanced.enhancer == "tidy"
        assert enhanced.remark.endswith("; tidy edited the text.")
        assert server.host in enhanced.remark
        await desk.driver.wait_for(Delivered)
        assert desk.texts == [TIDIED]
        await desk.dictate(SPOKEN)
        assert desk.texts[-1] == GOOD, "one failure is not the end"


async def test_a_server_that_never_answers_costs_the_time_out_and_no_more(
    monkeypatch: pytest.MonkeyPatch, server: OllamaServer
) -> None:
    async with at_desk(monkeypatch, server, ollama__first_token_s=0.3) as desk:
        server.fail("mute")
        enhanced = await desk.dictate(SPOKEN, until=Enhanced)
        assert "wrote no word within 0.3 s; tidy edited the text." in enhanced.remark


async def test_escape_stops_the_answer_and_keeps_what_is_useful(
    monkeypatch: pytest.MonkeyPatch, server: OllamaServer
) -> None:
    server.answer = lambda _: "The report is due on Friday. Bob will send it to all the people."
    async with at_desk(monkeypatch, server) as desk:
        server.fail("stall", 9)
        desk.session.start_recording()
        await desk.say("um the report is due on friday", "and um bob will send it to all the people")
        desk.session.stop_recording()
        await desk.driver.wait_until(EnhancementGrew, lambda event: "Friday. Bob" in event.text)
        await until(lambda: desk.session.state is DictationState.READY)
        assert desk.session.cancel()
        assert await asyncio.to_thread(server.disconnected.wait, 20), "the server goes on generating"
        await desk.driver.wait_for(Delivered)
        remark = desk.driver.all(Enhanced)[-1].remark
        assert remark == "Stopped; the sentences that had come are kept."
        assert desk.texts[0].startswith("The report is due on Friday.")
        assert desk.texts[0].endswith("bob will send it to all the people.")
        assert not desk.session.cancel()


async def test_closing_delivers_the_words_instead_of_waiting_for_the_model(
    monkeypatch: pytest.MonkeyPatch, server: OllamaServer
) -> None:
    monkeypatch.setattr("engine.tasks.PATIENCE_S", 0.3)
    async with at_desk(monkeypatch, server) as desk:
        server.fail("stall", 2)
        desk.session.start_recording()
        await desk.say(SPOKEN)
        desk.session.stop_recording()
        await desk.driver.wait_for(EnhancementGrew)
    assert desk.texts == [TIDIED]


@pytest.mark.parametrize(
    ("overrides", "why"),
    [
        ({"enhancement__skip_words": 20}, "16 words need no model."),
        ({"recognition__model": "large-v3-turbo"}, "large-v3-turbo writes well already."),
    ],
)
async def test_a_model_is_not_asked_where_it_is_not_worth_its_time_and_that_is_said(
    monkeypatch: pytest.MonkeyPatch, server: OllamaServer, overrides: dict[str, Any], why: str
) -> None:
    monkeypatch.setattr("engine.recognition.Recognition.model", property(lambda _: "large-v3-turbo"))
    overrides = {"enhancement__skip_words": 0, **overrides}
    async with at_desk(monkeypatch, server, **overrides) as desk:
        asked = len(server.asked())
        enhanced = await desk.dictate(SPOKEN, until=Enhanced)
        assert enhanced.enhancer == "tidy"
        assert enhanced.remark == f"qwen2.5:3b was not asked: {why}"
        assert len(server.asked()) == asked
        await desk.driver.wait_for(Delivered)
        desk.session.texts.enhance_now()
        await desk.driver.wait_for(Enhanced, enhancer="ollama")
        await desk.driver.wait_until(Delivered, lambda _: desk.texts[-1] == GOOD)


async def test_a_mode_that_is_no_mere_cleanup_is_never_skipped(
    monkeypatch: pytest.MonkeyPatch, server: OllamaServer
) -> None:
    server.answer = lambda _: "- Milk\n- Bread"
    async with at_desk(monkeypatch, server, enhancement__mode="notes") as desk:
        await desk.dictate("milk and bread")
        assert desk.texts == ["- Milk\n- Bread"]


async def test_closing_asks_no_model_for_what_is_left_of_several_dictations(
    monkeypatch: pytest.MonkeyPatch, server: OllamaServer
) -> None:
    monkeypatch.setattr("engine.tasks.PATIENCE_S", 0.3)
    async with at_desk(monkeypatch, server, enhancement__enhancer="auto", enhancement__mode="email") as desk:
        server.fail("stall", 2, times=None)
        for number in (1, 2, 3):
            desk.session.start_recording()
            await desk.say(SPOKEN)
            desk.session.stop_recording()
            await desk.driver.wait_for(RecordingStopped, dictation=number)
        await desk.driver.wait_for(EnhancementGrew)
        asked = len(server.asked())
    assert len(desk.texts) == 3
    assert len(server.asked()) == asked, "a model was asked by a session that closes"
