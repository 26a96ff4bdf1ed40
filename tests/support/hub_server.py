"""A model hub on this machine: real HTTP servers that speak the hub's API, and misbehave on demand.

The first server answers what the hub answers: what a model consists of, and where its files are. Large
files it sends to a second server, on another port, as the hub sends them to its network of caches.
A `Fault` says what goes wrong with the next request for a file.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

Kind = Literal["stall", "break", "short", "long", "corrupt", "refuse", "whole", "slow", "elsewhere"]

COMMIT = "0123456789abcdef0123456789abcdef01234567"
REPOSITORY = "someone/whisper-tiny"
API = "api"
"""Stands for the question what a model consists of, among the names of files."""

LARGE = 100_000
"""Files above that are large: they have a SHA-256 and come from the second server."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with requests for one file.

    Attributes:
        kind: "stall" sends `after` bytes, then nothing until `Hub.released`; "break" closes the connection
            there; "short" says that no more than `after` are there; "long" never stops; "corrupt" alters a
            byte; "refuse" answers `status`; "whole" ignores what range was asked for; "slow" pauses
            between pieces of `after` bytes; "elsewhere" sends another range than was asked for.
        after: Bytes.
        times: For how many requests; None for all.
        status: Of a refusal.
        headers: That go with a refusal.
        body: Of a refusal, or in place of the API's answer when `status` is 200.
    """

    kind: Kind
    after: int = 0
    times: int | None = 1
    status: int = 500
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b"no"


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came: "hub" or "cdn", the method, the file's name or `API`, the headers."""

    server: str
    method: str
    file: str
    headers: dict[str, str]


