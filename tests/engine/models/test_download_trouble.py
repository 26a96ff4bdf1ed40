"""Every refusal, outage and disaster of a download is one clear sentence, and a cancel ends it at once."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from engine.errors import ModelError
from engine.models.part_file import SUFFIX, PartFile
from engine.models.staging import SPARE_BYTES, Staging, disk_error
from tests.engine.models.downloading import FOLDER, Watched
from tests.support.hub_server import API, REPOSITORY, Hub


def failure(folder: Path, **options: Any) -> ModelError:
    """How a download fails; the last report says the same, and nothing is left that looks like a model."""
    watched = Watched(folder, **options)
    with pytest.raises(ModelError) as caught:
        watched.run()
    assert watched.last.state == "failed"
    assert watched.last.remark == str(caught.value)
    assert "\n" not in str(caught.value)
    assert "Traceback" not in str(caught.value)
    assert not (folder / FOLDER).exists()
    return caught.value


@pytest.mark.parametrize(
    ("status", "headers", "says", "remedy"),
    [
        (401, {}, "refuses", "HF_TOKEN"),
        (401, {"x-error-code": "RepoNotFound"}, "knows no model", "spelling"),
        (401, {"x-error-code": "GatedRepo"}, "accepted its terms", "HF_TOKEN"),
        (403, {"x-error-code": "GatedRepo"}, "accepted its terms", "HF_TOKEN"),
        (403, {}, "refuses", "HF_TOKEN"),
        (404, {"x-error-code": "RepoNotFound"}, "knows no model", "spelling"),
        (404, {}, "knows no model", "spelling"),
        (418, {}, "418", "HF_ENDPOINT"),
    ],
)
def test_a_refusal_is_not_asked_for_twice(
    hub: Hub, folder: Path, status: int, headers: dict[str, str], says: str, remedy: str
) -> None:
    hub.fail(API, "refuse", status=status, headers=headers, times=None)
    error = failure(folder)
    assert says in error.what
    assert hub.host in error.what
    assert REPOSITORY in error.what
    assert remedy in error.remedy
    assert len(hub.asked(API)) == 1


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a_hub_in_trouble_is_asked_some_times(hub: Hub, folder: Path, status: int) -> None:
    hub.fail(API, "refuse", status=status, times=None)
    error = failure(folder)
    assert hub.host in error.what
    assert str(status) in error.what
    assert "3 times" in error.what
    assert len(hub.asked(API)) == 3


def test_trouble_that_passes_is_waited_for(hub: Hub, folder: Path) -> None:
    hub.fail(API, "refuse", status=503)
    hub.fail("config.json", "refuse", status=429, headers={"retry-after": "0"})
    hub.fail("model.bin", "refuse", status=500)
    watched = Watched(folder)
    assert watched.run() is not None
    assert watched.states.count("waiting") == 3


def test_a_server_that_says_when_is_obeyed(hub: Hub, folder: Path) -> None:
    hub.fail("model.bin", "refuse", status=429, headers={"retry-after": "100"})
    watched = Watched(folder)
    watched.start()
    watched.is_in("waiting")
    assert "100 s" in watched.last.remark
    watched.download.cancel()
    watched.wait()
    assert watched.last.state == "cancelled"


@pytest.mark.parametrize("status", [403, 404])
def test_a_file_that_is_refused_is_named(hub: Hub, folder: Path, status: int) -> None:
    hub.fail("model.bin", "refuse", status=status)
    error = failure(folder)
    assert "model.bin" in error.what
    assert REPOSITORY in error.what


@pytest.mark.parametrize(
    "body",
    [
        b"<html><title>Welcome to our hotel</title></html>",
        b"",
        b"null",
        b"[1, 2]",
        b'"text"',
        b"{}",
        b'{"id": 7, "sha": 9, "siblings": {"a": 1}}',
        b'{"id": "a", "sha": null, "siblings": [1, 2]}',
        b'{"id": "a", "siblings": [{}]}',
        b"[" * 100_000,
        b"\xff\xfe",
    ],
)
def test_what_is_no_hubs_answer_is_said_to_be_none(hub: Hub, folder: Path, body: bytes) -> None:
    hub.fail(API, "refuse", status=200, body=body, times=None)
    error = failure(folder)
    assert error.what == f"{hub.host} did not answer as a model hub does."
    assert "HF_ENDPOINT" in error.remedy


def test_html_in_place_of_a_file_is_found_out(hub: Hub, folder: Path) -> None:
    hub.fail("config.json", "refuse", status=200, body=b"<html>Sign in</html>", times=None)
    assert "config.json" in failure(folder).what


def test_a_model_of_another_kind_is_refused_before_anything_comes(hub: Hub, folder: Path) -> None:
    hub.files["pytorch_model.bin"] = hub.files.pop("model.bin")
    assert "model.bin" in failure(folder).what
    assert {one.file for one in hub.requests} == {API}


def test_weights_of_something_else_are_refused(hub: Hub, folder: Path) -> None:
    weights = hub.files["model.bin"]
    hub.files["model.bin"] = weights.replace(b"WhisperSpec", b"AnotherSpec", 1)
    error = failure(folder)
    assert "no Whisper" in error.what
    assert not Staging(folder, REPOSITORY).folder.exists()


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


def test_a_silent_server_is_given_up_and_what_came_is_kept(hub: Hub, folder: Path) -> None:
    hub.fail("model.bin", "stall", 300_000)
    hub.fail("model.bin", "stall", times=None)
    watched = Watched(folder, stall_s=1.0, pauses_s=(0.0,))
    with pytest.raises(ModelError, match="nothing any more"):
        watched.run()
    ranges = [one.headers.get("range") for one in hub.asked("model.bin", "cdn")]
    assert ranges == [None, "bytes=300000-", "bytes=300000-"]
    assert watched.download.kept_bytes > 300_000


def test_a_second_server_that_is_away_is_the_one_that_is_named(
    hub: Hub, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        away = f"127.0.0.1:{held.getsockname()[1]}"
        monkeypatch.setattr(hub, "cdn_url", lambda file: f"http://{away}/{file}")
        error = failure(folder)
    assert error.what == f"{away} refuses connections. It was tried 3 times."


def test_a_server_that_sends_round_in_circles_is_left(
    hub: Hub, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "cdn_url", lambda file: f"{hub.url}/{REPOSITORY}/resolve/main/{file}")
    assert hub.host in failure(folder).what


def test_a_redirect_to_no_web_address_is_refused(
    hub: Hub, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "cdn_url", lambda file: f"file:///etc/{file}")
    assert "no way" in failure(folder).what


def test_a_silent_hub_is_given_up(hub: Hub, folder: Path) -> None:
    hub.fail(API, "stall", times=None)
    assert "nothing any more" in failure(folder, stall_s=0.3, pauses_s=()).what


def test_a_stall_that_passes_is_gone_on_from(hub: Hub, folder: Path, model_files: dict[str, bytes]) -> None:
    hub.fail("model.bin", "stall", 300_000)
    watched = Watched(folder, stall_s=2.0)
    path = watched.run()
    assert path is not None
    assert (path / "model.bin").read_bytes() == model_files["model.bin"]
    assert hub.asked("model.bin", "cdn")[-1].headers["range"] == "bytes=300000-"


@pytest.mark.parametrize("where", ["asking", "stalled", "waiting", "flowing"])
def test_a_cancel_ends_it_in_every_state(
    hub: Hub, folder: Path, model_files: dict[str, bytes], where: str
) -> None:
    """With time-outs of ten minutes, nothing but the cancel can end it."""
    watched = Watched(folder, stall_s=600.0, pauses_s=(600.0,))
    if where == "asking":
        hub.fail(API, "stall")
    elif where == "stalled":
        hub.fail("model.bin", "stall", 300_000)
    elif where == "waiting":
        hub.fail("model.bin", "refuse", status=503)
    else:
        hub.fail("model.bin", "slow", 20_000)
    watched.start()
    watched.is_in("waiting") if where == "waiting" else hub.reached.wait(60)
    watched.download.cancel()
    watched.wait()
    assert watched.error is None
    assert watched.path is None
    assert watched.last.state == "cancelled"
    assert watched.last.is_over
    assert not (folder / FOLDER).exists()
    hub.faults.clear()
    path = Watched(folder).run()
    assert path is not None
    assert (path / "model.bin").read_bytes() == model_files["model.bin"]


def test_a_cancel_before_the_start_fetches_nothing(hub: Hub, folder: Path) -> None:
    watched = Watched(folder)
    watched.download.cancel()
    assert watched.run() is None
    assert watched.states[-1] == "cancelled"
    assert hub.requests == []


def test_too_small_a_disk_is_said_before_anything_comes(
    hub: Hub, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = SimpleNamespace(total=10**9, used=0, free=SPARE_BYTES + 5_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    error = failure(folder)
    assert "10.0 MB" in error.what
    assert "205 MB are free" in error.what
    assert str(folder) in error.what
    assert {one.file for one in hub.requests} == {API}


def test_what_is_there_needs_no_room_again(hub: Hub, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hub.fail("model.bin", "break", 8_000_000)
    hub.fail("model.bin", "break", times=None)
    failure(folder)
    hub.faults.clear()
    usage = SimpleNamespace(total=10**9, used=0, free=SPARE_BYTES + 5_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    assert Watched(folder).run() is not None


# A limit on the size of files, as a disk that is full in the middle: the system itself refuses the write.
FULL = """
import resource, signal, sys
from pathlib import Path
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (3_000_000, 3_000_000))
from engine.errors import ModelError
from engine.models.download import Download
try:
    Download(sys.argv[1], lambda progress: None, Path(sys.argv[2])).run()
