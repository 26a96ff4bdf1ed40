"""Everything that can go wrong with a language model server, through the real client: two sentences each."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest

from tests.engine.enhance.ollama.failing_edits import failure, says
from tests.support.ollama_script import Served
from tests.support.ollama_server import MODEL, OllamaServer, free_port, full_backlog, running_ollama


async def test_nobody_listens() -> None:
    port = free_port()
    await says(f"127.0.0.1:{port}", f"Ollama at 127.0.0.1:{port} is not running", "ollama serve")


async def test_nobody_listens_on_another_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()

    def here(*_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", here)
    await says(f"gpu-box:{port}", f"Ollama at gpu-box:{port} is not running", "OLLAMA_HOST=0.0.0.0")


async def test_the_host_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: Any, **__: Any) -> list[Any]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    await says("gpu-box.invalid", "Ollama at gpu-box.invalid:11434 is not known", "Mend ollama.host")


@pytest.mark.parametrize(
    "host", ["http://", "ftp://gpu-box", "gpu-box:abc", "http://[::1", "gpu box", ":99999"]
)
async def test_the_address_is_none(host: str) -> None:
    await says(host, f'ollama.host holds "{host}"', "http://gpu-box:11434")


async def test_nobody_accepts() -> None:
    with full_backlog() as host:
        await says(
            host, f"Ollama at {host} did not accept a connection within 0.2 s", "connect_s", connect_s=0.2
        )


async def test_somebody_accepts_and_says_nothing(server: OllamaServer) -> None:
    server.fail("mute")
    await says(server.host, f"{MODEL} at {server.host} wrote no word within 0.2 s", first_token_s=0.2)
    assert await asyncio.to_thread(server.disconnected.wait, 30)


async def test_a_model_that_takes_too_long_to_load(server: OllamaServer) -> None:
    server.load_s = 30.0
    await says(server.host, "wrote no word within 0.2 s", "still be loading", first_token_s=0.2)
    assert await asyncio.to_thread(server.disconnected.wait, 30)


async def test_silence_in_the_middle(server: OllamaServer) -> None:
    server.fail("stall", 3)
    come = await says(server.host, f"{MODEL} at {server.host} fell silent in the middle", first_token_s=0.5)
    assert come == "the quarterly"
    assert await asyncio.to_thread(server.disconnected.wait, 30)


async def test_an_answer_that_takes_too_long(server: OllamaServer) -> None:
    server.fail("endless")
    server.tokens_per_s = 50.0
    come = await says(server.host, f"{MODEL} at {server.host} was not done within 0.4 s", answer_s=0.4)
    assert come.startswith("the")
    assert await asyncio.to_thread(server.disconnected.wait, 30)


@pytest.mark.parametrize("kind", ["cut", "reset"])
@pytest.mark.parametrize("after", [0, 3])
async def test_the_connection_breaks(server: OllamaServer, kind: Any, after: int) -> None:
    server.fail(kind, after)
    come = await says(server.host, f"The connection to Ollama at {server.host} broke", "ollama ps")
    assert come in ("", "the quarterly")  # a reset may overtake what was sent before it


@pytest.mark.parametrize("after", [0, 3])
async def test_the_answer_has_no_end(server: OllamaServer, after: int) -> None:
    server.fail("end", after)
    await says(server.host, f"{MODEL} at {server.host} ended its answer in the middle")


async def test_the_server_has_no_such_model(server: OllamaServer) -> None:
    await says(
        server.host,
        f"Ollama at {server.host} has no model llama9:1b.",
        "ollama pull llama9:1b",
        model="llama9:1b",
    )


async def test_the_server_fails_in_the_middle(server: OllamaServer) -> None:
    server.fail("error", 2, text="an error was encountered while running the model: EOF")
    await says(server.host, f"{MODEL} at {server.host} failed in the middle of its answer: an error was")


@pytest.mark.parametrize("status", [500, 502, 503, 429])
async def test_the_server_refuses(server: OllamaServer, status: int) -> None:
    server.fail("status", status=status, text="server busy, please try again.")
    await says(server.host, f"{MODEL} at {server.host} failed with status {status}: server busy")


async def test_the_server_does_not_take_a_setting(server: OllamaServer) -> None:
    server.fail("status", status=400, text='time: invalid duration "soon"')
    await says(
        server.host, f'{MODEL} at {server.host} cannot be asked so: time: invalid duration "soon"', "keep_"
    )


async def test_the_server_wants_a_key(server: OllamaServer) -> None:
    server.fail("status", status=401, text="unauthorized")
    await says(server.host, f"Ollama at {server.host} does not let us in", "OLLAMA_API_KEY")


@pytest.mark.parametrize(
    "text",
    [
        "model requires more system memory (5.6 GiB) than is available (3.1 GiB)",
        "llama runner process has terminated: cudaMalloc failed: out of memory",
        "memory layout cannot be allocated",
    ],
)
@pytest.mark.parametrize("kind", ["status", "error"])
async def test_the_model_does_not_fit_into_memory(server: OllamaServer, kind: Any, text: str) -> None:
    server.fail(kind, text=text)
    await says(server.host, f"{MODEL} at {server.host} does not fit", text, "smaller model", "ollama.context")


@pytest.mark.parametrize("after", [0, 3])
@pytest.mark.parametrize(
    ("kind", "text"),
    [("garbage", "{]"), ("garbage", ""), ("garbage", "[" * 100_000), ("list", ""), ("no message", "")],
)
async def test_garbage(server: OllamaServer, kind: Any, text: str, after: int) -> None:
    server.fail(kind, after, text=text)
    await says(server.host, f"What answers at {server.host} does not speak as Ollama does", "ollama.host")


async def test_something_else_listens_there(server: OllamaServer) -> None:
    server.fail("page")
    await says(server.host, f"What answers at {server.host} does not speak as Ollama does")
    server.fail("status", status=404, text="page not found")
    await says(server.host, f"What answers at {server.host} does not speak as Ollama does")


async def test_something_else_than_http_listens_there() -> None:
    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        await reader.read(1 << 16)
        writer.write(b"220 mail.example.com ready\r\n\r\n")
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(greet, "127.0.0.1", 0) as listening:
        host = f"127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        await says(host, f"What answers at {host} does not speak as Ollama does")


async def test_a_line_without_end(server: OllamaServer) -> None:
    server.fail("line", 1)
    await says(server.host, f"What answers at {server.host} does not speak as Ollama does")
    assert await asyncio.to_thread(server.disconnected.wait, 30)


async def test_a_dictation_does_not_follow_a_redirection(server: OllamaServer) -> None:
    with running_ollama() as other:
        server.fail("redirect", text=f"http://{other.host}/api/chat")
        await says(
            server.host, f"{server.host} sends requests on to http://{other.host}/api/chat", "ollama.host"
        )
        assert other.requests == []


async def test_a_model_that_thinks_too_long() -> None:
    with running_ollama(Served(MODEL, thinks=True, knows_think=False)) as server:
        server.thinking = "hm " * 10_000
        server.tokens_per_s = 20.0
        await says(server.host, f"{MODEL} at {server.host} was still thinking after 1 s", first_token_s=1.0)


async def test_words_of_a_server_are_harmless_and_short(server: OllamaServer) -> None:
    server.fail("status", status=500, text="\x1b[31mred\x07\n\u202eand long " + "x" * 9000)
    error, _ = await failure(server.host)
    assert "status 500: red and long xxx" in error.what
    assert error.what.endswith("x….")
    assert len(error.what) < 240


async def test_an_error_that_is_no_text(server: OllamaServer) -> None:
    server.fail("garbage", text='{"error": {"code": 7}}')
    await says(server.host, f"{server.host}")


async def test_every_connection_is_closed_behind_a_failure(server: OllamaServer) -> None:
    kinds: list[Any] = ["cut", "reset", "error", "garbage", "status", "page", "end", "list"]
    for kind in kinds:
        server.fail(kind, 1)
        await failure(server.host)
    assert await asyncio.to_thread(server.idle.wait, 30)