class Hub:
    """One model on two servers. What it consists of may be changed while they run."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = dict(files)
        self.commit = COMMIT
        self.faults: dict[str, list[Fault]] = {}
        self.requests: list[Request] = []
        self.released = threading.Event()
        self.reached = threading.Event()
        """Set when a fault has come to the place where it happens."""
        self.changed_info: dict[str, Any] = {}
        """Takes the place of parts of the API's answer."""
        self._lock = threading.Lock()
        self._servers = {name: self._server(name) for name in ("hub", "cdn")}

    @property
    def url(self) -> str:
        return self._url("hub")

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc

    def fail(self, file: str, kind: Kind, after: int = 0, **more: Any) -> None:
        """Let something go wrong with the next requests for a file, or for `API`."""
        self.faults.setdefault(file, []).append(Fault(kind, after, **more))

    def asked(self, file: str, server: str = "") -> list[Request]:
        return [one for one in self.requests if one.file == file and server in ("", one.server)]

    def info(self) -> dict[str, Any]:
        """The API's answer, as `?blobs=true` gives it."""
        siblings = [_sibling(name, data) for name, data in sorted(self.files.items())]
        about = {"id": REPOSITORY, "modelId": REPOSITORY, "sha": self.commit, "siblings": siblings}
        return {**about, "private": False, "tags": [], "downloads": 1, **self.changed_info}

    def start(self) -> None:
        for name, server in self._servers.items():
            threading.Thread(target=server.serve_forever, args=(0.05,), name=name, daemon=True).start()

    def stop(self) -> None:
        self.released.set()
        for server in self._servers.values():
            server.shutdown()
            server.server_close()

    def take_fault(self, file: str) -> Fault | None:
        with self._lock:
            waiting = self.faults.get(file, [])
            if not waiting:
                return None
            first = waiting[0]
            left = None if first.times is None else first.times - 1
            waiting[:1] = [] if left == 0 else [replace(first, times=left)]
            return first

    def cdn_url(self, file: str) -> str:
        return f"{self._url('cdn')}/{self.commit}/{file}"

    def port(self, server: str) -> int:
        return int(self._servers[server].server_address[1])

    def _url(self, name: str) -> str:
        return f"http://127.0.0.1:{self.port(name)}"

    def _server(self, name: str) -> ThreadingHTTPServer:
        handler = type("Handler", (_Handler,), {"hub": self, "server_name": name})
        server = _Server(("127.0.0.1", 0), handler)
        server.daemon_threads = True
        return server


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients that go away are what is tested."""


class _Handler(BaseHTTPRequestHandler):
    hub: Hub
    server_name: str
    protocol_version = "HTTP/1.1"

    def log_message(self, *args: Any) -> None:
        """Say nothing."""

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        path = unquote(urlsplit(self.path).path)
        found = re.fullmatch(rf"/{REPOSITORY}/resolve/[^/]+/(.+)|/{self.hub.commit}/(.+)", path)
        is_api = path.startswith(f"/api/models/{REPOSITORY}")
        file = API if is_api else (found[1] or found[2]) if found else ""
        told = {name.lower(): value for name, value in self.headers.items()}
        self.hub.requests.append(Request(self.server_name, self.command, file, told))
        data = self.hub.files.get(file, b"")
        goes_on = self.server_name == "hub" and len(data) > LARGE
        fault = None if goes_on or self.command == "HEAD" else self.hub.take_fault(file)
        if fault is not None and fault.kind == "refuse":
            self._send(fault.status, fault.body, fault.headers)
        elif is_api:
            if fault is not None:  # a hub that hears the question and says nothing
                self._wait()
            self._send(200, json.dumps(self.hub.info()).encode(), {"content-type": "application/json"})
        elif file not in self.hub.files:
            code = "EntryNotFound" if found else "RepoNotFound"
            self._send(404, b"{}", {"x-error-code": code})
        elif goes_on:
            linked = {
                "x-linked-size": str(len(data)),
                "x-linked-etag": _etag(data),
            }
            to = {"location": self.hub.cdn_url(file), "x-repo-commit": self.hub.commit}
            self._send(302, b"", {**to, **linked})
        else:
            self._file(data, fault)

    def _file(self, data: bytes, fault: Fault | None) -> None:
        kind = fault.kind if fault is not None else ""
        after = fault.after if fault is not None else 0
        if kind == "corrupt":
            data = data[:-1] + bytes([data[-1] ^ 1])
        if kind == "short":
            data = data[:after]
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("range", ""))
        start = int(asked[1]) if asked and kind != "whole" else 0
        if kind == "elsewhere" and start:
            start -= 1
        if start > len(data) or (start and start == len(data)):
            return self._send(416, b"", {"content-range": f"bytes */{len(data)}"})
        piece = data[start:]
        headers = {"etag": _etag(data), "x-repo-commit": self.hub.commit}
        if asked and kind != "whole":
            headers["content-range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
        status = 206 if "content-range" in headers else 200
        if kind == "long":
            return self._endless(piece, headers)
        if self.command == "HEAD" or kind in ("", "corrupt", "short", "whole", "elsewhere"):
            return self._send(status, piece, headers)
        self._head(status, {**headers, "content-length": str(len(piece))})
        if kind == "slow":
            return self._slowly(piece, after)
        self.wfile.write(piece[:after])
        self.wfile.flush()
        self._wait() if kind == "stall" else self.hub.reached.set()
        self.close_connection = True
        return None

    def _endless(self, piece: bytes, headers: dict[str, str]) -> None:
        """Say no length, and never end."""
        self._head(200, {**headers, "connection": "close"})
        self.close_connection = True
        self.hub.reached.set()
        with suppress(OSError):
            while not self.hub.released.is_set():
                self.wfile.write(piece or b"more")

    def _slowly(self, piece: bytes, step: int) -> None:
        while piece:
            self.wfile.write(piece[:step])
            self.wfile.flush()
            self.hub.reached.set()
            piece = piece[step:]
            if self.hub.released.wait(0.02):
                step = max(1, len(piece))

    def _wait(self) -> None:
        self.hub.reached.set()
        self.hub.released.wait(60)

    def _send(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        self._head(status, {**headers, "content-length": str(len(body))})
        if self.command != "HEAD":
            self.wfile.write(body)

    def _head(self, status: int, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()


@contextmanager
def running_hub(files: Mapping[str, bytes]) -> Iterator[Hub]:
    """A hub with one model, `REPOSITORY`, that answers until the block ends."""
    hub = Hub(files)
    hub.start()
    try:
        yield hub
    finally:
        hub.stop()


def files_of(folder: Path) -> dict[str, bytes]:
    """The files of a folder, to be given by a hub."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def _etag(data: bytes) -> str:
    return f'"{hashlib.sha256(data).hexdigest()}"'


def _sibling(name: str, data: bytes) -> dict[str, Any]:
    blob = hashlib.sha1(f"blob {len(data)}\0".encode() + data).hexdigest()
    about: dict[str, Any] = {"rfilename": name, "size": len(data), "blobId": blob}
    if len(data) > LARGE:
        about["lfs"] = {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data), "pointerSize": 134}
    return about
