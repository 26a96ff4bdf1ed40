"""Names of sources, and what they stand for."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.audio.file import FileSource
from engine.audio.microphone import Microphone
from engine.audio.raw_socket import SocketSource
from engine.audio.remote import RemoteSource
from engine.errors import AudioError
from engine.source_spec import microphone_named, source_named


@pytest.mark.parametrize(
    ("spec", "kind", "name"),
    [
        ("remote", RemoteSource, "a remote microphone"),
        ("./remote", FileSource, "remote"),
        ("unix:/tmp/my sound", SocketSource, "unix:/tmp/my sound"),
        ("talks/one.flac", FileSource, "one.flac"),
    ],
)
def test_each_name_is_a_source(spec: str, kind: type, name: str) -> None:
    source = source_named(spec)
    assert type(source) is kind
    assert source.describe().name == name


def test_a_socket_without_a_path_is_explained() -> None:
    with pytest.raises(AudioError, match="names no socket"):
        source_named("unix:")


def test_the_home_folder_may_be_written_short(home: Path) -> None:
    assert source_named("unix:~/sound").describe().name == f"unix:{home}/sound"


def test_an_empty_name_is_not_the_microphone() -> None:
    with pytest.raises(AudioError, match="names nothing"):
        source_named("")


def test_a_microphone_may_be_at_another_machine() -> None:
    assert type(microphone_named("remote")) is RemoteSource
    assert type(microphone_named("USB")) is Microphone
    assert microphone_named("USB").describe().name == "USB"