except ModelError as error:
    print(error)
"""


def test_a_write_that_the_system_refuses_is_one_sentence(hub: Hub, folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL, REPOSITORY, str(folder)],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{REPOSITORY} could not be written to {folder}")
    assert Watched(folder).run() is not None
    assert hub.asked("model.bin", "cdn")[-1].headers["range"] == "bytes=3000000-"


def test_a_disk_that_fills_up_in_the_middle_is_one_sentence_and_what_came_is_kept(
    hub: Hub, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No disk of this machine may be filled, so the write is told to fail as on one."""
    append = PartFile.append

    def full(part: PartFile, data: bytes) -> bool:
        if part.file.name == "model.bin" and part.size > 1_000_000:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return append(part, data)

    with monkeypatch.context() as patch:
        patch.setattr(PartFile, "append", full)
        error = failure(folder)
    assert "disk is full" in error.what
    assert str(folder) in error.what
    assert Staging(folder, REPOSITORY).kept_bytes() > 1_000_000
    assert Watched(folder).run() is not None
    assert "range" in hub.asked("model.bin", "cdn")[-1].headers


@pytest.mark.parametrize(
    ("code", "says"),
    [(errno.ENOSPC, "disk is full"), (errno.EROFS, "cannot be written"), (errno.EIO, "could not be written")],
)
def test_what_a_disk_refuses_is_said(code: int, says: str) -> None:
    error = disk_error(OSError(code, os.strerror(code)), "base.en", Path("/models"))
    assert says in error.what
    assert "/models" in error.what
    assert "base.en" in error.what


