"""The connection to a language model server, through Ollama's own client: the only import of it.

A connection is made for every request and closed behind it. On one machine that takes less than a
millisecond; in return no connection is ever stale because the server was restarted, and none is left open.
"""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from engine.enhance.ollama.edit_cost import Timing
from engine.enhance.ollama.faults import Asked, RefusedError, unusable
from engine.enhance.ollama.host import address
from engine.enhance.ollama.http import http_options
from engine.enhance.ollama.options import OllamaOptions
from engine.enhance.prompts import Message
from engine.errors import EnhancementError

if TYPE_CHECKING:
    import ollama

SEED = 1
"""The same dictation is edited the same way twice, as far as a model can be held to that."""


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """What is asked of a model.

    Attributes:
        model: Its name.
        messages: The prompt.
        options: `num_predict`, `num_ctx`, `temperature`, `seed`.
        keep_alive: How long it stays in memory afterwards.
        think: False to leave thinking; None to say nothing of it.
    """

    model: str
    messages: Sequence[Message]
    options: dict[str, float | int]
    keep_alive: str
    think: bool | None = False


def chat_request(
    options: OllamaOptions, model: str, prompt: Sequence[Message], most: int, think: bool | None
) -> ChatRequest:
    """A request with everything in it that decides whether the server loads the model anew."""
    choices = {
        "num_ctx": options.context,
        "num_predict": most,
        "temperature": options.temperature,
        "seed": SEED,
    }
    return ChatRequest(model, prompt, choices, options.keep_alive, think)


def timing_of(last: ollama.ChatResponse) -> Timing:
    """What the last piece of an answer says of the time it took."""
    return Timing(
        last.prompt_eval_count or 0,
        milliseconds(last.prompt_eval_duration),
        last.eval_count or 0,
        milliseconds(last.eval_duration),
        milliseconds(last.load_duration),
    )


def milliseconds(nanoseconds: int | None) -> float:
    """A server's duration in milliseconds; 0 where it gives none."""
    return (nanoseconds or 0) / 1_000_000


class OllamaClient:
    """One server. Nothing is imported or connected before the first request."""

    def __init__(self, host: str, connect_s: float) -> None:
        """Remember where the server is.

        Args:
            host: As the user wrote it; see `engine.enhance.ollama.host.address`.
            connect_s: Seconds until it has to accept a connection.
        """
        self._host, self._connect_s = host, connect_s
        self._made: ollama.AsyncClient | None = None
        self._making = threading.Lock()

    @property
    def url(self) -> str:
        """Its address.

        Raises:
            EnhancementError: The user wrote none.
        """
        return address(self._host)

    async def ready(self) -> None:
        """Import what is needed, so that the first request does not wait for that.

        Raises:
            EnhancementError: The server's address is none, or what the environment says of proxies and
                certificates cannot be used.
        """
        try:
            await self._client()
        except EnhancementError:
            raise
        except Exception as error:
            raise unusable(error, Asked(self.url)) from error

    async def chat(self, request: ChatRequest) -> AsyncGenerator[ollama.ChatResponse, None]:
        """The pieces of an answer. Closing the generator closes the connection: the server then stops.

        Raises:
            RefusedError: The server said that something is wrong.
            Exception: Whatever else the client or its HTTP library come upon.
        """
        client = await self._client()
        keep_alive: float | str = request.keep_alive
        if request.keep_alive.lstrip("-").isdigit():  # as a string it would be a duration without a unit
            keep_alive = int(request.keep_alive)
        try:
            stream = await client.chat(
                model=request.model,
                messages=request.messages,
                stream=True,
                think=request.think,
                options=request.options,
                keep_alive=keep_alive,
            )
            async with aclosing(stream) as parts:  # type: ignore[type-var]
                async for part in parts:
                    yield part
        except _package().ResponseError as error:
            raise RefusedError(error.status_code, error.error) from None

    async def models(self) -> ollama.ListResponse:
        """What the server has. Raises as `chat` does."""
        found: ollama.ListResponse = await self._asked("list")
        return found

    async def running(self) -> ollama.ProcessResponse:
        """What it has in memory. Raises as `chat` does."""
        found: ollama.ProcessResponse = await self._asked("ps")
        return found

    async def version(self) -> str:
        """Its version; empty if it does not say. Raises as `chat` does."""
        await self._client()
        import httpx

        async with httpx.AsyncClient(**http_options(self.url, self._connect_s)) as client:
            answer = await client.get(f"{self.url}/api/version")
            return str(answer.json().get("version", "")) if answer.is_success else ""

    async def close(self) -> None:
        """Let go of everything. Safe to call twice; the next request begins anew."""
        made, self._made = self._made, None
        if made is not None:
            await made.close()  # type: ignore[no-untyped-call]

    async def _asked(self, what: str) -> Any:
        client = await self._client()
        try:
            return await getattr(client, what)()
        except _package().ResponseError as error:
            raise RefusedError(error.status_code, error.error) from None

    async def _client(self) -> ollama.AsyncClient:
        """The client, made on another thread: importing it takes most of a second."""
        made = self._made
        return made if made is not None else await asyncio.to_thread(self._make, self.url)

    def _make(self, url: str) -> ollama.AsyncClient:
        with self._making:
            if self._made is None:
                self._made = _package().AsyncClient(url, **http_options(url, self._connect_s))
            made: ollama.AsyncClient = self._made
            return made


@cache
def _package() -> Any:
    """What of Ollama's package is needed: `AsyncClient` and `ResponseError`.

    The package makes a client when it is imported, with all that the environment says. It fails there for a
    SOCKS proxy, an OLLAMA_HOST that is none, or certificates that are gone, even where none of them matters.
    The module that has the classes has been imported by then.
    """
    try:
        import ollama
    except Exception:
        if "ollama._client" not in sys.modules:
            raise
        return sys.modules["ollama._client"]
    return ollama
