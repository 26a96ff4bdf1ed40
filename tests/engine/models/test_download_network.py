"""No way to the hub: offline, a proxy, a certificate, settings with which nothing connects."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from tests.engine.models.downloading import failure
from tests.support.hub_server import Hub


def test_without_a_hub_nobody_is_kept_waiting(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{held.getsockname()[1]}"
        monkeypatch.setenv("HF_ENDPOINT", f"http://{host}")
        error = failure(folder, pauses_s=(60.0, 60.0))
    assert error.what == f"{host} refuses connections."


def test_offline_is_said_in_one_sentence(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def offline(*args: object, **options: object) -> None:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", offline)
    monkeypatch.setenv("HF_ENDPOINT", "https://hub.invalid")
    error = failure(folder, pauses_s=(60.0, 60.0))
    assert "hub.invalid cannot be found" in error.what
    assert "offline" in error.what


@pytest.mark.parametrize("name", ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"])
def test_who_wants_no_network_gets_none(
    hub: Hub, folder: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "1")
    assert "HF_HUB_OFFLINE" in failure(folder).what
    assert hub.requests == []


def test_a_server_that_speaks_no_tls_is_told_so(
    hub: Hub, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", hub.url.replace("http:", "https:"))
    error = failure(folder, pauses_s=(60.0,))
    assert "secure connection" in error.what
    assert hub.host in error.what


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("SSL_CERT_FILE", "/nonexistent", "certificates"),
        ("SSL_CERT_FILE", "/dev/null", "certificates"),
        ("ALL_PROXY", "socks9://127.0.0.1:9", "ALL_PROXY"),
        ("HTTP_PROXY", "http://[::1", "HTTP_PROXY"),
        ("HF_TOKEN", "hf_\u00fc", "HF_TOKEN"),
    ],
)
def test_settings_that_allow_no_connection_are_named(
    hub: Hub, folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    monkeypatch.setenv(name, value)
    assert says in str(failure(folder))
    assert hub.requests == []


def test_a_proxy_that_is_away_is_brought_to_mind(
    hub: Hub, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{held.getsockname()[1]}")
        monkeypatch.setenv("HF_ENDPOINT", "http://hub.invalid")
        assert "HTTP_PROXY" in failure(folder).remedy


def test_a_certificate_that_nobody_vouches_for_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    if shutil.which("openssl") is None:
        pytest.skip("there is no openssl to make a certificate with")
    subject = ["-subj", "/CN=localhost", "-days", "2"]
    making = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *subject]
    subprocess.run(
        [*making, "-keyout", key, "-out", certificate], check=True, capture_output=True, timeout=60
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with socket.create_server(("127.0.0.1", 0)) as server:
        host = f"127.0.0.1:{server.getsockname()[1]}"
        monkeypatch.setenv("HF_ENDPOINT", f"https://{host}")

        def greet() -> None:
            with suppress(OSError), server.accept()[0] as accepted:  # a handshake that breaks off is one
                context.wrap_socket(accepted, server_side=True).close()

        greeting = threading.Thread(target=greet)
        greeting.start()
        error = failure(folder)
        greeting.join(60)
    assert f"certificate of {host} cannot be trusted" in error.what
    assert "SSL_CERT_FILE" in error.remedy
