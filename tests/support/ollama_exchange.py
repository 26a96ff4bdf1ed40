"""One request to the language model server of the tests, and its answer: the protocol, and its failures."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
import time
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tests.support.ollama_script import Fault, Request, as_listed, tokens

if TYPE_CHECKING:
    from tests.support.ollama_server import OllamaServer

NS = 1_000_000_000
STATUSES = {200: "OK", 302: "Found", 400: "Bad Request", 404: "Not Found"}


class GoneError(Exception):
    """The client closed the connection."""


class OverError(Exception):
    """The connection is to be closed, whatever is still due."""


class Exchange:
    """One request and its answer."""

    def __init__(
        self, server: OllamaServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._server, self._writer = server, writer
        self._gone = asyncio.create_task(_end_of(reader))
        self._begun = False

    async def run(self, request: Request, fault: Fault | None) -> None:
        try:
            if fault is None or not await self._fails_at_once(fault):
                await self._answer(request, fault)
        finally:
            self._gone.cancel()

    async def _fails_at_once(self, fault: Fault) -> bool:
        if fault.kind == "mute":
            await self._stall()
        elif fault.kind == "status":
            await self._json({"error": fault.text}, fault.status)
        elif fault.kind == "page":
            await self._whole(b"<!doctype html><title>Printer</title>", 200, "text/html")
        elif fault.kind == "redirect":
            await self._whole(b"", 302, "text/html", f"Location: {fault.text}\r\n")
        else:
            return False
        self._server.reached.set()
        return True

    async def _answer(self, request: Request, fault: Fault | None) -> None:
        server = self._server
        if request.path == "/api/chat":
            await self._chat(request, fault)
        elif fault is not None:
            await self._whole(fault.text.encode(), 200, "application/json")
        elif request.path == "/api/tags":
            await self._json({"models": [as_listed(model) for model in server.models.values()]})
        elif request.path == "/api/ps":
            await self._json({"models": server.running()})
        elif request.path == "/api/version":
            await self._json({"version": server.version})
        elif request.path == "/api/show" and request.body.get("model") in server.models:
            model = server.models[request.body["model"]]
            can = ["completion", *(["thinking"] if model.thinks else [])]
            await self._json({"details": as_listed(model)["details"], "capabilities": can, "model_info": {}})
        elif request.path == "/api/show":
            await self._json({"error": f"model '{request.body.get('model')}' not found"}, 404)
        else:
            await self._whole(b"404 page not found", 404, "text/plain")

    async def _chat(self, request: Request, fault: Fault | None) -> None:
        server, body = self._server, request.body
        name = str(body.get("model"))
        model = server.models.get(name) or server.models.get(f"{name}:latest")
        if model is None:
            return await self._json({"error": f"model '{name}' not found"}, 404)
        think = body.get("think")
        if (think and not model.thinks) or (think is not None and not model.knows_think):
            return await self._json({"error": f'"{name}" does not support thinking'}, 400)
        began = time.perf_counter()
        context = int(request.options.get("num_ctx", server.default_context))
        loads = server.use(model.name, context, body.get("keep_alive"))
        if loads:
            await self._pause(server.load_s)
        await self._pause(server.first_token_s)
        messages = body.get("messages") or []
        load_ns = round(max(server.load_s, 0.01) * NS) if loads else 1_000_000
        thought = tokens(server.thinking) if model.thinks and think is not False else []
        written = tokens(server.answer(messages)) if messages else []
        most = int(request.options.get("num_predict", -1))
        count = await self._generate(model.name, thought, written, most, fault)
        read = sum(len(tokens(str(one["content"]))) for one in messages)
        reason = "load" if not messages else "length" if count < len(thought) + len(written) else "stop"
        rate = server.tokens_per_s or 1000.0
        await self._line(
            {
                **_part(model.name, {"role": "assistant", "content": ""}),
                **{"done": True, "done_reason": reason, "load_duration": load_ns},
                **{"total_duration": round((time.perf_counter() - began) * NS)},
                **{"prompt_eval_count": read, "prompt_eval_duration": round(read / server.prompt_per_s * NS)},
                **{"eval_count": count, "eval_duration": round(count / rate * NS)},
            }
        )
        self._writer.write(b"0\r\n\r\n")
        await self._writer.drain()
        server.finished.set()
        return None

    async def _generate(
        self, model: str, thought: list[str], written: list[str], most: int, fault: Fault | None
    ) -> int:
        """Send the tokens, `most` of them if that is not negative; returns how many these were."""
        pieces = [("thinking", piece) for piece in thought] + [("content", piece) for piece in written]
        endless = fault is not None and fault.kind == "endless"
        count = 0
        while endless or count < len(pieces):
            if fault is not None and count == fault.after and not endless:
                await self._misbehave(model, fault)
            if 0 <= most <= count and not endless:
                break
            field, piece = pieces[count] if count < len(pieces) else ("content", " more")
            if self._server.tokens_per_s:
                await self._pause(1 / self._server.tokens_per_s)
            self._server.sent.append((time.perf_counter(), piece))
            message = {"role": "assistant", "content": "", field: piece}
            await self._line({**_part(model, message), "done": False})
            count += 1
        if fault is not None and count < fault.after:
            await self._misbehave(model, fault)
        return count

    async def _misbehave(self, model: str, fault: Fault) -> None:
        """Do what goes wrong in mid-stream; raises where that ends the answer."""
        self._server.reached.set()
        if fault.kind == "stall":
            await self._begin()
            return await self._stall()
        if fault.kind in ("error", "garbage", "list", "no message"):
            part: Any = {"error": fault.text} if fault.kind == "error" else {"model": model, "done": False}
            line = json.dumps([1] if fault.kind == "list" else part).encode()
            await self._raw(fault.text.encode() if fault.kind == "garbage" else line)
        if fault.kind == "line":
            while True:
                await self._chunk(b" " * 65536)
        if fault.kind == "reset":
            self._reset()
        if fault.kind == "end":
            await self._begin()
            self._writer.write(b"0\r\n\r\n")
        raise OverError

    def _reset(self) -> None:
        """Let the connection end with a reset instead of an orderly end."""
        handle: socket.socket = self._writer.get_extra_info("socket")
        handle.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()

    async def _stall(self) -> None:
        self._server.reached.set()
        while not self._server.released.is_set():
            await self._pause(0.02)

    async def _pause(self, seconds: float) -> None:
        """Wait; raises when the client goes away meanwhile."""
        await asyncio.wait({self._gone}, timeout=seconds)
        if self._gone.done():
            raise GoneError

    async def _begin(self) -> None:
        if not self._begun:
            self._begun = True
            self._head(200, "application/x-ndjson", "Transfer-Encoding: chunked\r\n")

    async def _line(self, part: dict[str, Any]) -> None:
        await self._raw(json.dumps(part).encode())

    async def _raw(self, line: bytes) -> None:
        await self._chunk(line + b"\n")

    async def _chunk(self, data: bytes) -> None:
        await self._begin()
        self._writer.write(b"%x\r\n%s\r\n" % (len(data), data))
        await self._writer.drain()
        await self._pause(0)

    async def _json(self, tree: dict[str, Any], status: int = 200) -> None:
        await self._whole(json.dumps(tree).encode(), status, "application/json")

    async def _whole(self, body: bytes, status: int, kind: str, more: str = "") -> None:
        self._head(status, kind, f"Content-Length: {len(body)}\r\n{more}")
        self._writer.write(body)
        await self._writer.drain()

    def _head(self, status: int, kind: str, more: str) -> None:
        reason = STATUSES.get(status, "Error")
        text = f"HTTP/1.1 {status} {reason}\r\nContent-Type: {kind}\r\nConnection: close\r\n{more}\r\n"
        self._writer.write(text.encode())


async def read_request(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.strip().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    method, path, _ = first.split(" ")
    return Request(method, path, headers, json.loads(body) if body else {})


def _part(model: str, message: dict[str, str]) -> dict[str, Any]:
    return {"model": model, "created_at": as_date(time.time()), "message": message}


def as_date(seconds: float | None) -> str:
    far = datetime(2318, 1, 1, tzinfo=UTC)
    moment = far if seconds is None else datetime.fromtimestamp(seconds, UTC)
    return moment.isoformat().replace("+00:00", "Z")


async def _end_of(reader: asyncio.StreamReader) -> None:
    """Return when the client closes the connection."""
    with suppress(OSError):
        await reader.read(1)
