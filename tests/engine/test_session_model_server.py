"""What a session knows of its model server: loading, models that are gone, a server that comes later."""

from __future__ import annotations

import pytest

from engine.events import (
    Delivered,
    Enhanced,
    EnhancementGrew,
    EnhancerChanged,
)
from tests.support.enhanced_session import GOOD, SPOKEN, at_desk
from tests.support.ollama_script import Served
from tests.support.ollama_server import OllamaServer, free_port


async def test_the_model_is_loaded_at_the_start_and_never_again(
    monkeypatch: pytest.MonkeyPatch, server: OllamaServer
) -> None:
    server.gpu_share = 0.5
    async with at_desk(monkeypatch, server) as desk:
        status = desk.driver.all(EnhancerChanged)[-1].status
        assert (status.model, status.state, status.gpu_share) == ("qwen2.5:3b", "ready", 0.5)
        assert status.host == server.host
        for _ in range(2):
            await desk.dictate(SPOKEN)
        assert server.loads == [("qwen2.5:3b", 4096)]
        assert {request.options["num_ctx"] for request in server.asked()} == {4096}
        measured = await desk.driver.wait_until(
            EnhancerChanged, lambda event: event.status.tokens_per_s is not None
        )
        assert measured.status.edit_s is not None


async def test_a_model_that_the_server_let_go_of_is_loaded_again_while_one_speaks(
    monkeypatch: pytest.MonkeyPatch, server: OllamaServer
) -> None:
    async with at_desk(monkeypatch, server) as desk:
        server.ahead_s = 3600.0
        desk.session.start_recording()
        await desk.say(SPOKEN)
        await desk.driver.wait_until(EnhancerChanged, lambda _: len(server.loads) == 2)
        desk.session.stop_recording()
        await desk.driver.wait_for(Delivered)
        assert len(server.loads) == 2


async def test_without_a_server_the_rules_edit_and_only_who_asked_for_it_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with at_desk(monkeypatch) as desk:
        enhanced = await desk.dictate(SPOKEN, until=Enhanced)
        assert (enhanced.enhancer, enhanced.remark) == ("tidy", "")
        assert desk.session.enhancers.status.name == "tidy"
    async with at_desk(monkeypatch, enhancement__enhancer="ollama") as desk:
        await desk.driver.wait_until(EnhancerChanged, lambda event: event.status.state == "unreachable")
        enhanced = await desk.dictate(SPOKEN, until=Enhanced)
        assert enhanced.enhancer == "tidy"
        assert "cannot be reached at 127.0.0.1:9" in enhanced.remark


async def test_a_server_that_comes_later_is_found(
    monkeypatch: pytest.MonkeyPatch, server: OllamaServer
) -> None:
    monkeypatch.setattr("engine.server_watch.RETRY_S", (0.05,))
    nobody = free_port()
    async with at_desk(monkeypatch, ollama__host=f"127.0.0.1:{nobody}") as desk:
        await desk.dictate(SPOKEN)
        assert desk.texts[-1] != GOOD
        desk.session.enhancers.choose_host(server.host)
        await desk.driver.wait_until(EnhancerChanged, lambda event: event.status.state == "ready")
        await desk.driver.wait_until(EnhancerChanged, lambda event: event.status.name == "ollama")
        await desk.dictate(SPOKEN)
        assert desk.texts[-1] == GOOD


async def test_a_model_that_is_missing_is_named_with_how_to_get_it_and_another_can_be_chosen(
    monkeypatch: pytest.MonkeyPatch, server: OllamaServer
) -> None:
    chosen = {"ollama__host": server.host, "enhancement__enhancer": "ollama", "ollama__model": "huge:70b"}
    async with at_desk(monkeypatch, **chosen) as desk:
        missing = await desk.driver.wait_until(EnhancerChanged, lambda event: event.status.state == "missing")
        assert "ollama pull huge:70b" in missing.status.remark
        (served,) = await desk.session.enhancers.served()
        assert (served.name, served.parameters) == ("qwen2.5:3b", "3.1B")
        desk.session.enhancers.choose_model(served.name)
        await desk.driver.wait_until(EnhancerChanged, lambda event: event.status.state == "ready")
        await desk.dictate(SPOKEN)
        assert desk.texts == [GOOD]


async def test_another_model_may_be_chosen_while_one_edits(
    monkeypatch: pytest.MonkeyPatch, server: OllamaServer
) -> None:
    server.models["llama3.2:1b"] = Served("llama3.2:1b", "1.2B")
    server.tokens_per_s = 40.0
    async with at_desk(monkeypatch, server) as desk:
        desk.session.start_recording()
        await desk.say(SPOKEN)
        desk.session.stop_recording()
        await desk.driver.wait_for(EnhancementGrew)
        desk.session.enhancers.choose_model("llama3.2:1b")
        enhanced = await desk.driver.wait_for(Enhanced)
        assert (enhanced.text, enhanced.model, enhanced.remark) == (GOOD, "qwen2.5:3b", "")
        await desk.driver.wait_until(EnhancerChanged, lambda event: event.status.model == "llama3.2:1b")


async def test_a_mode_whose_own_model_is_not_there_is_edited_by_the_usual_one_under_its_name(
    monkeypatch: pytest.MonkeyPatch, server: OllamaServer
) -> None:
    own = {"instruction": "Clean.", "model": "big:70b"}
    async with at_desk(monkeypatch, server, modes__clean=own) as desk:
        enhanced = await desk.dictate(SPOKEN, until=Enhanced)
        assert (enhanced.text, enhanced.model) == (GOOD, "qwen2.5:3b")
        assert {request.body["model"] for request in server.asked()} == {"qwen2.5:3b"}
