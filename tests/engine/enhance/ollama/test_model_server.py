"""What a language model server has, how fast it is, and loading a model ahead, through the real client."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.enhance.enhancer import Draft
from engine.enhance.ollama.client import OllamaClient
from engine.enhance.ollama.edit_rates import EditRates
from engine.enhance.ollama.model_server import ModelServer
from engine.enhance.ollama.ollama import Ollama
from engine.enhance.ollama.options import OllamaOptions
from engine.enhance.writing_mode import WritingMode
from engine.errors import EnhancementError
from tests.support.ollama_script import Served
from tests.support.ollama_server import MODEL, OllamaServer, free_port, full_backlog, running_ollama

CLEAN = WritingMode("clean", "Edit lightly.", "um so hello", "So, hello.")
SMALL, LARGE = Served("small:1b", "1.2B", "Q8_0", 1_300_000_000), Served("large:latest", "8.0B")
SPOKEN = Draft("the quarterly report is due on friday")


@pytest.fixture
def ollama() -> Iterator[OllamaServer]:
    with running_ollama(Served(MODEL), SMALL, LARGE) as one:
        yield one


@pytest.fixture
def rates(tmp_path: Path) -> Iterator[EditRates]:
    one = EditRates(tmp_path / "rates.json")
    yield one
    one.close()


@pytest.fixture
async def server(ollama: OllamaServer, rates: EditRates) -> AsyncIterator[ModelServer]:
    options = OllamaOptions(host=ollama.host)
    client = OllamaClient(options.host, options.connect_s)
    yield ModelServer(options, client, rates)
    await client.close()


async def edit(server: ModelServer, mode: WritingMode = CLEAN) -> None:
    enhancer = Ollama(server.options, on_timing=server.note)
    async for _ in enhancer.enhance(SPOKEN, mode):
        pass
    await enhancer.close()


async def test_models_are_listed_with_what_is_in_memory(ollama: OllamaServer, server: ModelServer) -> None:
    ollama.gpu_share = 0.25
    await edit(server)
    large, loaded, small = await server.models()
    assert (large.name, small.name, small.parameters, small.quantisation, small.size) == (
        *("large:latest", "small:1b", "1.2B", "Q8_0"),
        1_300_000_000,
    )
    assert small.loaded is None
    assert loaded.name == MODEL
    assert loaded.loaded is not None
    assert loaded.loaded.gpu_share == pytest.approx(0.25)
    assert loaded.loaded.context == 4096
    assert loaded.loaded.expires is not None
    assert loaded.loaded == await server.loaded(MODEL)
    assert await server.loaded("small:1b") is None


async def test_a_model_that_expired_is_not_in_memory(ollama: OllamaServer, server: ModelServer) -> None:
    await edit(server)
    ollama.ahead_s = 29 * 60.0
    assert await server.loaded(MODEL) is not None
    ollama.ahead_s = 31 * 60.0
    assert await server.loaded(MODEL) is None


async def test_the_version(server: ModelServer) -> None:
    assert await server.version() == "0.12.0"


async def test_preloading_is_the_same_request_as_an_edit(ollama: OllamaServer, server: ModelServer) -> None:
    ollama.load_s = 0.05
    ready = await server.preload(CLEAN)
    assert ready.model == MODEL
    assert ready.load_s == pytest.approx(0.05)
    ollama.load_s = 0.0
    assert (await server.preload(CLEAN)).load_s < 0.01
    await edit(server)
    assert ollama.loads == [(MODEL, 4096)]
    ahead, _, real = ollama.asked()
    assert ahead.options == {**real.options, "num_predict": 1}
    assert ahead.body["keep_alive"] == real.body["keep_alive"] == "30m"
    assert ahead.body["think"] is False
    assert len(real.body["messages"]) > 3
    assert ahead.body["messages"][:-1] == real.body["messages"][:-1]


async def test_the_model_that_a_mode_prefers_is_preloaded(ollama: OllamaServer, server: ModelServer) -> None:
    for preferred, chosen in (("small:1b", "small:1b"), ("large", "large"), ("none:7b", MODEL), ("", MODEL)):
        assert (await server.preload(WritingMode("own", "Edit.", model=preferred))).model == chosen
    assert [name for name, _ in ollama.loads] == ["small:1b", "large:latest", MODEL]


async def test_a_server_that_knows_no_think_preloads_all_the_same(rates: EditRates) -> None:
    with running_ollama(Served(MODEL, knows_think=False)) as ollama:
        client = OllamaClient(ollama.host, 2.0)
        server = ModelServer(OllamaOptions(host=ollama.host), client, rates)
        assert (await server.preload(CLEAN)).model == MODEL
        await client.close()


async def test_preloading_can_be_cancelled(ollama: OllamaServer, server: ModelServer) -> None:
    ollama.fail("stall")
    task = asyncio.create_task(server.preload(CLEAN))
    assert await asyncio.to_thread(ollama.reached.wait, 30)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await asyncio.to_thread(ollama.disconnected.wait, 30)


async def test_a_model_that_never_gets_loaded(
    ollama: OllamaServer, server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.enhance.ollama.model_server.LOADING_S", 0.2)
    ollama.fail("mute")
    with pytest.raises(EnhancementError, match=f"{MODEL} at {ollama.host} was not loaded within 0.2 s"):
        await server.preload(CLEAN)
    assert await asyncio.to_thread(ollama.disconnected.wait, 30)


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("end", "does not speak as Ollama does"),
        ("cut", "broke before"),
        ("page", "does not speak as Ollama does"),
        ("status", "failed with status 500"),
    ],
)
async def test_preloading_fails(ollama: OllamaServer, server: ModelServer, kind: Any, says: str) -> None:
    ollama.fail(kind)
    with pytest.raises(EnhancementError, match=says):
        await server.preload(CLEAN)


async def test_a_model_that_is_not_there(ollama: OllamaServer, server: ModelServer) -> None:
    del ollama.models[MODEL]
    with pytest.raises(EnhancementError, match=f"{ollama.host} has no model {MODEL}") as caught:
        await server.preload(CLEAN)
    assert caught.value.remedy == f"Fetch it with: ollama pull {MODEL}"


@pytest.mark.parametrize("path", ["/api/tags", "/api/ps"])
@pytest.mark.parametrize("text", ["<html>", "[]", "{}", '{"models": 7}', '{"models": [{"size": "large"}]}'])
async def test_a_list_that_is_none(ollama: OllamaServer, server: ModelServer, path: str, text: str) -> None:
    ollama.fail("garbage", path=path, text=text)
    with pytest.raises(EnhancementError, match=f"{ollama.host} does not speak as Ollama does"):
        await server.models()


async def test_questions_have_a_time_out(
    ollama: OllamaServer, server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.enhance.ollama.model_server.ANSWER_S", -1.8)
    for path in ("/api/tags", "/api/ps", "/api/version"):
        ollama.fail("mute", path=path)
    for question in (server.models, lambda: server.loaded(MODEL), server.version):
        with pytest.raises(EnhancementError, match=f"{ollama.host} did not answer within 0.2 s"):
            await question()


async def test_no_server(rates: EditRates) -> None:
    host = f"127.0.0.1:{free_port()}"
    server = ModelServer(OllamaOptions(host=host), OllamaClient(host, 2.0), rates)
    for question in (
        server.models,
        lambda: server.loaded(MODEL),
        server.version,
        lambda: server.preload(CLEAN),
    ):
        with pytest.raises(EnhancementError, match=f"Ollama at {host} is not running") as caught:
            await question()
        assert caught.value.remedy == "Start it with: ollama serve"
    with full_backlog() as host:
        server = ModelServer(OllamaOptions(host=host, connect_s=0.2), OllamaClient(host, 0.2), rates)
        with pytest.raises(EnhancementError, match=r"did not accept a connection within 0.2 s"):
            await server.models()


async def test_an_address_that_is_none_is_said_without_a_question(rates: EditRates) -> None:
    server = ModelServer(OllamaOptions(host="ftp://x"), OllamaClient("ftp://x", 2.0), rates)
    with pytest.raises(EnhancementError, match=r'ollama\.host holds "ftp://x"'):
        await server.models()


async def test_names_of_models_are_harmless(ollama: OllamaServer, server: ModelServer) -> None:
    ollama.models["evil"] = Served("\x1b]0;evil\x07:1b", "1\n2")
    assert {(one.name, one.parameters) for one in await server.models()} >= {(":1b", "1 2")}


async def test_what_an_edit_costs_is_measured_and_guessed(ollama: OllamaServer, server: ModelServer) -> None:
    ollama.answer = lambda _: "The quarterly report is due on Friday, as ever."
    assert server.cost(MODEL) is None
    ollama.tokens_per_s, ollama.prompt_per_s = 1000.0, 500.0
    await edit(server)
    measured = server.cost(MODEL, words=100, token_factor=1.0)
    assert measured is not None
    assert measured.measured
    assert measured.seconds == pytest.approx(130 / 500 + 130 / 1000)
    assert server.cost("large:latest") is None
    await server.models()
    guessed = server.cost("large:latest")
    assert guessed is not None
    assert not guessed.measured
    assert guessed.seconds == pytest.approx(measured.seconds * 8.0 / 3.1)
    rates = server.rates(MODEL)
    assert rates is not None
    assert rates.tokens_per_s == pytest.approx(1000)
