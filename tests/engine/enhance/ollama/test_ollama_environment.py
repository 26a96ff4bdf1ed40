"""Proxies and other things in the environment that are made for other programs than a server next door."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine.enhance.ollama.ollama import Ollama
from engine.enhance.ollama.options import OllamaOptions
from tests.engine.enhance.ollama.failing_edits import CLEAN, SPOKEN, says
from tests.support.ollama_server import OllamaServer, free_port

ROOT = Path(__file__).resolve().parents[4]


@pytest.fixture(autouse=True)
def no_exceptions(monkeypatch: pytest.MonkeyPatch) -> None:
    """No host is spared the proxy by the environment of the tests."""
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)


async def test_a_server_on_this_machine_is_not_asked_through_a_proxy(
    server: OllamaServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    enhancer = Ollama(OllamaOptions(host=server.host))
    assert "".join([delta.text async for delta in enhancer.enhance(SPOKEN, CLEAN)]) == SPOKEN.text
    await enhancer.close()


async def test_a_server_far_away_is_asked_through_the_proxy(
    server: OllamaServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", f"http://{server.host}")
    server.fail("status", path="http://ollama.example.com:11434/api/chat", status=503, text="no way there")
    await says("ollama.example.com", "ollama.example.com:11434 failed with status 503: no way there")
    assert server.requests[0].path == "http://ollama.example.com:11434/api/chat"


async def test_a_proxy_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{free_port()}")
    await says("https://ollama.example.com", "ollama.example.com:443")


async def test_a_proxy_of_a_kind_that_cannot_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "carrier-pigeon://127.0.0.1:1080")
    await says("ollama.example.com", "Ollama at ollama.example.com:11434 cannot be asked", "ALL_PROXY")


SCRIPT = """
import asyncio, sys
from engine.enhance.enhancer import Draft
from engine.enhance.ollama.ollama import Ollama
from engine.enhance.ollama.options import OllamaOptions
from engine.enhance.writing_mode import WritingMode

async def main():
    enhancer = Ollama(OllamaOptions(host=sys.argv[1]))
    async for delta in enhancer.enhance(Draft("it works"), WritingMode("a", "Edit.")):
        print(delta.text, end="")

asyncio.run(main())
"""


def test_an_environment_made_for_other_programs_is_no_hindrance(server: OllamaServer) -> None:
    """The client's package fails to be imported with each of these."""
    broken = {"ALL_PROXY": "socks5://127.0.0.1:1", "SSL_CERT_FILE": "/nowhere", "OLLAMA_HOST": "a:b"}
    told = subprocess.run(
        [sys.executable, "-W", "error", "-c", SCRIPT, server.host],
        env={**os.environ, **broken, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert (told.stdout, told.stderr) == ("it works", "")
