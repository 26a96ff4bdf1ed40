"""A language model server on this machine that speaks Ollama's protocol, and misbehaves on demand.

It runs in a thread of its own. What it says is decided by `OllamaServer.answer`, a function of the
messages; how fast, by its numbers; what goes wrong, by `fail`. As the real one does, it loads a model with
the first request, keeps it for `keep_alive`, and loads it anew when a request wants another `num_ctx`.

Protocol: https://github.com/ollama/ollama/blob/main/docs/api.md
"""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any

from tests.support.ollama_exchange import Exchange, GoneError, OverError, as_date, read_request
from tests.support.ollama_script import (
    Fault,
    Kind,
    Messages,
    Request,
    Served,
    as_listed,
    dictated,
    seconds_of,
)

MODEL = "qwen2.5:3b"


@dataclass(slots=True)
class Loaded:
    """A model in memory: its context, and until when it stays there (None: for good)."""

    context: int
    expires: float | None


class OllamaServer:
    """A server with models. All of it may be changed while it runs."""

    def __init__(self, *models: Served) -> None:
        self.models = {model.name: model for model in models or (Served(MODEL),)}
        self.answer: Callable[[Messages], str] = dictated
        self.thinking = ""
        """What a model thinks first, if it is not told to leave that."""
        self.tokens_per_s = 0.0
        """Tokens generated a second; 0 for no delay, and then a thousand are reported."""
        self.prompt_per_s = 1000.0
        """Tokens read a second, as reported; it takes no time here."""
        self.load_s = 0.0
        """Seconds that loading a model takes."""
        self.first_token_s = 0.0
        self.gpu_share = 1.0
        self.default_context = 4096
        self.version = "0.12.0"
        self.ahead_s = 0.0
        """How far the server's clock is ahead: raise it to let models expire."""
        self.loaded: dict[str, Loaded] = {}
        self.loads: list[tuple[str, int]] = []
        """Every load of a model, with the context it was loaded with."""
        self.requests: list[Request] = []
        self.sent: list[tuple[float, str]] = []
        """Each piece of text with the time (`perf_counter`) when it was sent."""
        self.disconnected = threading.Event()
        """Set when a client has gone away before its answer was complete."""
        self.reached = threading.Event()
        """Set when a fault has come to the place where it happens."""
        self.released = threading.Event()
        self.finished = threading.Event()
        """Set when an answer was complete."""
        self.idle = threading.Event()
        """Set while no connection is open."""
        self.port = 0
        self._open = 0
        self._faults: list[Fault] = []
        self._lock = threading.Lock()
        self._started = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), name="ollama", daemon=True)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def fail(self, kind: Kind, after: int = 0, **more: Any) -> None:
        """Let something go wrong with the next requests."""
        self._faults.append(Fault(kind, after, **more))

    def asked(self, path: str = "/api/chat") -> list[Request]:
        return [one for one in self.requests if one.path == path]

    def start(self) -> None:
        self._thread.start()
        assert self._started.wait(30)

    def stop(self) -> None:
        self.released.set()
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(30)
        assert not self._thread.is_alive(), "a connection is held open"

    async def _run(self) -> None:
        self._loop, self._ended = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._connection, "127.0.0.1", 0)
        self.port = int(server.sockets[0].getsockname()[1])
        self._started.set()
        await self._ended.wait()
        server.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open += 1
        self.idle.clear()
        try:
            request = await read_request(reader)
            self.requests.append(request)
            await Exchange(self, reader, writer).run(request, self._take(request.path))
        except (GoneError, ConnectionError):
            self.disconnected.set()
        except (OverError, asyncio.CancelledError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()
            self._open -= 1
            if not self._open:
                self.idle.set()

    def _take(self, path: str) -> Fault | None:
        with self._lock:
            for at, fault in enumerate(self._faults):
                if fault.path == path:
                    left = None if fault.times is None else fault.times - 1
                    self._faults[at : at + 1] = [] if left == 0 else [replace(fault, times=left)]
                    return fault
        return None

    def in_memory(self) -> dict[str, Loaded]:
        """The models that are loaded and have not expired."""
        now = time.time() + self.ahead_s
        self.loaded = {
            name: one for name, one in self.loaded.items() if one.expires is None or one.expires > now
        }
        return self.loaded

    def use(self, model: str, context: int, keep_alive: object) -> bool:
        """Have a model in memory with this context; returns whether it had to be loaded for that."""
        there = self.in_memory().get(model)
        keep_s = seconds_of(keep_alive)
        expires = None if keep_s < 0 else time.time() + self.ahead_s + keep_s
        self.loaded[model] = Loaded(context, expires)
        if there is not None and there.context == context:
            return False
        self.loads.append((model, context))
        return True

    def running(self) -> list[dict[str, Any]]:
        """What `/api/ps` says."""
        return [
            {
                **as_listed(self.models[name]),
                "size": round(self.models[name].size * 1.2),
                "size_vram": round(self.models[name].size * 1.2 * self.gpu_share),
                "expires_at": as_date(one.expires),
                "context_length": one.context,
            }
            for name, one in self.in_memory().items()
        ]


@contextmanager
def running_ollama(*models: Served) -> Iterator[OllamaServer]:
    """A server that answers until the block ends; with one model, `MODEL`, if none is named."""
    server = OllamaServer(*models)
    server.start()
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def full_backlog() -> Iterator[str]:
    """A host where connections are neither accepted nor refused: its queue of them is full."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        try:
            for one in waiting:
                one.setblocking(False)
                one.connect_ex(listening.getsockname())
            yield f"127.0.0.1:{listening.getsockname()[1]}"
        finally:
            for one in waiting:
                one.close()


def free_port() -> int:
    """A port where nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
