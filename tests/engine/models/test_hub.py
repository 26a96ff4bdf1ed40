"""What is made of a hub's answers: names of folders, lists of files, refusals; and who is believed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.errors import ModelError
from engine.models.hub import endpoint, folder_name, host_of, read
from engine.models.part_file import RemoteFile
from tests.engine.models.downloading import Watched
from tests.support.hub_server import COMMIT, REPOSITORY, Hub

SHA256, BLOB = "a" * 64, "b" * 40


class Lfs:
    def __init__(self, size: Any = 5000, sha256: Any = SHA256) -> None:
        self.size, self.sha256 = size, sha256


class Sibling:
    def __init__(self, rfilename: Any, size: Any = 10, blob_id: Any = BLOB, lfs: Lfs | None = None) -> None:
        self.rfilename, self.size, self.blob_id, self.lfs = rfilename, size, blob_id, lfs


class Info:
    def __init__(self, siblings: Any, sha: Any = COMMIT) -> None:
        self.siblings, self.sha = siblings, sha


def whole(*more: Sibling, without: str = "") -> list[Sibling]:
    names = ("config.json", "tokenizer.json", "vocabulary.txt")
    files = [*(Sibling(name) for name in names), Sibling("model.bin", 134, lfs=Lfs()), *more]
    return [file for file in files if file.rfilename != without]


def test_a_whole_model_is_its_files_the_smallest_first() -> None:
    model = read(REPOSITORY, Info(whole(Sibling("README.md"), Sibling("onnx/model.bin"))), "hub")
    assert model.commit == COMMIT
    assert [file.name for file in model.files][-1] == "model.bin"
    assert model.files[-1] == RemoteFile("model.bin", 5000, sha256=SHA256)
    assert model.files[0].checksum == BLOB
    assert model.size == 5030


@pytest.mark.parametrize("name", ["model.bin", "config.json", "tokenizer.json", "vocabulary.txt"])
def test_what_is_no_converted_model_is_refused(name: str) -> None:
    with pytest.raises(ModelError, match="no model for faster-whisper") as caught:
        read(REPOSITORY, Info(whole(without=name)), "hub")
    assert name.partition(".")[0] in caught.value.what
    assert "CTranslate2" in caught.value.remedy


@pytest.mark.parametrize(
    "name",
    [
        "../model.bin",
        "/etc/passwd",
        "a/../../config.json",
        "vocabulary./../../x",
        "vocabulary.\\..\\x",
        "vocabulary.json/x",
        "vocabulary.js\x00on",
        "vocabulary.js\non",
        "..",
    ],
)
def test_a_name_that_leaves_the_folder_is_refused(name: str) -> None:
    with pytest.raises(ModelError, match="outside its folder") as caught:
        read(REPOSITORY, Info(whole(Sibling(name))), "hub")
    assert "\n" not in str(caught.value)
    assert "\x00" not in str(caught.value)


@pytest.mark.parametrize("size", [None, -1, 0, 1.5, "10", True])
def test_a_size_that_is_none_is_refused(size: Any) -> None:
    files = whole(Sibling("vocabulary.json", size))
    with pytest.raises(ModelError, match=r"how large vocabulary\.json"):
        read(REPOSITORY, Info(files), "hub")


@pytest.mark.parametrize(
    "sibling", [Sibling("vocabulary.json", blob_id=None), Sibling("vocabulary.json", blob_id="x")]
)
def test_a_file_without_a_checksum_is_refused(sibling: Sibling) -> None:
    with pytest.raises(ModelError, match=r"no checksum of vocabulary\.json"):
        read(REPOSITORY, Info(whole(sibling)), "hub")


def test_a_large_file_needs_its_own_checksum() -> None:
    """The blob of a large file is that of a pointer, and says nothing of its bytes."""
    with pytest.raises(ModelError, match="no checksum"):
        read(REPOSITORY, Info(whole(Sibling("vocabulary.json", lfs=Lfs(sha256=None)))), "hub")


@pytest.mark.parametrize(
    "info",
    [
        Info(None),
        Info("files"),
        Info(whole(), sha=None),
        Info(whole(), sha="main"),
        Info(whole(), sha="../" + "a" * 37),
        Info(whole(Sibling(7))),
        Info(whole(Sibling("config.json"))),
        Info(whole(*(Sibling(f"vocabulary.{number}") for number in range(50)))),
    ],
)
def test_an_absurd_list_is_no_hubs(info: Info) -> None:
    with pytest.raises(ModelError, match="hub did not answer as a model hub does"):
        read(REPOSITORY, info, "hub")


@pytest.mark.parametrize(
    ("model", "folder"),
    [
        ("base.en", "base.en"),
        ("large-v3", "large-v3"),
        ("Systran/faster-whisper-base.en", "Systran--faster-whisper-base.en"),
        ("a/b", "a--b"),
    ],
)
def test_a_model_has_one_plain_folder(model: str, folder: str) -> None:
    assert folder_name(model) == folder


@pytest.mark.parametrize(
    "model",
    [
        *("", ".", "..", "/", "a/", "/a", "a//b", "a/b/c", "../a", "a/..", "~/a", ".hidden", "a/.b", "-x"),
        *("a\\b", "a b", "a\nb", "a..b", "a--b/c", "a/b--c", "a/b.git", "C:/x", "é", "x" * 200, "base.en\n"),
    ],
)
def test_what_may_be_a_path_is_no_model(model: str) -> None:
    with pytest.raises(ModelError, match="neither the name of a model"):
        folder_name(model)


def test_the_mirror_is_the_one_that_is_set_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HF_ENDPOINT", raising=False)
    usual = endpoint()
    assert usual.startswith("http")
    monkeypatch.setenv("HF_ENDPOINT", "http://mirror.example:8000/hub/ ")
    assert endpoint() == "http://mirror.example:8000/hub"
    monkeypatch.setenv("HF_ENDPOINT", "")
    assert endpoint() == usual


@pytest.mark.parametrize(
    "value", ["mirror.example", "ftp://mirror.example", "http://", "http://a:b", "http://[::1"]
)
def test_an_address_that_is_none_is_said_to_be_none(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", value)
    with pytest.raises(ModelError, match="HF_ENDPOINT"):
        endpoint()


def test_a_host_is_named_without_its_password() -> None:
    assert host_of("https://me:secret@mirror.example:8443/x") == "mirror.example:8443"


def test_nothing_is_written_for_a_hub_that_names_such_files(hub: Hub, tmp_path: Path) -> None:
    hub.files["vocabulary.x/../../../../evil"] = b"evil"
    with pytest.raises(ModelError, match="outside its folder"):
        Watched(tmp_path / "models").run()
    assert not any(path.is_file() and path.stat().st_size for path in tmp_path.rglob("*"))
