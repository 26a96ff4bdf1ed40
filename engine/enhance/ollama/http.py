"""How HTTP is spoken with a language model server: directly, and no more of it than an answer has."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING, Any

from engine.enhance.ollama.faults import RedirectedError, TooMuchError
from engine.enhance.ollama.host import is_near

if TYPE_CHECKING:
    import httpx

MOST_BYTES = 64 * 2**20
"""Longer than any answer; a piece of one token is about 200 bytes on the line."""

MOST_LINE_BYTES = 2**20
"""Longer than any line of an answer."""


def http_options(url: str, connect_s: float) -> dict[str, Any]:
    """How the HTTP library is to behave towards the server at `url`.

    Redirections are not followed: a dictation goes where the user said and nowhere else. The only time-out
    here is that of connecting; whoever asks knows how long the rest may take.
    """
    import httpx

    return {
        "timeout": httpx.Timeout(None, connect=connect_s),
        "limits": httpx.Limits(max_keepalive_connections=0),
        "follow_redirects": False,
        "trust_env": not is_near(url),
        "verify": url.startswith("https:"),  # certificates take 20 ms to read, and here none are needed
        "headers": {"accept-encoding": "identity"},
        "event_hooks": {"response": [_bounded]},
    }


async def _bounded(response: httpx.Response) -> None:
    """Refuse a redirection, and answers that no model gives; called with the head of each response."""
    import httpx

    class Bounded(httpx.AsyncByteStream):
        def __init__(self, stream: httpx.AsyncByteStream) -> None:
            self._stream = stream

        async def __aiter__(self) -> AsyncGenerator[bytes, None]:
            total = line = 0
            async for data in self._stream:
                total += len(data)
                end = data.rfind(b"\n")
                line = line + len(data) if end < 0 else len(data) - end - 1
                if total > MOST_BYTES or line > MOST_LINE_BYTES:
                    raise TooMuchError
                yield data

        async def aclose(self) -> None:
            await self._stream.aclose()

    if response.has_redirect_location:
        raise RedirectedError(response.headers["location"])
    if isinstance(response.stream, httpx.AsyncByteStream):
        response.stream = Bounded(response.stream)
