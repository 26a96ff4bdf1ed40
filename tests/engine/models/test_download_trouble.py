"""Every refusal, outage and disaster of a download is one clear sentence, and a cancel ends it at once."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import pytest

from engine.errors import ModelError
from engine.models.staging import Staging
from tests.engine.models.downloading import FOLDER, Watched, failure
from tests.support.hub_server import API, REPOSITORY, Hub


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
    assert "100 s" in next(one.remark for one in watched.reports if one.state == "waiting")
    while not any("99 s" in one.remark for one in list(watched.reports)):
        assert not watched.entered.setdefault("failed", threading.Event()).wait(0.05)
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