def test_a_folder_that_cannot_be_made_is_named(hub: Hub, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    error = failure(tmp_path / "file" / "models")
    assert str(tmp_path / "file" / "models") in error.what


def test_what_nobody_foresaw_ends_the_download_too(
    hub: Hub, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(part: PartFile, data: bytes) -> bool:
        raise ZeroDivisionError("unforeseen")

    monkeypatch.setattr(PartFile, "append", broken)
    watched = Watched(folder)
    with pytest.raises(ZeroDivisionError):
        watched.run()
    assert watched.last.state == "failed"
    assert "unforeseen" in watched.last.remark


CHILD = """
import sys
from pathlib import Path
from engine.models.download import Download
Download(sys.argv[1], lambda progress: print(progress.done_bytes, flush=True), Path(sys.argv[2])).run()
"""


def test_a_kill_in_the_middle_costs_no_more_than_what_was_on_its_way(
    hub: Hub, folder: Path, model_files: dict[str, bytes]
) -> None:
    hub.fail("model.bin", "stall", 4_000_000)
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, REPOSITORY, str(folder)], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    others = sum(len(data) for name, data in model_files.items() if name != "model.bin")
    for line in child.stdout:
        if int(line) == others + 4_000_000:
            break
    with pytest.raises(ModelError, match="another utter"):
        Watched(folder).run()
    child.send_signal(signal.SIGKILL)
    child.wait(60)
    child.stdout.close()
    staging = Staging(folder, REPOSITORY)
    assert (staging.folder / f"model.bin{SUFFIX}").stat().st_size == 4_000_000
    assert not staging.target.exists()
    asked = len(hub.requests)
    watched = Watched(folder)
    path = watched.run()
    assert path is not None
    assert {name: (path / name).read_bytes() for name in model_files} == model_files
    assert [one.file for one in hub.requests[asked:]] == [API, "model.bin", "model.bin"]
    assert hub.requests[-1].headers["range"] == "bytes=4000000-"
    begun = next(one for one in watched.reports if one.total_bytes)
    assert begun.done_bytes == others + 4_000_000


def test_the_manifest_names_the_version(hub: Hub, folder: Path) -> None:
    hub.fail("model.bin", "break", times=None)
    failure(folder)
    manifest = json.loads((Staging(folder, REPOSITORY).folder / "manifest.json").read_text())
    assert manifest["commit"] == hub.commit
    assert manifest["repository"] == REPOSITORY
    assert {one["name"] for one in manifest["files"]} == {
        one["rfilename"]
        for one in hub.info()["siblings"]
        if one["rfilename"] not in ("README.md", "flax_model.msgpack")
    }
