"""The enhancer that asks a language model, with the real client and a server on this machine."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import Any

import pytest

from engine.enhance.enhancer import Delta, Draft, Ending, Enhancer
from engine.enhance.ollama.edit_cost import Timing
from engine.enhance.ollama.ollama import Ollama
from engine.enhance.ollama.options import OllamaOptions
from engine.enhance.writing_mode import WritingMode
from engine.errors import EnhancementError
from engine.settings.load import load
from tests.support.ollama_script import Served
from tests.support.ollama_server import MODEL, OllamaServer, running_ollama

CLEAN = WritingMode("clean", "Edit lightly.", "um so hello", "So, hello.")
SPOKEN = Draft("the quarterly report is due on friday")


def options(server: OllamaServer, **changed: Any) -> OllamaOptions:
    return OllamaOptions(**{"host": server.host, **changed})


async def deltas(enhancer: Ollama, draft: Draft = SPOKEN, mode: WritingMode = CLEAN) -> list[Delta]:
    try:
        return [delta async for delta in enhancer.enhance(draft, mode)]
    finally:
        await enhancer.close()


async def edited(enhancer: Ollama, draft: Draft = SPOKEN, mode: WritingMode = CLEAN) -> str:
    return "".join(delta.text for delta in await deltas(enhancer, draft, mode))


def httpx_pool(enhancer: Any) -> Any:
    """Where the HTTP library keeps its connections."""
    return enhancer._client._made._client._transport._pool


async def set_soon(event: Any) -> None:
    assert await asyncio.to_thread(event.wait, 30)


def test_what_is_not_said_is_as_the_settings_have_it() -> None:
    assert OllamaOptions() == OllamaOptions(**load().settings.ollama.model_dump())


async def test_the_answer_comes_piece_by_piece(server: OllamaServer) -> None:
    server.answer = lambda _: "The quarterly report is due on Friday."
    enhancer: Enhancer = Ollama(options(server))
    pieces = await deltas(enhancer)
    assert "".join(one.text for one in pieces) == "The quarterly report is due on Friday."
    assert len(pieces) > 5
    assert [one.ending for one in pieces[:-1]] == [None] * (len(pieces) - 1)
    ending = pieces[-1].ending
    assert ending is not None
    assert not ending.truncated
    assert ending.tokens == len(pieces) - 1
    assert ending.generation_ms == pytest.approx(ending.tokens)
    assert ending.server_ms > 0


async def test_a_request_says_all_that_the_server_has_to_know(server: OllamaServer) -> None:
    await edited(Ollama(options(server, keep_alive="10m", context=2048, temperature=0.2), ("Textual",)))
    (request,) = server.asked()
    assert request.body["model"] == MODEL
    assert request.body["think"] is False
    assert request.body["keep_alive"] == "10m"
    assert request.body["stream"] is True
    assert request.options["num_ctx"] == 2048
    assert request.options["temperature"] == 0.2
    assert request.options["seed"] == 1
    assert 40 < request.options["num_predict"] < 100
    system, *_, last = request.body["messages"]
    assert system["role"] == "system"
    assert "Edit lightly." in system["content"]
    assert "Textual" in system["content"]
    assert last == {"role": "user", "content": f"<dictation>\n{SPOKEN.text}\n</dictation>"}


@pytest.mark.parametrize(("written", "sent"), [("30", 30), ("-1", -1), ("0", 0), ("1h30m", "1h30m")])
async def test_keep_alive_may_be_seconds(server: OllamaServer, written: str, sent: int | str) -> None:
    await edited(Ollama(options(server, keep_alive=written)))
    assert server.asked()[0].body["keep_alive"] == sent


async def test_no_edit_lets_the_server_load_the_model_again(server: OllamaServer) -> None:
    enhancer = Ollama(options(server))
    for words in (3, 300, 30):
        assert await edited(enhancer, Draft("word " * words)) != ""
    assert server.loads == [(MODEL, 4096)]


async def test_the_preferred_model_of_a_mode_is_used_where_the_server_has_it() -> None:
    mode = WritingMode("commit", "Write a commit message.", model="small:1b")
    with running_ollama(Served(MODEL), Served("small:1b")) as server:
        await edited(Ollama(options(server)), mode=mode)
        del server.models["small:1b"]
        assert await edited(Ollama(options(server)), mode=mode) == SPOKEN.text
    assert [one.body["model"] for one in server.asked()] == ["small:1b", "small:1b", MODEL]


async def test_an_answer_that_stopped_at_its_limit_says_so(server: OllamaServer) -> None:
    server.answer = lambda _: "and so on " * 500
    last = (await deltas(Ollama(options(server))))[-1]
    assert last.ending is not None
    assert last.ending.truncated
    assert last.ending.tokens == server.asked()[0].options["num_predict"]


async def test_an_answer_without_end_is_left_and_is_truncated(server: OllamaServer) -> None:
    server.fail("endless")
    last = (await deltas(Ollama(options(server))))[-1]
    assert last.ending is not None
    assert last.ending.truncated
    await set_soon(server.disconnected)


async def test_closing_the_generator_stops_the_server(server: OllamaServer) -> None:
    server.fail("endless")
    enhancer = Ollama(options(server))
    async with aclosing(enhancer.enhance(SPOKEN, CLEAN)) as pieces:
        assert (await anext(pieces)).text
        pool = httpx_pool(enhancer)
        assert len(pool.connections) == 1
    assert pool.connections == []
    await set_soon(server.disconnected)
    await enhancer.close()


@pytest.mark.parametrize("after", [0, 3])
async def test_cancelling_the_task_stops_the_server(server: OllamaServer, after: int) -> None:
    server.fail("stall", after)
    enhancer = Ollama(options(server))
    task = asyncio.create_task(deltas(enhancer))
    await set_soon(server.reached)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await set_soon(server.disconnected)


async def test_thoughts_are_no_text() -> None:
    with running_ollama(Served(MODEL, thinks=True, knows_think=False)) as server:
        server.thinking = "The user wants a poem."
        assert await edited(Ollama(options(server))) == SPOKEN.text
        server.answer = lambda _: "<think>\nA poem? No.\n</think>\n\nThe report is due."
        assert await edited(Ollama(options(server))) == "The report is due."


async def test_a_server_that_knows_no_think_is_asked_without_it_from_then_on() -> None:
    with running_ollama(Served(MODEL, knows_think=False)) as server:
        enhancer = Ollama(options(server))
        assert await edited(enhancer) == SPOKEN.text
        assert await edited(enhancer) == SPOKEN.text
    assert ["think" in one.body for one in server.asked()] == [True, False, False]


@pytest.mark.parametrize("tag", ["think", ""])
async def test_a_model_that_only_thinks_has_failed(tag: str) -> None:
    with running_ollama(Served(MODEL, thinks=True, knows_think=False)) as server:
        server.thinking = "" if tag else "hm " * 500
        server.answer = lambda _: "<think> " + "hm " * 500 if tag else "Text."
        with pytest.raises(EnhancementError, match=f"{MODEL} at {server.host} thought until") as caught:
            await edited(Ollama(options(server)))
    assert "does not think" in caught.value.remedy


async def test_a_dictation_too_long_for_the_context_is_not_sent(server: OllamaServer) -> None:
    with pytest.raises(EnhancementError, match=r"too long for the model.*ollama\.context is 4096"):
        await edited(Ollama(options(server)), Draft("word " * 3000))
    assert server.requests == []


async def test_nothing_said_is_nothing_asked(server: OllamaServer) -> None:
    assert await deltas(Ollama(options(server)), Draft("  ")) == [Delta("", Ending())]
    assert server.requests == []


async def test_what_the_server_measured_is_told(server: OllamaServer) -> None:
    told: list[tuple[str, Timing]] = []
    await edited(Ollama(options(server), on_timing=lambda *one: told.append(one)))
    ((model, timing),) = told
    assert model == MODEL
    assert timing.prompt_tokens > 50
    assert timing.prompt_ms == pytest.approx(timing.prompt_tokens)
    assert timing.load_ms == pytest.approx(10)


async def test_several_edits_at_once_do_not_mix(server: OllamaServer) -> None:
    enhancer = Ollama(options(server))

    async def one(text: str) -> str:
        return "".join([delta.text async for delta in enhancer.enhance(Draft(text), CLEAN)])

    texts = [f"phrase {number} of several" for number in range(5)]
    assert await asyncio.gather(*(one(text) for text in texts)) == texts
    await enhancer.close()


async def test_a_server_that_was_started_again_is_reached(server: OllamaServer) -> None:
    enhancer = Ollama(options(server))
    await edited(enhancer)
    server.fail("reset")
    with pytest.raises(EnhancementError, match="broke"):
        await edited(enhancer)
    assert await edited(enhancer) == SPOKEN.text


async def test_one_enhancer_serves_several_event_loops(server: OllamaServer) -> None:
    enhancer = Ollama(options(server))
    assert await asyncio.to_thread(lambda: asyncio.run(edited(enhancer))) == SPOKEN.text
    assert await edited(enhancer) == SPOKEN.text
