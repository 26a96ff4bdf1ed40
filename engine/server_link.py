"""The connection to one server of language models, with one set of options."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Sequence
from contextlib import suppress
from urllib.parse import urlsplit

from engine.enhance.ollama.client import OllamaClient
from engine.enhance.ollama.edit_rates import EditRates
from engine.enhance.ollama.host import is_near, shown
from engine.enhance.ollama.model_server import ModelServer
from engine.enhance.ollama.ollama import Ollama
from engine.enhance.ollama.options import OllamaOptions
from engine.errors import EnhancementError


class ServerLink:
    """One server with one set of options."""

    def __init__(self, options: OllamaOptions, vocabulary: Sequence[str], rates: EditRates) -> None:
        self.client = OllamaClient(options.host, options.connect_s)
        self.server = ModelServer(options, self.client, rates)
        self.ollama = Ollama(options, vocabulary, client=self.client, on_timing=self.server.note)
        self.warm = ("", "")
        """The model and the mode whose prompt the server has read last before an edit was asked for."""
        self.models: frozenset[str] | None = None
        """The models that the server has; None while that is not known."""


async def reach(url: str, connect_s: float) -> None:
    """See whether anything listens at an address near by, before a client is imported for it.

    Raises:
        EnhancementError: Nothing does.
    """
    if not is_near(url):
        return  # perhaps behind a proxy, which only the client knows
    parts = urlsplit(url)
    try:
        async with asyncio.timeout(connect_s):
            _, writer = await asyncio.open_connection(parts.hostname, parts.port)
    except (OSError, TimeoutError) as error:
        raise EnhancementError(
            f"Ollama cannot be reached at {shown(url)} ({_why(error)}).",
            "Start it with `ollama serve`, or name its address in ollama.host.",
        ) from None
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


def _why(error: OSError | TimeoutError) -> str:
    """What the system says of a connection that did not come about; asyncio puts addresses into it."""
    if isinstance(error, socket.gaierror):
        return str(error.strerror)
    number = getattr(error, "errno", None)
    return os.strerror(number).lower() if number else "no answer"
