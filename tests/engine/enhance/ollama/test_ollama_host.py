"""The address of a language model server, from a setting or OLLAMA_HOST."""

from __future__ import annotations

import pytest

from engine.enhance.ollama.host import address, is_here, is_near, shown
from engine.errors import EnhancementError


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("", "http://127.0.0.1:11434"),
        (":56789", "http://127.0.0.1:56789"),
        ("1.2.3.4", "http://1.2.3.4:11434"),
        ("1.2.3.4:56789", "http://1.2.3.4:56789"),
        ("http://1.2.3.4", "http://1.2.3.4:80"),
        ("https://example.com", "https://example.com:443"),
        ("https://example.com:56789/path/", "https://example.com:56789/path"),
        ("example.com/path", "http://example.com:11434/path"),
        ("[::1]", "http://[::1]:11434"),
        ("https://[::1]:56789", "https://[::1]:56789"),
        ("0.0.0.0", "http://127.0.0.1:11434"),
        ("http://0.0.0.0:8080", "http://127.0.0.1:8080"),
        ("[::]:8080", "http://[::1]:8080"),
        (" gpu-box ", "http://gpu-box:11434"),
        ("user:secret@gpu-box", "http://gpu-box:11434"),
    ],
)
def test_scheme_and_port_may_be_left_out(host: str, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OLLAMA_HOST", raising=False)
    assert address(host) == url
    monkeypatch.setenv("OLLAMA_HOST", host)
    assert address("") == url


@pytest.mark.parametrize(
    "host", ["http://", "ftp://gpu-box", "gpu-box:abc", "http://[::1", "gpu box", ":99999"]
)
def test_an_address_that_is_none(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(EnhancementError, match=r"^ollama\.host holds "):
        address(host)
    monkeypatch.setenv("OLLAMA_HOST", host)
    with pytest.raises(EnhancementError, match=r"^OLLAMA_HOST holds "):
        address("")


def test_addresses_are_agreed_on_with_the_client(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OLLAMA_HOST", raising=False)
    from ollama import Client

    for host in ("", ":56789", "1.2.3.4", "http://1.2.3.4", "https://example.com/path/", "[::1]:8080"):
        client = Client(host)
        base = client._client.base_url
        client.close()
        url = address(host)
        port = base.port or {"http": 80, "https": 443}[base.scheme]
        assert url.startswith(f"{base.scheme}://")
        assert shown(url) == f"{'[::1]' if base.host == '::1' else base.host}:{port}"


@pytest.mark.parametrize(
    ("url", "here", "near"),
    [
        ("http://127.0.0.1:1", True, True),
        ("http://[::1]:1", True, True),
        ("http://localhost:1", True, True),
        ("http://a.localhost:1", True, True),
        ("http://192.168.1.7:1", False, True),
        ("http://gpu-box:1", False, True),
        ("http://gpu-box.local:1", False, True),
        ("http://ollama.example.com:1", False, False),
        ("http://8.8.8.8:1", False, False),
    ],
)
def test_what_is_near_is_not_reached_through_a_proxy(url: str, here: bool, near: bool) -> None:
    assert is_here(url) is here
    assert is_near(url) is near
